//! Sentences for every reason, in four languages: what is the matter and why, and what the person can do about it.
//!
//! No sentence has a word for a mandate, because every operator has another one. One file per language, one exhaustive
//! `match` in each: a reason without a text does not compile. Never part of the module, so that wording can change
//! without a new policy digest.

mod date;
mod de;
mod en;
mod fr;
mod it;
mod locale;

use serde::{Deserialize, Serialize};

use crate::reason::{CustomText, Reason};

pub use locale::Locale;

/// What a person reads about a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Text {
    /// The fact, and what follows from it.
    pub detail: String,
    /// What the person can do, or whom to ask.
    pub fix: String,
}

impl Text {
    // One function for all texts: inlined it is a tenth of their code.
    #[inline(never)]
    fn new(detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { detail: detail.into(), fix: fix.into() }
    }
}

/// The reason in the language.
#[must_use]
pub fn explain(reason: &Reason, locale: Locale) -> Text {
    match locale {
        Locale::De => de::text(reason),
        Locale::Fr => fr::text(reason),
        Locale::It => it::text(reason),
        Locale::En => en::text(reason),
    }
}

/// What the author of a rule of the operator's own wrote, in the language or else in the first one there is.
fn custom(rule: &str, texts: &[CustomText], locale: Locale) -> Text {
    match texts.iter().find(|text| text.language == locale.tag()).or(texts.first()) {
        Some(CustomText { detail, fix, .. }) => Text::new(detail, fix),
        None => Text::new(rule, rule),
    }
}

/// `one` or `many` with the number in front.
fn counted(number: i64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The labels in quotes with `or` between them; `none` where the operator configured none.
fn roles(labels: &[String], [open, close]: [&str; 2], or: &str, none: &str) -> String {
    let mut labels: Vec<&str> = labels.iter().map(|label| label.trim()).filter(|label| !label.is_empty()).collect();
    if labels.is_empty() {
        labels.push(none);
    }
    labels.iter().map(|label| format!("{open}{label}{close}")).collect::<Vec<_>>().join(or)
}
