//! That nothing is without a case: every rule and term has a file, every reason, parameter and failure is reached.

use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

use core_wasm::{
    question::FailureCode,
    reason::{BillingGap, Reason},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::cases;

/// Case files about a question or about the whole, not about one rule or term.
const WHOLE: [&str; 5] = ["batch", "failure", "mandates", "order", "overview"];

/// Told by rules of an operator's own, and by none of these.
pub(crate) const OF_OPERATORS: [&str; 1] = ["custom"];

/// Told by billing; no rule says them.
pub(crate) const OF_BILLING: [&str; 3] = ["billing-refused", "payment-action-required", "payment-declined"];

fn source(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path)).expect("a source file")
}

/// Terms whose cases are those of the one rule that asks for them.
const WITHIN_A_RULE: [&str; 3] = ["closed", "membership", "offered"];

/// The files of `src/rules` and of `src/terms`: one per rule and per term.
fn rule_and_term_files() -> BTreeSet<String> {
    let mut names = files_of("src/rules");
    names.extend(files_of("src/terms").into_iter().filter(|name| !WITHIN_A_RULE.contains(&name.as_str())));
    names
}

fn files_of(folder: &str) -> BTreeSet<String> {
    fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned())
        .filter(|name| name != "mod")
        .collect()
}

/// The codes of all reasons, in the order in which decisions list them.
pub(crate) fn codes_in_order() -> &'static [String] {
    static CODES: LazyLock<Vec<String>> = LazyLock::new(|| words::<Reason>(json!({"code": "?", "params": {}})));
    &CODES
}

/// All words of an enum on the wire in order, as its reader lists them.
fn words<T: DeserializeOwned>(unknown: Value) -> Vec<String> {
    let error = serde_json::from_value::<T>(unknown).err().expect("an unknown word is refused").to_string();
    let (_, known) = error.split_once("expected ").expect("the words are listed");
    known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_rule_and_term_has_a_case_file_and_every_case_file_is_of_one() {
    let with_cases: BTreeSet<String> = cases::all().into_iter().map(|file| file.rule).collect();
    let expected: BTreeSet<String> = rule_and_term_files().into_iter().chain(WHOLE.map(str::to_owned)).collect();
    assert_eq!(with_cases, expected);
}

#[test]
fn every_file_that_is_a_rule_is_in_a_list_of_rules() {
    let lists = source("activation.rs") + &source("deactivation.rs") + &source("mandates.rs") + &source("sharing.rs");
    for name in files_of("src/rules") {
        if source(&format!("rules/{name}.rs")).starts_with("//! Rule:") {
            let listed = ["last", "and"].iter().any(|place| lists.contains(&format!(" {place} {name},")))
                || lists.contains(&format!(" {name}("));
            assert!(listed, "rule `{name}` is in no list, so nobody asks it");
        }
    }
}

#[test]
fn every_reason_is_reached_by_the_case_file_of_a_rule() {
    let mut reached = BTreeSet::new();
    for file in cases::all().iter().filter(|file| !WHOLE.contains(&file.rule.as_str())) {
        for case in &file.cases {
            for reason in case
                .answer
                .pointer("/activation/reasons")
                .into_iter()
                .chain(case.answer.pointer("/deactivation/reasons"))
                .chain(case.answer.pointer("/sharing/reasons"))
            {
                let codes = reason.as_array().expect("a list of reasons").iter();
                reached.extend(codes.map(|reason| reason["code"].as_str().expect("a code").to_owned()));
            }
        }
    }
    let mut expected: BTreeSet<String> = codes_in_order().iter().cloned().collect();
    for code in OF_BILLING.into_iter().chain(OF_OPERATORS) {
        assert!(expected.remove(code), "`{code}` is no reason any more");
    }
    assert_eq!(reached, expected);
}

#[test]
fn every_billing_gap_and_every_failure_is_reached() {
    let answers: String = cases::all()
        .iter()
        .filter(|file| ["billing_complete", "failure"].contains(&file.rule.as_str()))
        .flat_map(|file| file.cases.iter().map(|case| case.answer.to_string()))
        .collect();
    for word in words::<BillingGap>(json!("?")).into_iter().chain(words::<FailureCode>(json!("?"))) {
        assert!(answers.contains(&format!("\"{word}\"")), "no case reaches `{word}`");
    }
}

#[test]
fn the_code_of_a_profile_is_the_code_on_the_wire() {
    for file in cases::all() {
        for case in file.cases {
            let Some(reasons) = case.answer.pointer("/activation/reasons").and_then(Value::as_array) else { continue };
            for told in reasons {
                let reason: Reason = serde_json::from_value(told.clone()).expect("a reason");
                assert_eq!(told["code"], reason.profile().code);
            }
        }
    }
    for reason in [
        Reason::NoAccess {},
        Reason::ColleagueNotFound {},
        Reason::RoleNotFound {},
        Reason::AccessHeld {},
        Reason::PaymentDeclined {},
        Reason::PaymentActionRequired {},
        Reason::BillingRefused {},
        crate::own::reason(),
    ] {
        assert_eq!(serde_json::to_value(&reason).expect("a reason is JSON")["code"], reason.profile().code);
    }
}
