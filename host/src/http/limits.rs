//! Rate limits, per host: by user for each class of requests, and by address before anybody is authenticated.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};

use super::authentication::Scope;
use crate::{activation::Limited, config::limits::LimitsConfig};

/// What a request counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Reads: 60 a minute.
    Read,
    /// Activations and restores: 10 a minute.
    Activate,
    /// Deactivations: 10 a minute.
    Deactivate,
    /// Quotes and preflights: 20 a minute.
    Quote,
    /// Accesses given to colleagues, and taken from them: 30 a minute.
    Share,
}

impl Class {
    /// Requests per minute and user.
    const fn quota(self) -> NonZeroU32 {
        match self {
            Self::Read => nonzero(60),
            Self::Activate | Self::Deactivate => nonzero(10),
            Self::Quote => nonzero(20),
            Self::Share => nonzero(30),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
            Self::Quote => "quote",
            Self::Share => "share",
        }
    }
}

const fn nonzero(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// Webhooks per minute from one address: a hundred a second, as many as the billing provider lets an account make requests,
/// and few enough that nobody keeps a host busy with checking signatures.
const WEBHOOKS: NonZeroU32 = nonzero(6_000);

/// How many services may use up their limits from one address.
const SERVICES_AT_ONE_ADDRESS: NonZeroU32 = nonzero(10);

/// A limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// Name of the limit.
    pub name: &'static str,
    /// Requests per minute.
    pub quota: u32,
    /// Seconds until the next request is let through.
    pub retry_after: u64,
}

impl Exceeded {
    /// A user's limit, of which only the waiting time is known.
    #[must_use]
    pub fn of(class: Class, retry_after: u64) -> Self {
        Self { name: class.name(), quota: class.quota().get(), retry_after }
    }

    /// The header fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
    #[must_use]
    pub fn fields(&self) -> Vec<(HeaderName, HeaderValue)> {
        let policy = format!("\"{}\";q={};w=60", self.name, self.quota);
        let state = format!("\"{}\";r=0;t={}", self.name, self.retry_after);
        [("ratelimit-policy", policy), ("ratelimit", state)]
            .into_iter()
            .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?)))
            .collect()
    }
}

/// All limits.
#[derive(Debug)]
pub struct Limits {
    enabled: bool,
    trusted_proxies: usize,
    reads: Meter<String>,
    activations: Meter<String>,
    deactivations: Meter<String>,
    quotes: Meter<String>,
    shares: Meter<String>,
    addresses: Meter<IpAddr>,
    webhooks: Meter<IpAddr>,
    services: Meter<String>,
    service_addresses: Meter<IpAddr>,
    checks: Meter<String>,
    check_addresses: Meter<IpAddr>,
}

impl Limits {
    /// Limits by configuration, with nothing used up.
    #[must_use]
    pub fn new(config: &LimitsConfig) -> Self {
        Self {
            enabled: config.enabled,
            trusted_proxies: usize::try_from(config.trusted_proxies).unwrap_or(usize::MAX),
            reads: Meter::new(Class::Read.quota()),
            activations: Meter::new(Class::Activate.quota()),
            deactivations: Meter::new(Class::Deactivate.quota()),
            quotes: Meter::new(Class::Quote.quota()),
            shares: Meter::new(Class::Share.quota()),
            addresses: Meter::new(config.address),
            webhooks: Meter::new(WEBHOOKS),
            services: Meter::new(config.service),
            service_addresses: Meter::new(config.service.saturating_mul(SERVICES_AT_ONE_ADDRESS)),
            checks: Meter::new(config.checks),
            check_addresses: Meter::new(config.checks.saturating_mul(SERVICES_AT_ONE_ADDRESS)),
        }
    }

    /// Counts one request of a user.
    ///
    /// # Errors
    /// When the user has none left.
    pub fn admit_user(&self, class: Class, user_id: &str) -> Result<(), Exceeded> {
        if !self.enabled {
            return Ok(());
        }
        let meter = match class {
            Class::Read => &self.reads,
            Class::Activate => &self.activations,
            Class::Deactivate => &self.deactivations,
            Class::Quote => &self.quotes,
            Class::Share => &self.shares,
        };
        meter.admit(&user_id.to_owned()).map_err(|retry_after| Exceeded::of(class, retry_after))
    }

    /// What a use case calls to count one request of a user, at the point where it knows that the request counts.
    pub fn admission(&self, class: Class, user_id: &str) -> impl Fn() -> Result<(), Limited> + Send + Sync {
        move || {
            self.admit_user(class, user_id).map_err(|exceeded| Limited { retry_after_seconds: exceeded.retry_after })
        }
    }

    /// Counts one request from an address.
    ///
    /// # Errors
    /// When the address has none left.
    pub fn admit_address(&self, peer: SocketAddr, headers: &HeaderMap) -> Result<(), Exceeded> {
        self.admit_at("address", &self.addresses, peer, headers)
    }

    /// Counts one webhook from an address.
    ///
    /// # Errors
    /// When the address has none left.
    pub fn admit_webhook(&self, peer: SocketAddr, headers: &HeaderMap) -> Result<(), Exceeded> {
        self.admit_at("webhook", &self.webhooks, peer, headers)
    }

    /// Counts one request of a service for what this scope opens: who asks who may use what asks on each of its own
    /// requests.
    ///
    /// # Errors
    /// When the service has none left.
    pub fn admit_service(&self, name: &str, scope: Scope) -> Result<(), Exceeded> {
        if !self.enabled {
            return Ok(());
        }
        let (limit, meter) = match scope {
            Scope::EntitlementsRead => ("check", &self.checks),
            _ => ("service", &self.services),
        };
        let exceeded = |retry_after| Exceeded { name: limit, quota: meter.quota.get(), retry_after };
        meter.admit(&name.to_owned()).map_err(exceeded)
    }

    /// Counts one request to the machine API from an address, before it is known whose it is.
    ///
    /// # Errors
    /// When the address has none left.
    pub fn admit_service_address(&self, peer: SocketAddr, headers: &HeaderMap) -> Result<(), Exceeded> {
        self.admit_at("service-address", &self.service_addresses, peer, headers)
    }

    /// Counts one question who may use what from an address, before it is known who asks.
    ///
    /// # Errors
    /// When the address has none left.
    pub fn admit_check_address(&self, peer: SocketAddr, headers: &HeaderMap) -> Result<(), Exceeded> {
        self.admit_at("check-address", &self.check_addresses, peer, headers)
    }

    fn admit_at(
        &self,
        name: &'static str,
        meter: &Meter<IpAddr>,
        peer: SocketAddr,
        headers: &HeaderMap,
    ) -> Result<(), Exceeded> {
        if !self.enabled {
            return Ok(());
        }
        let quota = meter.quota.get();
        meter.admit(&self.address(peer, headers)).map_err(|retry_after| Exceeded { name, quota, retry_after })
    }

    /// The address that counts. An IPv6 network of 64 bits is one address, as a single customer gets that many.
    fn address(&self, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
        match self.client(peer, headers) {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        }
    }

    /// The client's address: the one that the outermost trusted proxy saw.
    #[must_use]
    pub fn client(&self, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
        let forwarded: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .collect();
        // The innermost proxy appends last; with none trusted this index is one past the end.
        let seen = forwarded.len().checked_sub(self.trusted_proxies).and_then(|index| forwarded.get(index));
        seen.and_then(|address| address.parse::<IpAddr>().ok()).unwrap_or_else(|| peer.ip()).to_canonical()
    }
}

/// One limit over many keys.
#[derive(Debug)]
struct Meter<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    quota: NonZeroU32,
    admitted: AtomicU32,
}

/// After so many requests the keys that have their whole quota again are forgotten, so that memory stays bounded.
const SWEEP: u32 = 4_096;

impl<K: Hash + Eq + Clone> Meter<K> {
    fn new(quota: NonZeroU32) -> Self {
        Self { limiter: RateLimiter::keyed(Quota::per_minute(quota)), quota, admitted: AtomicU32::new(0) }
    }

    /// Counts one request, or tells after how many seconds the next one is let through.
    fn admit(&self, key: &K) -> Result<(), u64> {
        if self.admitted.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(self.limiter.clock().now());
            // Rounded up: a caller who comes back then must not be refused again.
            wait.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u64::MAX)
        })
    }
}
