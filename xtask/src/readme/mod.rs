//! `cargo xtask readme`: runs the shell session of README.md against a demo of its own and compares what it prints.

mod difference;
mod placeholders;
mod session;
mod shell;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};

use self::session::Session;
use crate::demo::Services;
use crate::workspace::Workspace;

/// The file, relative to the root.
const README: &str = "README.md";
/// How long the demo may take until the store answers, builds included.
const START_DEADLINE: Duration = Duration::from_secs(20 * 60);

#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Write what the commands print into the README instead of comparing.
    #[arg(long)]
    update: bool,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let file = workspace.root.join(README);
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let session = Session::read(&text)?;
    let printed = in_a_demo(|folder| shell::run(folder, session.commands()))?;
    let printed: Vec<String> = printed.iter().map(|output| placeholders::put(output)).collect();
    if args.update {
        fs::write(&file, session.with_outputs(&text, &printed)).context("cannot write the README")?;
        println!("{README}: {} outputs written", printed.len());
        return Ok(());
    }
    let differences = session.differences(&printed);
    if !differences.is_empty() {
        bail!("what the session prints is not what {README} says\n{}", differences.join("\n"));
    }
    println!("{README}: {} commands print what it says", printed.len());
    Ok(())
}

/// Calls `use_it` with a folder in which a demo was started the way a person does it in a checkout.
fn in_a_demo<T>(use_it: impl FnOnce(&Path) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let folder = tempfile::Builder::new().prefix("turnpike readme ").tempdir()?;
    let demo = folder.path().join("target/demo");
    let ready = folder.path().join("ready.json");
    fs::create_dir_all(&demo)?;
    let mut services = Services::new(folder.path());
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["demo", "--port", "0", "--dir"]).arg(&demo).arg("--ready-file").arg(&ready);
    services.start("demo", &mut command)?;
    services.wait_until(START_DEADLINE, || ready.exists())?;
    use_it(folder.path())
}
