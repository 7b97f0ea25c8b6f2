//! The programs of the demo: started together, watched, stopped together.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::interrupt::{self, Group};
use crate::process;

/// How long services have to stop by themselves.
const STOP_DEADLINE: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(50);
/// How many lines of a log are shown when its service dies.
const SHOWN_LINES: usize = 30;
/// What services print before the address once they listen.
const LISTENING: &str = "listening on ";
/// Lines for the person at the terminal begin with it.
const MAIL: &str = "mail ";

type Name = &'static str;

enum Event {
    Listening(Name, String),
    Exited(Name, std::io::Result<ExitStatus>),
    Interrupted,
}

/// The running services. Dropping it stops them, the last one started first.
pub(crate) struct Services {
    logs: PathBuf,
    running: Vec<(Name, Group)>,
    addresses: BTreeMap<Name, String>,
    events: Receiver<Event>,
    sender: Sender<Event>,
}

impl Services {
    /// No services yet; each will write a log in `logs`.
    pub(crate) fn new(logs: &Path) -> Self {
        let (sender, events) = mpsc::channel();
        let on_signal = sender.clone();
        interrupt::listen(move || {
            let _ended_is_fine = on_signal.send(Event::Interrupted);
        });
        Self { logs: logs.to_path_buf(), running: Vec::new(), addresses: BTreeMap::new(), events, sender }
    }

    /// Starts a program and watches it.
    pub(crate) fn start(&mut self, name: Name, command: &mut Command) -> anyhow::Result<Name> {
        if interrupt::requested() {
            bail!("interrupted");
        }
        let log = OpenOptions::new().create(true).append(true).open(self.log(name)).context("cannot write a log")?;
        let mut command = dying_with_us(command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log.try_clone()?).process_group(0);
        let mut child = command.spawn().with_context(|| format!("cannot start `{}`", process::shown(&command)))?;
        self.running.push((name, Group::of(&child)));
        let output = child.stdout.take().context("a service has no output")?;
        watch(name, child, output, log, self.sender.clone());
        Ok(name)
    }

    /// Waits until a service has said where it listens.
    pub(crate) fn address(&mut self, name: Name, within: Duration) -> anyhow::Result<String> {
        let deadline = Instant::now() + within;
        loop {
            if let Some(address) = self.addresses.get(name) {
                return Ok(address.clone());
            }
            if Instant::now() > deadline {
                bail!("{name} does not listen after {} s\n{}", within.as_secs(), self.tail(name));
            }
            self.handle_events(POLL)?;
        }
    }

    /// Asks until the answer is yes.
    pub(crate) fn wait_until(&mut self, within: Duration, ready: impl Fn() -> bool) -> anyhow::Result<()> {
        let deadline = Instant::now() + within;
        while !ready() {
            if Instant::now() > deadline {
                let name = self.running.last().map_or("nothing", |(name, _)| name);
                bail!("{name} is not ready after {} s\n{}", within.as_secs(), self.tail(name));
            }
            self.handle_events(POLL)?;
        }
        Ok(())
    }

    /// Returns when a signal came; a service that ends before is an error.
    pub(crate) fn supervise(&mut self) -> anyhow::Result<()> {
        loop {
            match self.handle_events(Duration::from_secs(3600)) {
                Ok(()) => {}
                Err(_) if interrupt::requested() => {
                    println!("\nstopping");
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn handle_events(&mut self, wait: Duration) -> anyhow::Result<()> {
        match self.events.recv_timeout(wait) {
            Ok(Event::Listening(name, address)) => {
                self.addresses.insert(name, address);
                Ok(())
            }
            Ok(Event::Exited(name, status)) => {
                self.running.retain(|(running, _)| *running != name);
                bail!("{name} ended with {}\n{}", status?, self.tail(name))
            }
            Ok(Event::Interrupted) => bail!("interrupted"),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Ok(()),
        }
    }

    fn log(&self, name: Name) -> PathBuf {
        self.logs.join(format!("{name}.log"))
    }

    fn tail(&self, name: Name) -> String {
        let text = fs::read_to_string(self.log(name)).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
    }

    /// Waits for one service to end; false when it did not in time.
    fn ended(&mut self, name: Name, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        while self.running.iter().any(|(running, _)| *running == name) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(Event::Exited(ended, _)) => self.running.retain(|(running, _)| *running != ended),
                Ok(_) => {}
                Err(_) => return false,
            }
        }
        true
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        while let Some((name, group)) = self.running.last().copied() {
            group.terminate();
            if !self.ended(name, STOP_DEADLINE) {
                eprintln!("{name} did not stop and is killed");
                group.kill();
                self.running.retain(|(running, _)| *running != name);
            }
        }
    }
}

/// On Linux a service ends with us even when we are killed.
fn dying_with_us(command: &mut Command) -> Command {
    if !cfg!(target_os = "linux") || process::on_path("setpriv").is_none() {
        return std::mem::replace(command, Command::new(""));
    }
    let mut guarded = Command::new("setpriv");
    guarded.args(["--pdeathsig", "TERM", "--"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => guarded.env(name, value),
            None => guarded.env_remove(name),
        };
    }
    guarded
}

/// Copies the output into the log, looks for the address in it, and tells when the program ends.
fn watch(name: Name, mut child: Child, output: impl Read + Send + 'static, mut log: File, events: Sender<Event>) {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _a_full_disk_stops_nothing = writeln!(log, "{line}");
            if line.starts_with(MAIL) {
                println!("{line}");
            }
            if let Some((_, address)) = line.split_once(LISTENING) {
                let address = address.trim().trim_start_matches("http://").to_owned();
                let _ended_is_fine = events.send(Event::Listening(name, address));
            }
        }
        let _ended_is_fine = events.send(Event::Exited(name, child.wait()));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_service_is_found_by_its_address_and_stopped() {
        let logs = tempfile::tempdir().unwrap();
        let mut services = Services::new(logs.path());
        let name =
            services.start("shell", &mut shell("echo shell listening on http://127.0.0.1:7; exec sleep 600")).unwrap();
        assert_eq!(services.address(name, STOP_DEADLINE).unwrap(), "127.0.0.1:7");
        let (_, group) = services.running[0];
        drop(services);
        assert!(!group.exists(), "still running");
    }

    #[test]
    fn a_service_that_ends_is_named_with_its_output() {
        let logs = tempfile::tempdir().unwrap();
        let mut services = Services::new(logs.path());
        let name = services.start("shell", &mut shell("echo out; echo broken >&2; exit 3")).unwrap();
        let error = services.address(name, STOP_DEADLINE).unwrap_err().to_string();
        assert!(error.contains("shell ended with exit status: 3"), "{error}");
        assert!(error.contains("out") && error.contains("broken"), "{error}");
    }
}
