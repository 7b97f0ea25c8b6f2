//! Choices the rules depend on.

use core_wasm::settings::{AdminMatch, OrphanEnd};

use super::{ConfigError, Setting, layers::Layers};

const ADMIN_LABELS: Setting = Setting::new("rules.admin_labels", "TURNPIKE_ADMIN_LABELS");
const ADMIN_MATCH: Setting = Setting::new("rules.admin_match", "TURNPIKE_ADMIN_MATCH");
const ORPHAN_END: Setting = Setting::new("rules.orphan_end", "TURNPIKE_ORPHAN_END");
const CURRENCY: Setting = Setting::new("rules.currency", "TURNPIKE_CURRENCY");

pub(super) const SETTINGS: &[Setting] = &[ADMIN_LABELS, ADMIN_MATCH, ORPHAN_END, CURRENCY];

/// Choices the rules depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesConfig {
    /// `TURNPIKE_ADMIN_LABELS` (`admin`): role labels that make their holder an admin of the mandate.
    pub admin_labels: Vec<String>,
    /// `TURNPIKE_ADMIN_MATCH` (`exact`): how labels are compared: `exact`, `words` or `substring`.
    pub admin_match: AdminMatch,
    /// `TURNPIKE_ORPHAN_END` (`anyone`): who may give up the last access: `anyone` or `admin`.
    pub orphan_end: OrphanEnd,
    /// `TURNPIKE_CURRENCY` (`CHF`): the one currency of the deployment, ISO 4217.
    pub currency: String,
}

impl RulesConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let admin_match = layers.get_with(&ADMIN_MATCH, "`exact`, `words` or `substring`", |text| match text {
            "exact" => Some(AdminMatch::Exact),
            "words" => Some(AdminMatch::Words),
            "substring" => Some(AdminMatch::Substring),
            _ => None,
        })?;
        let orphan_end = layers.get_with(&ORPHAN_END, "`anyone` or `admin`", |text| match text {
            "anyone" => Some(OrphanEnd::Anyone),
            "admin" => Some(OrphanEnd::Admin),
            _ => None,
        })?;
        let currency = layers.get_with(&CURRENCY, "a currency of three capital letters, such as `CHF`", |text| {
            (text.len() == 3 && text.bytes().all(|letter| letter.is_ascii_uppercase())).then(|| text.to_owned())
        })?;
        Ok(Self {
            admin_labels: layers.get_or(&ADMIN_LABELS, vec!["admin".to_owned()])?,
            admin_match: admin_match.unwrap_or(AdminMatch::Exact),
            orphan_end: orphan_end.unwrap_or(OrphanEnd::Anyone),
            currency: currency.unwrap_or_else(|| "CHF".to_owned()),
        })
    }
}
