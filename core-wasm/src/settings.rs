//! What an operator may set about the rules. Settings travel in the question, so that equal questions get equal answers.

use serde::{Deserialize, Serialize};

/// The operator's choices that a decision depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// Role labels that make their holder an admin of the mandate.
    pub admin_labels: Vec<String>,
    /// How a role's label is compared with `admin_labels`.
    pub admin_match: AdminMatch,
    /// Who may give up an access when that ends the instance.
    pub orphan_end: OrphanEnd,
    /// Whether a user who administers no mandate gets a home mandate.
    pub home_mandate: bool,
    /// For how long an ended instance can be restored, in milliseconds.
    pub restore_window: i64,
    /// The one currency of the deployment, ISO 4217.
    pub currency: String,
}

/// How a role's label is compared with the configured admin labels. Case never matters (ASCII), nor space at the ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AdminMatch {
    /// The label equals a configured one.
    Exact,
    /// One word of the label equals a configured one.
    Words,
    /// The label contains a configured one: what the gateway did, kept for the move.
    Substring,
}

/// Who may give up an access when that ends the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OrphanEnd {
    /// Whoever holds the last access.
    Anyone,
    /// Only an admin of the mandate.
    Admin,
}

/// Seven days in milliseconds: for how long an ended instance can be restored by default.
pub const RESTORE_WINDOW: i64 = 7 * 24 * 60 * 60 * 1000;

impl Default for Settings {
    fn default() -> Self {
        Self {
            admin_labels: vec!["admin".to_owned()],
            admin_match: AdminMatch::Exact,
            orphan_end: OrphanEnd::Anyone,
            home_mandate: true,
            restore_window: RESTORE_WINDOW,
            currency: "CHF".to_owned(),
        }
    }
}
