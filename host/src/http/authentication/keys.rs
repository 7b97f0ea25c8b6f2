//! The keys that tokens are verified with, each bound to its algorithm.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::jwks::Jwks;
use crate::{config::ConfigError, ports::clock::Clock};

/// A key and the one algorithm it is for.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) decoding: DecodingKey,
}

/// Why there is no key for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyError {
    /// None of that id and algorithm.
    None,
    /// The key set was never reached.
    Unavailable,
}

/// Where keys come from.
pub(super) enum Keys {
    /// A shared secret.
    Secret(Arc<Key>),
    /// A key set.
    Jwks(Box<Jwks>),
}

impl Keys {
    pub(super) fn of_secret(secret: &SecretString) -> Self {
        let decoding = DecodingKey::from_secret(secret.expose_secret().as_bytes());
        Self::Secret(Arc::new(Key { algorithm: Algorithm::HS256, decoding }))
    }

    pub(super) fn of_url(url: Url, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        Ok(Self::Jwks(Box::new(Jwks::new(url, clock)?)))
    }

    /// The key for a token's header. The algorithm in the header only ever rules a key out.
    pub(super) async fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Arc<Key>, KeyError> {
        let key = match self {
            Self::Secret(key) => key.clone(),
            Self::Jwks(jwks) => jwks.find(kid, algorithm).await?,
        };
        if key.algorithm == algorithm { Ok(key) } else { Err(KeyError::None) }
    }
}
