//! The audit trail.

use std::time::Duration;

use super::{ConfigError, Setting, layers::Layers};

const TICK: Setting = Setting::new("audit.tick", "TURNPIKE_AUDIT_TICK");
/// For how long an entry is kept.
pub const KEPT: Setting = Setting::new("audit.kept", "TURNPIKE_AUDIT_KEPT");

pub(super) const SETTINGS: &[Setting] = &[TICK, KEPT];

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How the audit trail is sealed and kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditConfig {
    /// `TURNPIKE_AUDIT_TICK` (`5s`): how often a host looks for entries that have no seal yet.
    pub tick: Duration,
    /// `TURNPIKE_AUDIT_KEPT` (`3653d`, ten years): for how long an entry stays on the trail.
    pub kept: Duration,
}

impl AuditConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let tick = layers.get_or(&TICK, Duration::from_secs(5))?;
        let kept = layers.get_or(&KEPT, 3653 * DAY)?;
        for (setting, value) in [(&TICK, tick), (&KEPT, kept)] {
            if value.is_zero() {
                return Err(layers.invalid(setting, "a duration above zero"));
            }
        }
        Ok(Self { tick, kept })
    }
}
