//! Runs commands one after the other in one bash and tells what each of them printed.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::interrupt::{self, Group};

/// How long all commands together may take.
const DEADLINE: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(20);
/// What stands between two outputs.
const BETWEEN: &str = "-- the next command of the session --";

/// What each command printed on standard output and standard error. Variables live on from one to the next.
pub(crate) fn run(folder: &Path, commands: Vec<&str>) -> anyhow::Result<Vec<String>> {
    let script: String = commands.iter().map(|command| format!("{command}\nprintf '%s\\n' '{BETWEEN}'\n")).collect();
    let file = folder.join("output");
    let output = fs::File::create(&file).context("cannot write what the session prints")?;
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-c", &script]).current_dir(folder).process_group(0);
    bash.stdin(Stdio::null()).stderr(output.try_clone()?).stdout(output);
    let mut child = bash.spawn().context("cannot start `bash`")?;
    let (group, deadline) = (Group::of(&child), Instant::now() + DEADLINE);
    while child.try_wait()?.is_none() {
        if interrupt::requested() || Instant::now() > deadline {
            group.kill();
            child.wait()?;
            bail!("the session was not through after {} s\n{}", DEADLINE.as_secs(), fs::read_to_string(&file)?);
        }
        thread::sleep(POLL);
    }
    let printed = fs::read_to_string(&file).context("the session printed no UTF-8")?;
    let mut outputs: Vec<String> =
        printed.split(BETWEEN).map(|output| output.trim_start_matches('\n').to_owned()).collect();
    outputs.pop();
    if outputs.len() != commands.len() {
        bail!("the session ended early\n{printed}");
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_its_output_and_variables_live_on() {
        let folder = tempfile::tempdir().unwrap();
        let outputs =
            run(folder.path(), vec!["a=1", "echo $a; echo 2 >&2", "printf 3", "false", "echo \\\n  4"]).unwrap();
        assert_eq!(outputs, ["", "1\n2\n", "3", "", "4\n"]);
    }

    #[test]
    fn a_session_that_ends_early_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = run(folder.path(), vec!["echo so far", "exit 0", "echo never"]).unwrap_err().to_string();
        assert!(error.contains("ended early") && error.contains("so far"), "{error}");
    }
}
