//! The record of decisions.

use std::time::Duration;

use super::{ConfigError, Setting, layers::Layers};

/// For how long a decision stays on record.
pub const KEPT: Setting = Setting::new("decisions.kept", "TURNPIKE_DECISIONS_KEPT");

pub(super) const SETTINGS: &[Setting] = &[KEPT];

/// 13 months: a year and the time to look back at it.
const MONTHS_13: Duration = Duration::from_secs(396 * 24 * 60 * 60);

/// How decisions are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionsConfig {
    /// `TURNPIKE_DECISIONS_KEPT` (`396d`): for how long a decision stays on record.
    pub kept: Duration,
}

impl DecisionsConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let kept = layers.get_or(&KEPT, MONTHS_13)?;
        if kept.is_zero() {
            return Err(layers.invalid(&KEPT, "a duration above zero"));
        }
        Ok(Self { kept })
    }
}
