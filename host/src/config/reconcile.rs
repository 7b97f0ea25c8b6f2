//! The comparison of subscriptions with the billing provider.

use std::time::Duration;

use super::{ConfigError, Setting, layers::Layers};

const RECONCILE_EVERY: Setting = Setting::new("reconcile.every", "TURNPIKE_RECONCILE_EVERY");

pub(super) const SETTINGS: &[Setting] = &[RECONCILE_EVERY];

/// How subscriptions are compared with the billing provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReconcileConfig {
    /// `TURNPIKE_RECONCILE_EVERY` (`5m`): how often each subscription is compared.
    pub every: Duration,
}

impl ReconcileConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let every = layers.get_or(&RECONCILE_EVERY, Duration::from_secs(5 * 60))?;
        if every < Duration::from_secs(1) {
            return Err(layers.invalid(&RECONCILE_EVERY, "a duration of a second or more"));
        }
        Ok(Self { every })
    }
}
