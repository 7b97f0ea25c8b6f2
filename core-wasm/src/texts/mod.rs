//! Sentences for every reason, in four languages: what is the matter and why, and what the person can do about it.
//!
//! They are data: `core-wasm/texts` has one file per language and says how they are written. JavaScript fills the same
//! texts. Never part of the module, so that wording can change without a new policy digest.

mod date;
mod locale;
mod params;
mod sentence;

use serde::{Deserialize, Serialize};

use crate::reason::{CustomText, Reason};
use sentence::{Row, Sentences};

pub use locale::Locale;

/// What a person reads about a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Text {
    /// The fact, and what follows from it.
    pub detail: String,
    /// What the person can do, or whom to ask.
    pub fix: String,
}

// Lists of texts are written in JSON as in Rust: what is none does not compile.
static DE: &[Row] = &include!("../../texts/de.json");
static FR: &[Row] = &include!("../../texts/fr.json");
static IT: &[Row] = &include!("../../texts/it.json");
static EN: &[Row] = &include!("../../texts/en.json");

/// The reason in the language.
#[must_use]
pub fn explain(reason: &Reason, locale: Locale) -> Text {
    if let Reason::Custom { rule, texts } = reason {
        return custom(rule, texts, locale);
    }
    let sentences = Sentences { rows: rows(locale), params: params::of(reason) };
    let code = reason.profile().code;
    Text { detail: sentences.say(&format!("{code}.detail")), fix: sentences.say(&format!("{code}.fix")) }
}

fn rows(locale: Locale) -> &'static [Row] {
    match locale {
        Locale::De => DE,
        Locale::Fr => FR,
        Locale::It => IT,
        Locale::En => EN,
    }
}

/// What the author of a rule of the operator's own wrote, in the language or else in the first one there is.
fn custom(rule: &str, texts: &[CustomText], locale: Locale) -> Text {
    match texts.iter().find(|text| text.language == locale.tag()).or(texts.first()) {
        Some(CustomText { detail, fix, .. }) => Text { detail: detail.clone(), fix: fix.clone() },
        None => Text { detail: rule.to_owned(), fix: rule.to_owned() },
    }
}
