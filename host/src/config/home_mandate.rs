//! Home mandates.

use std::time::Duration;

use super::{ConfigError, Setting, layers::Layers};

const HOME_MANDATE: Setting = Setting::new("home_mandate.enabled", "TURNPIKE_HOME_MANDATE");
const HOME_MANDATE_PLAN: Setting = Setting::new("home_mandate.plan", "TURNPIKE_HOME_MANDATE_PLAN");
const HOME_MANDATE_TRIAL: Setting = Setting::new("home_mandate.trial", "TURNPIKE_HOME_MANDATE_TRIAL");

pub(super) const SETTINGS: &[Setting] = &[HOME_MANDATE, HOME_MANDATE_PLAN, HOME_MANDATE_TRIAL];

/// What a user who administers no mandate gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeMandateConfig {
    /// `TURNPIKE_HOME_MANDATE` (`on`): whether such a user gets one at all.
    pub enabled: bool,
    /// `TURNPIKE_HOME_MANDATE_PLAN` (`TRIAL_7D`): key of its plan.
    pub plan: String,
    /// `TURNPIKE_HOME_MANDATE_TRIAL` (`7d`): how long its trial lasts.
    pub trial: Duration,
}

impl HomeMandateConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        Ok(Self {
            enabled: layers.get_or(&HOME_MANDATE, true)?,
            plan: layers.get_or(&HOME_MANDATE_PLAN, "TRIAL_7D".to_owned())?,
            trial: layers.get_or(&HOME_MANDATE_TRIAL, Duration::from_secs(7 * 24 * 60 * 60))?,
        })
    }
}
