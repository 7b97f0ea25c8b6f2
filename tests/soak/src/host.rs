//! One host: the service as a process of its own, with its log in a file.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use tokio::{
    process::{Child, Command},
    time::sleep,
};

use crate::{database::Database, settings::Settings, tokens};

/// How long a host may take until it listens, on a machine that is busy.
const START_DEADLINE: Duration = Duration::from_secs(120);

/// How hosts are started.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    program: PathBuf,
    variables: Vec<(&'static str, String)>,
}

/// A running host. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Host {
    child: Child,
    /// Where it answers.
    pub(crate) url: String,
}

impl Setup {
    pub(crate) fn new(settings: &Settings, database: &Database, stripe: &str) -> Self {
        let variables = vec![
            ("TURNPIKE_DATABASE_URL", database.url.clone()),
            ("TURNPIKE_LISTEN", "127.0.0.1:0".to_owned()),
            ("TURNPIKE_JWT_SECRET", tokens::SECRET.to_owned()),
            ("TURNPIKE_RATE_LIMIT", "off".to_owned()),
            ("TURNPIKE_LEDGER_TICK", "500ms".to_owned()),
            ("TURNPIKE_LEDGER_LEASE", settings.lease.clone()),
            // Short, so that many requests do not see the end of what they asked for.
            ("TURNPIKE_BILLING_WAIT", "3s".to_owned()),
            ("TURNPIKE_LOG_FORMAT", "json".to_owned()),
            ("TURNPIKE_LOG", "info".to_owned()),
            ("TURNPIKE_STRIPE_SECRET_KEY", "sk_test_soak".to_owned()),
            ("TURNPIKE_STRIPE_API_BASE", stripe.to_owned()),
        ];
        Self { program: settings.turnpike.clone(), variables }
    }

    /// Loads a document into the database.
    pub(crate) async fn import(&self, document: &Value) -> anyhow::Result<()> {
        let file = tempfile::NamedTempFile::new()?;
        fs::write(file.path(), serde_json::to_vec(document)?)?;
        let output = self.command("import").arg(file.path()).output().await.context("cannot start the service")?;
        ensure!(output.status.success(), "the import failed: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Starts a host and waits until it listens.
    pub(crate) async fn serve(&self, log: &Path) -> anyhow::Result<Host> {
        let sink = File::create(log).with_context(|| format!("cannot write `{}`", log.display()))?;
        let mut child =
            self.command("serve").stdout(Stdio::from(sink.try_clone()?)).stderr(Stdio::from(sink)).spawn()?;
        let until = Instant::now() + START_DEADLINE;
        loop {
            if let Some(address) = address(log) {
                return Ok(Host { child, url: format!("http://{address}") });
            }
            if let Some(status) = child.try_wait()? {
                bail!("a host ended with {status}; see `{}`", log.display());
            }
            ensure!(Instant::now() < until, "a host does not listen; see `{}`", log.display());
            sleep(Duration::from_millis(20)).await;
        }
    }

    fn command(&self, subcommand: &str) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TURNPIKE_")) {
            command.env_remove(name);
        }
        command.arg(subcommand).envs(self.variables.iter().map(|(name, value)| (name, value))).kill_on_drop(true);
        command
    }
}

impl Host {
    /// Ends it as a power cut would: SIGKILL.
    pub(crate) async fn kill(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Whether it ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }
}

fn address(log: &Path) -> Option<String> {
    fs::read_to_string(log).ok()?.lines().find_map(|line| {
        let entry: Value = serde_json::from_str(line).ok()?;
        let fields = entry.get("fields").unwrap_or(&entry);
        (fields.get("message")? == "listening").then(|| fields.get("address")?.as_str().map(str::to_owned))?
    })
}
