//! Rules of an operator's own on top of Turnpike's. They can refuse what the others allow, and allow nothing more.

use crate::{
    activation::Check,
    reason::{CustomText, Reason},
};

/// Rules that are looked at after Turnpike's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnRules {
    /// About activations, in the order in which their reasons are told. None is asked where a rule before spoke that may
    /// not be told more than itself: of strangers and of members who are no admins.
    pub activation: &'static [Check],
}

impl OwnRules {
    /// Turnpike's rules alone.
    pub const NONE: &'static Self = &Self { activation: &[] };
}

/// What such a rule says: its name, of 1 to 64 lower-case letters, digits and hyphens, and for each language (`de`, `fr`,
/// `it` or `en`) what is the matter and what the person can do. A caller whose language is missing reads the first.
#[must_use]
pub fn reason(rule: &str, texts: &[(&str, &str, &str)]) -> Reason {
    let text = |&(language, detail, fix): &(&str, &str, &str)| CustomText {
        language: language.to_owned(),
        detail: detail.to_owned(),
        fix: fix.to_owned(),
    };
    Reason::Custom { rule: rule.to_owned(), texts: texts.iter().map(text).collect() }
}
