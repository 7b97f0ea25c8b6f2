//! Runs every case natively, bytes in and bytes out.

use std::path::Path;

use core_wasm::wire;
use serde_json::Value;

use crate::reader::{CaseFile, read_all};

/// The case files of the repository.
pub(crate) fn all() -> Vec<CaseFile> {
    read_all(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/cases"))).expect("case files are well formed")
}

#[test]
fn every_case_gets_its_answer() {
    let mut wrong = Vec::new();
    let files = all();
    for file in &files {
        for case in &file.cases {
            let answer: Value = serde_json::from_slice(&wire::answer(&case.input)).expect("an answer is JSON");
            if answer != case.answer {
                wrong.push(format!("{}: {}\n  expected {}\n  answered {answer}", file.rule, case.name, case.answer));
            }
        }
    }
    assert!(wrong.is_empty(), "{} cases are answered differently\n{}", wrong.len(), wrong.join("\n"));
    assert!(files.iter().map(|file| file.cases.len()).sum::<usize>() > 250, "the cases are gone");
}

#[test]
fn equal_calls_get_equal_bytes_whatever_their_layout() {
    for file in all() {
        for case in file.cases {
            // A failure names the byte, which another layout moves.
            if case.answer.get("failure").is_none() {
                let call: Value = serde_json::from_slice(&case.input).expect("a call is JSON");
                let spread = serde_json::to_vec_pretty(&call).expect("a value is JSON");
                assert!(wire::answer(&case.input) == wire::answer(&spread), "{}: {}", file.rule, case.name);
            }
        }
    }
}

#[test]
fn names_of_cases_are_unique() {
    for file in all() {
        let mut names: Vec<&str> = file.cases.iter().map(|case| case.name.as_str()).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{} has two cases of one name", file.rule);
    }
}
