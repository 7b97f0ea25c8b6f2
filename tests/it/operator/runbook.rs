//! That the runbook is true: every command in it exists, and every log line it names is one of the host's.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{engines, host::Setup};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn runbook() -> String {
    fs::read_to_string(root().join("docs/runbook.md")).expect("docs/runbook.md")
}

/// All of the host's code.
fn host(folder: &Path) -> String {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.map(|path| if path.is_dir() { host(&path) } else { fs::read_to_string(&path).expect("code") }).collect()
}

/// Whatever stands between backquotes, on one line.
fn quoted(text: &str) -> Vec<&str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

/// The command lines: between backquotes, or a line of their own in a block.
fn commands(text: &str) -> BTreeSet<String> {
    let blocks = text.lines().filter_map(|line| line.strip_prefix("    "));
    let all = quoted(text).into_iter().chain(blocks);
    all.filter_map(|line| line.strip_prefix("turnpike ")).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_command_of_the_runbook_exists() {
    let database = engines::sqlite().await;
    let setup = Setup::new(&database.url);
    let commands = commands(&runbook());
    assert!(commands.len() >= 8, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.split_whitespace().collect();
        let own = words.iter().take_while(|word| word.chars().all(|c| c.is_ascii_lowercase())).copied();
        let own: Vec<&str> = own.take_while(|word| *word != "billing").collect();
        let (code, help, errors) = setup.run(&[&own[..], &["--help"]].concat());
        assert_eq!(code, 0, "`turnpike {command}`: {errors}");
        let usage = help.lines().find(|line| line.starts_with("Usage:")).expect("a usage line");
        assert!(usage.contains(&format!("turnpike {}", own.join(" "))), "`turnpike {command}`: {usage}");
        for flag in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(flag), "`turnpike {command}`: {flag} is not in\n{help}");
        }
    }
}

#[test]
fn every_log_line_of_the_runbook_is_one_of_the_host() {
    let text = runbook();
    let lines: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("Log: `")?.strip_suffix('`')).collect();
    assert!(lines.len() >= 5, "{lines:?}");
    let host = host(&root().join("host/src"));
    for line in lines {
        // What follows a colon says more than the line that is looked for.
        let is_logged = ["\"", ": "].iter().any(|end| host.contains(&format!("\"{line}{end}")));
        assert!(is_logged, "the host does not log `{line}`");
    }
}
