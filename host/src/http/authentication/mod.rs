//! Who is asking: a bearer token (JWT) becomes a [`Caller`], or the request ends with 401. Where a cookie is configured, it
//! may hold the token instead. The embedding product's services have tokens of another kind, see [`Service`].
//!
//! The algorithm is bound to the key, never taken from the token: an HS256 secret verifies HS256 and nothing else, a key
//! of a key set only the algorithm it is for. Keys that a token brings along or points to (`jwk`, `jku`, `x5u`) are not
//! looked at.

mod bearer;
mod caller;
mod claims;
mod jwks;
mod key_set;
mod keys;
mod scope;
mod service;
mod session;
mod signature;

use std::sync::Arc;

use axum::http::{HeaderMap, Method, header};

use AuthenticationError::Rejected;

use self::{
    claims::{Claims, Expected},
    keys::Keys,
    session::Sessions,
};
pub use self::{
    scope::{
        AuditRead, CatalogRead, CatalogWrite, DirectoryRead, DirectoryWrite, EntitlementsRead, EventsRead, EventsWrite,
        Needed, Scim, Scope,
    },
    service::{Authorized, Service, Services},
};
use crate::{
    activation::Caller,
    config::{
        ConfigError,
        auth::{AuthConfig, KeySource},
        browser::BrowserConfig,
        services::ServicesConfig,
    },
    ports::clock::{Clock, Millis},
};

/// Turns tokens into callers.
pub struct Authenticator {
    keys: Keys,
    expected: Expected,
    clock: Arc<dyn Clock>,
    sessions: Option<Sessions>,
}

/// A caller, and until when the token speaks for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticated {
    /// Who asks.
    pub caller: Caller,
    /// From then on the token would not be accepted any more.
    pub until: Millis,
}

/// Why nobody was authenticated. The words are for the log; callers are told the same for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticationError {
    /// There is no bearer token.
    #[error("no bearer token")]
    NoToken,
    /// The token is not accepted.
    #[error("{0}")]
    Rejected(&'static str),
    /// There is a cookie, but a foreign page may have made the request.
    #[error("a request with a cookie: {0}")]
    CrossSite(&'static str),
    /// The keys were never reached, so that no token can be judged.
    #[error("the key set was never reached")]
    KeysUnavailable,
}

impl Authenticator {
    /// An authenticator by configuration. A key set is fetched when the first token asks for it.
    ///
    /// # Errors
    /// When no key is configured, or the key set cannot be asked for at all.
    pub fn new(config: &AuthConfig, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let keys = match config.required_keys()? {
            KeySource::Secret(secret) => Keys::of_secret(secret),
            KeySource::Jwks(url) => Keys::of_url(url.clone(), clock.clone())?,
        };
        Ok(Self { keys, expected: Expected::new(config), clock, sessions: None })
    }

    /// The same, with the cookie of the configuration in place of a missing bearer token.
    #[must_use]
    pub fn with_cookie(mut self, config: &BrowserConfig, public_url: Option<&str>) -> Self {
        self.sessions = Sessions::new(config, public_url);
        self
    }

    /// The same, refusing what is meant for the machine API.
    #[must_use]
    pub fn apart_from(mut self, services: &ServicesConfig) -> Self {
        self.expected.stranger = services.tokens.as_ref().map(|tokens| tokens.audience.clone());
        self
    }

    /// The caller of a request: by its bearer token, else by its cookie where one is configured.
    ///
    /// # Errors
    /// [`AuthenticationError`].
    pub async fn authenticate_request(
        &self,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<Authenticated, AuthenticationError> {
        match &self.sessions {
            Some(sessions) if !headers.contains_key(header::AUTHORIZATION) => {
                self.verify(sessions.token(method, headers)?).await
            }
            _ => self.verify(bearer::token(headers)?).await,
        }
    }

    /// The caller whose bearer token the header fields of a request carry.
    ///
    /// # Errors
    /// [`AuthenticationError`].
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Caller, AuthenticationError> {
        self.verify(bearer::token(headers)?).await.map(|authenticated| authenticated.caller)
    }

    async fn verify(&self, token: &str) -> Result<Authenticated, AuthenticationError> {
        let claims: Claims = signature::claims(std::slice::from_ref(&self.keys), token).await?;
        self.expected.check(claims, self.clock.now()).map_err(Rejected)
    }
}
