//! Sentences for the host's own problems, in four languages. Those of the rules' reasons are in `core_wasm::texts`.
//!
//! One file per language, one exhaustive `match` in each: a problem without a text does not compile.

mod de;
mod directory;
mod en;
mod fr;
mod it;

use core_wasm::texts::{Locale, Text};

use super::{problem::Cause, request::FaultKind};

/// The problem in the language.
#[must_use]
pub fn explain(cause: &Cause, locale: Locale) -> Text {
    let (detail, fix) = match (cause, locale) {
        (Cause::Refused(reason), _) => return core_wasm::texts::explain(reason, locale),
        (Cause::Entry(refusal), _) => directory::text(refusal, locale),
        // An identity provider's administrator reads it in a log, in English like all of the standard.
        (Cause::Scim(fault), _) => (fault.detail.clone(), String::new()),
        (_, Locale::De) => de::text(cause),
        (_, Locale::Fr) => fr::text(cause),
        (_, Locale::It) => it::text(cause),
        (_, Locale::En) => en::text(cause),
    };
    Text { detail, fix }
}

/// The place of a fault as a sentence quotes it; the top of the body has no name.
fn place(pointer: &str) -> String {
    if pointer.is_empty() { "/".to_owned() } else { pointer.to_owned() }
}

/// A number of bytes as a sentence tells it.
fn size(bytes: usize) -> String {
    match bytes {
        1_000_000.. => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} kB", bytes / 1_000),
    }
}

/// Words as a sentence lists them.
fn words(allowed: &[&str]) -> String {
    allowed.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
