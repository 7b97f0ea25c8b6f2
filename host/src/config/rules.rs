//! Choices the rules depend on.

use std::{path::Path, time::Duration};

use core_wasm::settings::{AdminMatch, OrphanEnd, RESTORE_WINDOW as RESTORE_WINDOW_DEFAULT, Settings};

use super::{ConfigError, Setting, Sources, layers::Layers};

const ADMIN_LABELS: Setting = Setting::new("rules.admin_labels", "TURNPIKE_ADMIN_LABELS");
const ADMIN_MATCH: Setting = Setting::new("rules.admin_match", "TURNPIKE_ADMIN_MATCH");
const ORPHAN_END: Setting = Setting::new("rules.orphan_end", "TURNPIKE_ORPHAN_END");
/// For how long an ended instance can be restored.
pub const RESTORE_WINDOW: Setting = Setting::new("rules.restore_window", "TURNPIKE_RESTORE_WINDOW");
const CURRENCY: Setting = Setting::new("rules.currency", "TURNPIKE_CURRENCY");

pub(super) const SETTINGS: &[Setting] = &[ADMIN_LABELS, ADMIN_MATCH, ORPHAN_END, RESTORE_WINDOW, CURRENCY];

/// Choices the rules depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesConfig {
    /// `TURNPIKE_ADMIN_LABELS` (`admin`): role labels that make their holder an admin of the mandate.
    pub admin_labels: Vec<String>,
    /// `TURNPIKE_ADMIN_MATCH` (`exact`): how labels are compared: `exact`, `words` or `substring`.
    pub admin_match: AdminMatch,
    /// `TURNPIKE_ORPHAN_END` (`anyone`): who may give up the last access: `anyone` or `admin`.
    pub orphan_end: OrphanEnd,
    /// `TURNPIKE_RESTORE_WINDOW` (`7d`): for how long an ended instance can be restored, and is remembered.
    pub restore_window: Duration,
    /// `TURNPIKE_CURRENCY` (`CHF`): the one currency of the deployment, ISO 4217.
    pub currency: String,
}

/// What of the rules' settings is set; what is not is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Given {
    admin_labels: Option<Vec<String>>,
    admin_match: Option<AdminMatch>,
    orphan_end: Option<OrphanEnd>,
    restore_window: Option<Duration>,
    currency: Option<String>,
}

impl Given {
    fn read(layers: &Layers) -> Result<Self, ConfigError> {
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
        let restore_window: Option<Duration> = layers.get(&RESTORE_WINDOW)?;
        if restore_window.is_some_and(|window| window < Duration::from_secs(60)) {
            return Err(layers.invalid(&RESTORE_WINDOW, "a duration of at least a minute"));
        }
        let currency = layers.get_with(&CURRENCY, "a currency of three capital letters, such as `CHF`", |text| {
            (text.len() == 3 && text.bytes().all(|letter| letter.is_ascii_uppercase())).then(|| text.to_owned())
        })?;
        Ok(Self { admin_labels: layers.get(&ADMIN_LABELS)?, admin_match, orphan_end, restore_window, currency })
    }
}

impl RulesConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let given = Given::read(layers)?;
        Ok(Self {
            admin_labels: given.admin_labels.unwrap_or_else(|| vec!["admin".to_owned()]),
            admin_match: given.admin_match.unwrap_or(AdminMatch::Exact),
            orphan_end: given.orphan_end.unwrap_or(OrphanEnd::Anyone),
            restore_window: given
                .restore_window
                .unwrap_or(Duration::from_millis(RESTORE_WINDOW_DEFAULT.unsigned_abs())),
            currency: given.currency.unwrap_or_else(|| "CHF".to_owned()),
        })
    }
}

/// Other choices for the rules, to be tried: what a file says about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleChanges {
    given: Given,
}

impl RuleChanges {
    /// Reads the table `[rules]` of a TOML file. Other tables of a whole configuration file are checked and left aside.
    ///
    /// # Errors
    /// [`ConfigError`], also when the file says nothing about the rules.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let sources = Sources { file: Some(path.to_owned()), ..Sources::default() };
        let given = Given::read(&Layers::collect(&sources)?)?;
        if given == Given::default() {
            return Err(ConfigError::Conflict {
                what: format!("`{}` must set something in `[rules]`", path.display()),
                right: "that is what is to be tried".to_owned(),
            });
        }
        Ok(Self { given })
    }

    /// The settings with what the file changes about them.
    #[must_use]
    pub fn applied_to(&self, settings: &Settings) -> Settings {
        let Given { admin_labels, admin_match, orphan_end, restore_window, currency } = self.given.clone();
        let window = restore_window.and_then(|window| i64::try_from(window.as_millis()).ok());
        let mut changed = settings.clone();
        changed.admin_labels = admin_labels.unwrap_or(changed.admin_labels);
        changed.admin_match = admin_match.unwrap_or(changed.admin_match);
        changed.orphan_end = orphan_end.unwrap_or(changed.orphan_end);
        changed.restore_window = window.unwrap_or(changed.restore_window);
        changed.currency = currency.unwrap_or(changed.currency);
        changed
    }
}
