//! Where the service listens, under which address it is known, and how long things may take.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use super::{ConfigError, Setting, layers::Layers, value};

/// The listening address.
pub const LISTEN: Setting = Setting::new("server.listen", "TURNPIKE_LISTEN");
const PUBLIC_URL: Setting = Setting::new("server.public_url", "TURNPIKE_PUBLIC_URL");
pub(super) const REQUEST_TIMEOUT: Setting = Setting::new("server.request_timeout", "TURNPIKE_REQUEST_TIMEOUT");
const SHUTDOWN_TIMEOUT: Setting = Setting::new("server.shutdown_timeout", "TURNPIKE_SHUTDOWN_TIMEOUT");

const METRICS_LISTEN: Setting = Setting::new("server.metrics_listen", "TURNPIKE_METRICS_LISTEN");

pub(super) const SETTINGS: &[Setting] = &[LISTEN, METRICS_LISTEN, PUBLIC_URL, REQUEST_TIMEOUT, SHUTDOWN_TIMEOUT];

/// The listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerConfig {
    /// `TURNPIKE_LISTEN` (`127.0.0.1:8080`): address and port; port 0 takes a free one, the log tells which.
    pub listen: SocketAddr,
    /// `TURNPIKE_METRICS_LISTEN`: where `GET /metrics` is answered to whoever asks; unset: nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// `TURNPIKE_PUBLIC_URL`: under which address callers reach the service. No slash at the end.
    pub public_url: Option<String>,
    /// `TURNPIKE_REQUEST_TIMEOUT` (`30s`): after this a request is answered with 504. Longer than `TURNPIKE_BILLING_WAIT`.
    pub request_timeout: Duration,
    /// `TURNPIKE_SHUTDOWN_TIMEOUT` (`30s`): how long running requests get to end after a stop signal.
    pub shutdown_timeout: Duration,
}

impl ServerConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let public_url = layers.get_with(&PUBLIC_URL, "an address such as `https://store.example.com`", |text| {
            value::url(text, &["http", "https"])
                .filter(|url| url.query().is_none() && url.fragment().is_none())
                .map(|url| url.as_str().trim_end_matches('/').to_owned())
        })?;
        Ok(Self {
            listen: layers.get_or(&LISTEN, SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)))?,
            metrics_listen: layers.get(&METRICS_LISTEN)?,
            public_url,
            request_timeout: layers.get_or(&REQUEST_TIMEOUT, Duration::from_secs(30))?,
            shutdown_timeout: layers.get_or(&SHUTDOWN_TIMEOUT, Duration::from_secs(30))?,
        })
    }
}
