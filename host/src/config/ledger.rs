//! The billing ledger.

use std::time::Duration;

use super::{ConfigError, Setting, layers::Layers};

pub(super) const BILLING_WAIT: Setting = Setting::new("ledger.billing_wait", "TURNPIKE_BILLING_WAIT");
pub(super) const LEDGER_LEASE: Setting = Setting::new("ledger.lease", "TURNPIKE_LEDGER_LEASE");
const LEDGER_TICK: Setting = Setting::new("ledger.tick", "TURNPIKE_LEDGER_TICK");
const REQUIRE_QUOTE: Setting = Setting::new("ledger.require_quote", "TURNPIKE_REQUIRE_QUOTE");

pub(super) const SETTINGS: &[Setting] = &[BILLING_WAIT, LEDGER_LEASE, LEDGER_TICK, REQUIRE_QUOTE];

/// How billing operations are worked off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerConfig {
    /// `TURNPIKE_BILLING_WAIT` (`10s`): how long a request waits for billing before it answers 202 or 503.
    pub billing_wait: Duration,
    /// `TURNPIKE_LEDGER_LEASE` (`60s`): for how long a host holds an operation; a dead host's operations are taken over after it.
    pub lease: Duration,
    /// `TURNPIKE_LEDGER_TICK` (`1s`): how often the runner looks for due operations when nobody woke it, and
    /// for mandates that are being deleted.
    pub tick: Duration,
    /// `TURNPIKE_REQUIRE_QUOTE` (`off`): whether an activation that costs money must name a quote.
    pub require_quote: bool,
}

impl LedgerConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let positive = |setting: &Setting, default: u64| -> Result<Duration, ConfigError> {
            let value = layers.get_or(setting, Duration::from_secs(default))?;
            if value.is_zero() { Err(layers.invalid(setting, "a duration above zero")) } else { Ok(value) }
        };
        Ok(Self {
            billing_wait: layers.get_or(&BILLING_WAIT, Duration::from_secs(10))?,
            lease: positive(&LEDGER_LEASE, 60)?,
            tick: positive(&LEDGER_TICK, 1)?,
            require_quote: layers.get_or(&REQUIRE_QUOTE, false)?,
        })
    }
}
