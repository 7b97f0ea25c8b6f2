//! Events that are told to the embedding product.

use std::time::Duration;

use super::{ConfigError, Setting, layers::Layers};

const TICK: Setting = Setting::new("events.tick", "TURNPIKE_EVENTS_TICK");
const STANDING_EVERY: Setting = Setting::new("events.standing_every", "TURNPIKE_EVENTS_STANDING_EVERY");
const TIMEOUT: Setting = Setting::new("events.timeout", "TURNPIKE_EVENTS_TIMEOUT");
const PRIVATE_TARGETS: Setting = Setting::new("events.private_targets", "TURNPIKE_EVENTS_PRIVATE_TARGETS");
/// For how long an event can be read.
pub const KEPT: Setting = Setting::new("events.kept", "TURNPIKE_EVENTS_KEPT");
/// For how long an attempt stays in the log.
pub const ATTEMPTS_KEPT: Setting = Setting::new("events.attempts_kept", "TURNPIKE_EVENTS_ATTEMPTS_KEPT");

pub(super) const SETTINGS: &[Setting] = &[TICK, STANDING_EVERY, TIMEOUT, PRIVATE_TARGETS, KEPT, ATTEMPTS_KEPT];

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An attempt is one host's for a minute, which must be longer than it takes.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(45);

/// How events are told and kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventsConfig {
    /// `TURNPIKE_EVENTS_TICK` (`1s`): how often a host looks for events that are to be told.
    pub tick: Duration,
    /// `TURNPIKE_EVENTS_STANDING_EVERY` (`30s`): how often instances are looked at that may be suspended, by one host.
    pub standing_every: Duration,
    /// `TURNPIKE_EVENTS_TIMEOUT` (`15s`): how long an endpoint may take to answer.
    pub timeout: Duration,
    /// `TURNPIKE_EVENTS_PRIVATE_TARGETS` (`off`): whether endpoints may be at private, loopback and link-local addresses,
    /// and without TLS.
    pub private_targets: bool,
    /// `TURNPIKE_EVENTS_KEPT` (`90d`): for how long an event can be read.
    pub kept: Duration,
    /// `TURNPIKE_EVENTS_ATTEMPTS_KEPT` (`30d`): for how long an attempt stays in the log.
    pub attempts_kept: Duration,
}

impl EventsConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let config = Self {
            tick: layers.get_or(&TICK, Duration::from_secs(1))?,
            standing_every: layers.get_or(&STANDING_EVERY, Duration::from_secs(30))?,
            timeout: layers.get_or(&TIMEOUT, Duration::from_secs(15))?,
            private_targets: layers.get_or(&PRIVATE_TARGETS, false)?,
            kept: layers.get_or(&KEPT, 90 * DAY)?,
            attempts_kept: layers.get_or(&ATTEMPTS_KEPT, 30 * DAY)?,
        };
        for (setting, value) in [(&TICK, config.tick), (&STANDING_EVERY, config.standing_every)] {
            if value.is_zero() {
                return Err(layers.invalid(setting, "a duration above zero"));
            }
        }
        if config.timeout.is_zero() || config.timeout > LONGEST_TIMEOUT {
            return Err(layers.invalid(&TIMEOUT, "a duration above zero, at most 45 seconds"));
        }
        // What is sent for three days must be there so long.
        if config.kept < 4 * DAY {
            return Err(layers.invalid(&KEPT, "a duration of at least 4 days"));
        }
        if config.attempts_kept.is_zero() {
            return Err(layers.invalid(&ATTEMPTS_KEPT, "a duration above zero"));
        }
        Ok(config)
    }
}
