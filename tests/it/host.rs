//! A real host: the binary as a process of its own, on a real database, with its log in a file.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{planted, tokens, world};

/// The binary under test.
const TURNPIKE: &str = env!("CARGO_BIN_EXE_turnpike");

/// How a host is started.
#[derive(Clone, Debug)]
pub struct Setup {
    variables: Vec<(String, String)>,
}

impl Setup {
    /// A host on this database, without billing and without rate limits.
    pub fn new(database_url: &str) -> Self {
        let setup = Self { variables: Vec::new() };
        setup
            .with("TURNPIKE_DATABASE_URL", database_url)
            .with("TURNPIKE_LISTEN", "127.0.0.1:0")
            .with("TURNPIKE_JWT_SECRET", tokens::SECRET)
            .with("TURNPIKE_RATE_LIMIT", "off")
            .with("TURNPIKE_LEDGER_TICK", "200ms")
            // Compared when a test asks for it, not in the middle of another.
            .with("TURNPIKE_RECONCILE_EVERY", "1d")
            .with("TURNPIKE_LOG_FORMAT", "json")
            .with("TURNPIKE_LOG", "info")
    }

    /// With billing at this address.
    #[must_use]
    pub fn billing(self, stripe_url: &str) -> Self {
        self.with("TURNPIKE_STRIPE_SECRET_KEY", "sk_test_planted_key").with("TURNPIKE_STRIPE_API_BASE", stripe_url)
    }

    /// With this variable, in place of an earlier value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(earlier, _)| earlier != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs a subcommand to its end: exit code, standard output, standard error.
    pub fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self.command(arguments).output().expect("the binary runs");
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    /// Runs a subcommand whose output nobody reads: its standard output is a pipe that is closed already.
    pub fn run_unread(&self, arguments: &[&str]) -> (i32, String) {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = self.command(arguments).stdout(writer).output().expect("the binary runs");
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Imports a document.
    pub fn import(&self, document: &Value) {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        fs::write(file.path(), serde_json::to_vec(document).expect("JSON")).expect("written");
        let (code, _, errors) = self.run(&["import", &file.path().to_string_lossy()]);
        assert_eq!(code, 0, "import failed: {errors}");
    }

    /// Imports the common data set.
    #[must_use]
    pub fn with_world(self) -> Self {
        self.import(&world::document());
        self
    }

    /// The document that `turnpike export` writes.
    pub fn export(&self) -> Value {
        let folder = TempDir::new().expect("a temporary folder");
        let path = folder.path().join("export.json");
        let (code, _, errors) = self.run(&["export", &path.to_string_lossy()]);
        assert_eq!(code, 0, "export failed: {errors}");
        serde_json::from_slice(&fs::read(path).expect("the export")).expect("JSON")
    }

    /// Starts a host and waits until it listens.
    pub fn serve(&self) -> Host {
        self.begin().listening()
    }

    /// Starts a host without waiting for it.
    pub fn begin(&self) -> Host {
        let folder = TempDir::new().expect("a temporary folder");
        let log = folder.path().join("host.log");
        let sink = File::create(&log).expect("a log file");
        let child = self
            .command(&["serve"])
            .stdout(Stdio::from(sink.try_clone().expect("a handle")))
            .stderr(Stdio::from(sink))
            .spawn()
            .expect("the binary starts");
        Host { child: Some(child), url: String::new(), log, _folder: folder }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(TURNPIKE);
        command.args(arguments);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TURNPIKE_")) {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A running host. Dropping it kills it.
pub struct Host {
    child: Option<Child>,
    /// Where it answers.
    pub url: String,
    log: PathBuf,
    _folder: TempDir,
}

impl Host {
    /// Waits until it listens.
    #[must_use]
    pub fn listening(mut self) -> Self {
        self.url = format!("http://{}", self.address());
        self
    }

    /// The names of its threads.
    pub fn threads(&self) -> Vec<String> {
        let id = self.child.as_ref().expect("a running host").id();
        let tasks = fs::read_dir(format!("/proc/{id}/task")).expect("its threads");
        // One that has ended meanwhile has no name any more.
        let name = |task: std::io::Result<fs::DirEntry>| fs::read_to_string(task.ok()?.path().join("comm")).ok();
        tasks.filter_map(name).map(|name| name.trim_end().to_owned()).collect()
    }

    /// Everything it logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Ends it as a power cut would: SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("killed");
            child.wait().expect("gone");
        }
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.as_mut().is_none_or(|child| child.try_wait().expect("a state").is_some())
    }

    /// Asks it to end (SIGTERM) and waits: its exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        self.ask_to_end();
        self.ended()
    }

    /// Asks it to end (SIGTERM).
    pub fn ask_to_end(&self) {
        signal("-TERM", self.child.as_ref().expect("a running host"));
    }

    /// Waits for its end, at most a minute: its exit code.
    pub fn ended(&mut self) -> Option<i32> {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(status) = self.child.as_mut()?.try_wait().expect("a state") {
                self.child = None;
                return status.code();
            }
            assert!(Instant::now() < until, "the host does not end: {}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks it to look at its policy file now (SIGHUP).
    pub fn hang_up(&self) {
        signal("-HUP", self.child.as_ref().expect("a running host"));
    }

    /// Makes it stand still (SIGSTOP), as a machine does that is out of memory or being moved.
    pub fn pause(&self) {
        signal("-STOP", self.child.as_ref().expect("a running host"));
    }

    /// Lets it go on.
    pub fn resume(&self) {
        signal("-CONT", self.child.as_ref().expect("a running host"));
    }

    /// The field of the log line with this message.
    pub fn logged(&self, message: &str, field: &str) -> String {
        logged(&self.log(), message, field).unwrap_or_else(|| panic!("no `{message}` in {}", self.log()))
    }

    fn address(&mut self) -> String {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let log = self.log();
            if let Some(address) = logged(&log, "listening", "address") {
                return address;
            }
            let ended = self.child.as_mut().and_then(|child| child.try_wait().expect("a state"));
            assert!(ended.is_none(), "the host ended: {log}");
            assert!(Instant::now() < until, "the host does not listen: {log}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn logged(log: &str, message: &str, field: &str) -> Option<String> {
    log.lines().find_map(|line| {
        let entry: Value = serde_json::from_str(line).ok()?;
        let fields = entry.get("fields").unwrap_or(&entry);
        (fields.get("message")? == message).then(|| fields.get(field)?.as_str().map(str::to_owned))?
    })
}

fn signal(which: &str, child: &Child) {
    let sent = Command::new("kill").args([which, &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success(), "{which}");
}

impl Drop for Host {
    fn drop(&mut self) {
        self.kill();
        if let Some(folder) = std::env::var_os("TURNPIKE_TEST_ARTIFACTS") {
            // Kept for the search of everything that was ever logged.
            let name = format!("{}-{}.log", std::process::id(), self.url.rsplit(':').next().unwrap_or("none"));
            let logs = Path::new(&folder).join("logs");
            if fs::create_dir_all(&logs).is_ok() {
                drop(fs::copy(&self.log, logs.join(name)));
            }
        }
        if !std::thread::panicking() {
            planted::check_log(&self.log());
        }
    }
}
