//! A runtime as a program that reads calls from a file and writes answers to another.

use std::{
    path::Path,
    process::{Command, Stdio},
    str::FromStr,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

/// A runtime and how it is run.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) name: String,
    command: Vec<String>,
    /// What it is given in place of the module.
    module: Option<String>,
}

impl FromStr for Program {
    type Err = String;

    /// `name|program|argument…`; a last word `@PATH` is given in place of the module.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, command) = text.split_once('|').ok_or_else(|| format!("`{text}` is not `name|program…`"))?;
        let mut command: Vec<String> = command.split('|').map(str::to_owned).collect();
        let module = command.pop_if(|word| word.starts_with('@')).map(|word| word.trim_start_matches('@').to_owned());
        if name.is_empty() || command.is_empty() {
            return Err(format!("`{text}` is not `name|program…`"));
        }
        Ok(Self { name: name.to_owned(), command, module })
    }
}

impl Program {
    /// The name for files.
    pub(crate) fn file_name(&self) -> String {
        self.name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
    }

    /// Lets it answer all calls; gives the time that it measured around its decisions.
    pub(crate) fn run(&self, module: &Path, calls: &Path, answers: &Path) -> Result<Duration> {
        let mut command = self.command(module, calls, answers)?;
        let output = command.output().with_context(|| format!("cannot start {}", self.name))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{} ended with {}\n{said}{errors}", self.name, output.status);
        let nanoseconds = said.trim().parse().with_context(|| format!("{} printed no time but `{said}`", self.name))?;
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// Whether it loads the module that it is given.
    pub(crate) fn takes_any_module(&self) -> bool {
        self.module.is_none()
    }

    /// Whether it answers all calls; what it prints is dropped. One that does not end in time is an error.
    pub(crate) fn succeeds(&self, module: &Path, calls: &Path, answers: &Path, patience: Duration) -> Result<bool> {
        let mut command = self.command(module, calls, answers)?;
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status.success());
            }
            if Instant::now() > deadline {
                child.kill()?;
                child.wait()?;
                bail!("{} does not end", self.name);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn command(&self, module: &Path, calls: &Path, answers: &Path) -> Result<Command> {
        let (program, arguments) = self.command.split_first().context("no program")?;
        let mut command = Command::new(program);
        command.args(arguments);
        match &self.module {
            Some(module) => command.arg(module),
            None => command.arg(module),
        };
        command.arg(calls).arg(answers);
        Ok(command)
    }
}
