//! A batch, read, decided and answered one question after another, so that the facts of the one take the place of those of
//! the one before: a fresh instance pays for every page that it touches first.

use serde::{Deserialize, Serialize};

use super::{scan::Scanner, write::Writer};
use crate::{own::OwnRules, question::Single, settings::Settings, wire};

/// Answers a batch that is written as it mostly is: the settings first, no space around what holds the questions. Nothing for
/// every other call and for what is no call: those are read as a whole, which tells what is wrong as well.
pub(crate) fn answer(input: &[u8], own: &OwnRules) -> Option<Vec<u8>> {
    // Calls that are no batch end otherwise.
    let text = std::str::from_utf8(input.ends_with(b"]}}").then_some(input)?).ok()?;
    let mut scanner = Scanner::new(text);
    let is_call = scanner.word(br#"{"settings":"#);
    let settings = is_call.then(|| Settings::deserialize(&mut scanner).ok())??;
    let is_batch = scanner.word(br#","question":{"batch":["#);
    is_batch.then(|| answer_each(&mut scanner, &settings, own))?
}

fn answer_each(scanner: &mut Scanner<'_>, settings: &Settings, own: &OwnRules) -> Option<Vec<u8>> {
    let mut writer = Writer::new();
    writer.plain(r#"{"batch":["#);
    let mut is_first = true;
    while scanner.element(is_first).ok()? {
        if !is_first {
            writer.plain(",");
        }
        is_first = false;
        let question = Single::deserialize(&mut *scanner).ok()?;
        wire::decide_one(&question, settings, own).serialize(&mut writer).ok()?;
    }
    writer.plain("]}");
    (scanner.word(b"}}") && scanner.end().is_ok()).then(|| writer.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::answer;
    use crate::{own::OwnRules, wire};

    const SETTINGS: &str = r#"{"settings":{"adminLabels":["admin"],"adminMatch":"exact","orphanEnd":"anyone","homeMandate":true,"restoreWindow":1,"currency":"CHF","gate":"quantity","invoiceBudget":1,"mostWaiting":1}"#;
    const MANDATES: &str = r#"{"mandates":{"now":1,"homeGranted":false,"mandates":[]}}"#;
    const ACTIVATION: &str = r#"{"activation":{"now":1,"adding":1,"feature":null,"mandate":null,"billingConnected":true,"billingPaused":false,"restoring":null}}"#;

    fn batch(questions: &str) -> String {
        format!(r#"{SETTINGS},"question":{{"batch":[{questions}]}}}}"#)
    }

    #[test]
    fn a_batch_is_answered_as_when_it_is_read_as_a_whole() {
        for questions in [String::new(), MANDATES.to_owned(), format!("{MANDATES},{ACTIVATION}, {MANDATES} ")] {
            let call = batch(&questions);
            let expected = wire::answer(call.as_bytes());
            assert!(expected.starts_with(br#"{"batch":["#), "{call}");
            assert_eq!(answer(call.as_bytes(), OwnRules::NONE), Some(expected), "{call}");
        }
    }

    #[test]
    fn all_else_is_left_to_who_tells_what_is_wrong() {
        let good = batch(MANDATES);
        let mut calls = vec![
            format!(r#"{SETTINGS},"question":{ACTIVATION}}}"#),
            format!("{good} "),
            good.replacen('{', "{ ", 1),
            good.replace("true", "tru"),
            good.replace("question", "questions"),
            batch(&format!("{MANDATES}{MANDATES}")),
            batch(&format!("{MANDATES},{{}}")),
            batch("[]}}"),
            good.replace("]}}", "] }}") + "]}}",
            good.clone() + "]}}",
        ]
        .into_iter()
        .map(String::into_bytes)
        .collect::<Vec<_>>();
        calls.push([good.replace("admin\"", "").as_bytes(), b"\xFF]}}"].concat());
        for call in calls {
            assert_eq!(answer(&call, OwnRules::NONE), None, "{}", String::from_utf8_lossy(&call));
        }
    }
}
