//! Carries events to endpoints over HTTP, and to no address of this machine's or its network's unless that is allowed.
//!
//! A name is looked up once per connection, and what is not public is taken out of the answer before the connection is
//! made from it ([`resolver`]): so a name that stands for another address a moment later changes nothing. Proxies of the
//! environment are not used, because then they would look names up.

pub mod address;
pub mod resolver;

use std::{error::Error, sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::{Client, Url, header::RETRY_AFTER, redirect};

use self::{
    address::{Target, is_public, target_of},
    resolver::{Forbidden, Guarded, Lookup},
};
use crate::ports::courier::{AddressFault, Courier, CourierError, Parcel, Receipt};

/// Carries events. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HttpCourier {
    http: Client,
    allow_private: bool,
}

/// The courier cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for events cannot be set up: {cause}")]
pub struct CourierSetupError {
    cause: String,
}

impl HttpCourier {
    /// A courier that waits so long for an answer and looks names up so. With `allow_private` it connects to any address,
    /// and without TLS too.
    ///
    /// # Errors
    /// [`CourierSetupError`].
    pub fn new(timeout: Duration, allow_private: bool, lookup: Arc<dyn Lookup>) -> Result<Self, CourierSetupError> {
        // An error means that a provider was chosen before, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .user_agent(concat!("turnpike/", env!("CARGO_PKG_VERSION")))
            .timeout(timeout)
            .dns_resolver(Arc::new(Guarded { lookup, allow_private }))
            .no_proxy()
            // A redirect could lead to an address that is not looked at, and would take the event to a third party.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| CourierSetupError { cause: innermost(&error) })?;
        Ok(Self { http, allow_private })
    }
}

#[async_trait]
impl Courier for HttpCourier {
    async fn carry(&self, parcel: &Parcel) -> Result<Receipt, CourierError> {
        // Addresses are not looked up, so they pass no resolver.
        self.check(&parcel.url).map_err(|fault| match fault {
            AddressFault::Private => CourierError::Forbidden,
            other => CourierError::NotSent { cause: other.to_string() },
        })?;
        let request = parcel
            .headers
            .iter()
            .fold(self.http.post(&parcel.url), |request, (name, value)| request.header(*name, value))
            .body(parcel.body.clone());
        // What the endpoint says beside status and pause is of no interest, and not read.
        let response = request.send().await.map_err(|error| interruption(&error))?;
        let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        Ok(Receipt {
            status: response.status().as_u16(),
            retry_after: seconds.map(|seconds: u32| i64::from(seconds) * 1000),
        })
    }

    fn check(&self, url: &str) -> Result<(), AddressFault> {
        let url = Url::parse(url).map_err(|_| AddressFault::NoUrl)?;
        if !(url.scheme() == "https" || (self.allow_private && url.scheme() == "http")) {
            return Err(AddressFault::Insecure);
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(AddressFault::Adorned);
        }
        match target_of(url.host_str().ok_or(AddressFault::NoUrl)?) {
            _ if self.allow_private => Ok(()),
            Target::Address(address) if is_public(address) => Ok(()),
            Target::Name => Ok(()),
            Target::Address(_) | Target::ThisMachine => Err(AddressFault::Private),
        }
    }
}

fn interruption(error: &reqwest::Error) -> CourierError {
    let mut source: Option<&dyn Error> = Some(error);
    while let Some(cause) = source {
        if cause.is::<Forbidden>() {
            return CourierError::Forbidden;
        }
        source = cause.source();
    }
    if error.is_timeout() && !error.is_connect() {
        return CourierError::NoAnswer { cause: "it took too long".to_owned() };
    }
    let cause = innermost(error);
    if error.is_connect() || error.is_builder() {
        CourierError::NotSent { cause }
    } else {
        CourierError::NoAnswer { cause }
    }
}

/// The innermost cause, which names no address.
fn innermost(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
