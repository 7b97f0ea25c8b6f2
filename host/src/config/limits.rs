//! Rate limits.

use std::num::NonZeroU32;

use super::{ConfigError, Setting, layers::Layers};

const RATE_LIMIT: Setting = Setting::new("limits.rate_limit", "TURNPIKE_RATE_LIMIT");
const RATE_LIMIT_ADDRESS: Setting = Setting::new("limits.address", "TURNPIKE_RATE_LIMIT_ADDRESS");
const RATE_LIMIT_SERVICE: Setting = Setting::new("limits.service", "TURNPIKE_RATE_LIMIT_SERVICE");
const RATE_LIMIT_CHECKS: Setting = Setting::new("limits.checks", "TURNPIKE_RATE_LIMIT_CHECKS");
const TRUSTED_PROXIES: Setting = Setting::new("limits.trusted_proxies", "TURNPIKE_TRUSTED_PROXIES");

pub(super) const SETTINGS: &[Setting] =
    &[RATE_LIMIT, RATE_LIMIT_ADDRESS, RATE_LIMIT_SERVICE, RATE_LIMIT_CHECKS, TRUSTED_PROXIES];

/// Requests per minute from one address unless set otherwise: room for an office behind one address.
const ADDRESS: NonZeroU32 = NonZeroU32::new(1_200).unwrap();

/// Requests per minute of one service unless set otherwise: a hundred a second.
const SERVICE: NonZeroU32 = NonZeroU32::new(6_000).unwrap();

/// Checks per minute of one service unless set otherwise: two thousand a second.
const CHECKS: NonZeroU32 = NonZeroU32::new(120_000).unwrap();

/// Rate limits. Those per user are fixed by the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitsConfig {
    /// `TURNPIKE_RATE_LIMIT` (`on`): switches all limits.
    pub enabled: bool,
    /// `TURNPIKE_RATE_LIMIT_ADDRESS` (`1200`): requests per minute from one address, counted before authentication.
    /// The page's files and `/livez` do not count.
    pub address: NonZeroU32,
    /// `TURNPIKE_RATE_LIMIT_SERVICE` (`6000`): requests per minute of one service to the machine API. They do not count for
    /// the limit of their address; what is sent there without an accepted token has the same limit by address, ten times as
    /// high.
    pub service: NonZeroU32,
    /// `TURNPIKE_RATE_LIMIT_CHECKS` (`120000`): questions to `/api/entitlements` per minute of one service, which do not count
    /// for the other limits; ten times as many from one address before it is known who asks.
    pub checks: NonZeroU32,
    /// `TURNPIKE_TRUSTED_PROXIES` (`0`): how many proxies in front append to `X-Forwarded-For`. The address that counts
    /// is the one the outermost of them saw; with 0 the header is not looked at.
    pub trusted_proxies: u32,
}

impl LimitsConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let number =
            |setting| layers.get_with(setting, "a whole number from 1 on", |text| text.parse::<NonZeroU32>().ok());
        Ok(Self {
            enabled: layers.get_or(&RATE_LIMIT, true)?,
            address: number(&RATE_LIMIT_ADDRESS)?.unwrap_or(ADDRESS),
            service: number(&RATE_LIMIT_SERVICE)?.unwrap_or(SERVICE),
            checks: number(&RATE_LIMIT_CHECKS)?.unwrap_or(CHECKS),
            trusted_proxies: layers.get_or(&TRUSTED_PROXIES, 0)?,
        })
    }
}
