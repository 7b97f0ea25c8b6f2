//! What must never be told. Every answer and every log line of the whole-server tests is searched for it.

use reqwest::header::HeaderMap;

use crate::tokens;

/// In every planted secret of the data set: Stripe's ids and key, mails, role labels.
const PLANTED: &str = "planted";

/// Nothing of the inside of the host: SQL, paths of Rust types, panics.
const INSIDE: [&str; 9] =
    ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "sqlite", "postgres", "constraint", "::", "panicked"];

/// Neither names nor tokens nor query strings belong into a log.
const IN_LOGS: [&str; 4] = ["panicked", "name-u-", "eyJ", "mandateId="];

/// Panics when an answer tells what nobody may know. Which names it may tell depends on who asks: see `access::names`.
#[track_caller]
pub(crate) fn check_answer(headers: &HeaderMap, body: &str) {
    for word in [PLANTED, tokens::SECRET].iter().chain(&INSIDE) {
        assert!(!body.contains(word), "an answer tells `{word}`: {body}");
        for (name, value) in headers {
            assert!(!String::from_utf8_lossy(value.as_bytes()).contains(word), "{name} tells `{word}`: {value:?}");
        }
    }
}

/// Panics when a log tells what does not belong there.
#[track_caller]
pub(crate) fn check_log(log: &str) {
    for line in log.lines() {
        for word in [PLANTED, tokens::SECRET].iter().chain(&IN_LOGS) {
            assert!(!line.contains(word), "the log tells `{word}`: {line}");
        }
    }
}

#[test]
fn the_search_finds_what_is_planted() {
    let data = crate::world::document().to_string();
    for planted in ["sub_planted_", "si_planted_", "planted-u-", "planted-role-", "name-u-"] {
        assert!(data.contains(planted), "the data set plants no `{planted}`");
    }
    for line in ["x si_planted_open", "by name-u-admin", tokens::SECRET, "thread 'main' panicked at"] {
        assert!(std::panic::catch_unwind(|| check_log(line)).is_err(), "{line}");
    }
    for body in ["sub_planted_open", "SELECT 1", "core::option::Option", tokens::SECRET] {
        assert!(std::panic::catch_unwind(|| check_answer(&HeaderMap::new(), body)).is_err(), "{body}");
    }
}
