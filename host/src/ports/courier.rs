//! The port through which events leave: one request to somebody's endpoint.

use async_trait::async_trait;

/// Carries events to endpoints.
#[async_trait]
pub trait Courier: Send + Sync {
    /// Sends one request and waits for the status of its answer, at most as long as the courier is set up for. It follows
    /// no redirect, and connects to no address that it may not connect to.
    ///
    /// # Errors
    /// [`CourierError`]: nothing came back; whether the endpoint got the request is not known but for
    /// [`CourierError::NotSent`] and [`CourierError::Forbidden`].
    async fn carry(&self, parcel: &Parcel) -> Result<Receipt, CourierError>;

    /// Whether an address may be an endpoint's, as far as it says by itself: what its name stands for is looked at when
    /// something is sent there.
    ///
    /// # Errors
    /// [`AddressFault`].
    fn check(&self, url: &str) -> Result<(), AddressFault>;
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Where to.
    pub url: String,
    /// Names and values of headers beside the usual ones.
    pub headers: Vec<(&'static str, String)>,
    /// The body, JSON.
    pub body: String,
}

/// What came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// HTTP status.
    pub status: u16,
    /// The pause that the endpoint asked for (`Retry-After` in seconds), in milliseconds.
    pub retry_after: Option<i64>,
}

/// Why nothing came back. The causes hold neither address nor body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CourierError {
    /// Its name stands only for addresses that nothing is sent to.
    #[error("the endpoint is at a private, loopback or link-local address")]
    Forbidden,
    /// No connection came about.
    #[error("no connection came about: {cause}")]
    NotSent {
        /// For the log.
        cause: String,
    },
    /// The connection broke, or the answer took too long.
    #[error("no answer: {cause}")]
    NoAnswer {
        /// For the log.
        cause: String,
    },
}

/// Why an address cannot be an endpoint's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// It is none.
    #[error("an endpoint needs an absolute URL")]
    NoUrl,
    /// It is not `https:`.
    #[error("an endpoint needs a URL that begins with `https://`")]
    Insecure,
    /// It carries a name and password, or a fragment.
    #[error("an endpoint's URL holds neither a user's name and password nor a fragment")]
    Adorned,
    /// It is a private, loopback or link-local address.
    #[error("an endpoint must not be at a private, loopback or link-local address")]
    Private,
}
