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
