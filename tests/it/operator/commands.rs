//! The help of every command for the one on call: each shows an example that its own parser takes.

use crate::{engines, host::Setup};

const COMMANDS: [&[&str]; 14] = [
    &["audit"],
    &["audit", "show"],
    &["audit", "verify"],
    &["ledger", "list"],
    &["ledger", "show"],
    &["ledger", "resolve"],
    &["outbox", "list"],
    &["outbox", "retry"],
    &["person", "export"],
    &["person", "erase"],
    &["mandate", "export"],
    &["mandate", "erase"],
    &["pause"],
    &["resume"],
];

#[tokio::test]
async fn every_help_shows_examples_that_are_understood() {
    let database = engines::sqlite().await;
    let setup = Setup::new(&database.url).with_world();
    for command in COMMANDS {
        let (code, help, _) = setup.run(&[command, &["--help"]].concat());
        assert_eq!(code, 0);
        let (_, examples) = help.split_once("Example").unwrap_or_else(|| panic!("no example in\n{help}"));
        let examples: Vec<&str> =
            examples.lines().filter_map(|line| line.trim_start().strip_prefix("turnpike ")).collect();
        assert!(!examples.is_empty(), "{help}");
        for example in examples {
            let arguments = words(example);
            assert!(
                arguments.starts_with(&command.iter().map(|&word| word.to_owned()).collect::<Vec<_>>()),
                "{example}"
            );
            let (code, _, errors) = setup.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
            // 2 is for a command line that is not understood.
            assert_ne!(code, 2, "{example}: {errors}");
        }
    }
}

/// A reason is words on one line, and nothing is done without one.
#[tokio::test]
async fn a_reason_is_asked_for() {
    let database = engines::sqlite().await;
    let setup = Setup::new(&database.url).with_world();
    for arguments in [
        &["pause", "billing"][..],
        &["pause", "billing", "--reason", "  "],
        &["pause", "billing", "--reason", "a\nb"],
        &["ledger", "resolve", "o", "--as", "applied"],
        &["ledger", "resolve", "o", "--as", "done", "--reason", "x"],
    ] {
        let (code, _, errors) = setup.run(arguments);
        assert_eq!(code, 2, "{arguments:?}: {errors}");
    }
}

/// The words of a line as a shell splits them; single quotes only.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (place, part) in line.split('\'').enumerate() {
        if place % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}
