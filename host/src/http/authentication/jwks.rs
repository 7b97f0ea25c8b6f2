//! The key set of an identity provider: fetched when a token names an unknown key, kept through outages.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use jsonwebtoken::Algorithm;
use reqwest::{Client, Url, redirect};

use super::{
    key_set::KeySet,
    keys::{Key, KeyError},
};
use crate::{
    config::ConfigError,
    ports::clock::{Clock, Millis},
};

/// At most one fetch in this time, whatever tokens ask for.
const COOL_DOWN: Millis = 30_000;

/// After this a set is fetched again although it has the key, so that a withdrawn key stops counting.
const REFRESH: Millis = 10 * 60_000;

/// How long a fetch may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Most bytes of a set.
const LARGEST: usize = 512 * 1024;

/// A key set by its address.
pub(super) struct Jwks {
    url: Url,
    client: Client,
    clock: Arc<dyn Clock>,
    state: RwLock<State>,
    /// Held while fetching: one fetch serves all who wait.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Clone, Default)]
struct State {
    keys: Option<KeySet>,
    fetched_at: Option<Millis>,
    tried_at: Option<Millis>,
}

impl Jwks {
    pub(super) fn new(url: Url, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        // The client needs a crypto provider in the process; whoever was first has set the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(TIMEOUT)
            // A redirect could lead away from what the operator trusts.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| ConfigError::Conflict {
                what: "the key set cannot be asked for".to_owned(),
                right: error.to_string(),
            })?;
        Ok(Self { url, client, clock, state: RwLock::default(), fetching: tokio::sync::Mutex::default() })
    }

    /// The key for a token, from the kept set if it is there, else from a new one.
    pub(super) async fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Arc<Key>, KeyError> {
        let state = self.state();
        let known = state.keys.as_ref().and_then(|keys| keys.find(kid, algorithm));
        match known {
            Some(key) if !is_past(state.fetched_at, REFRESH, self.clock.now()) => return Ok(key),
            // Old but known: whoever comes while another one fetches goes on with it.
            Some(_) => {
                if let Ok(_fetching) = self.fetching.try_lock() {
                    self.fetch().await;
                }
            }
            None => {
                let _fetching = self.fetching.lock().await;
                self.fetch().await;
            }
        }
        match self.state().keys {
            Some(keys) => keys.find(kid, algorithm).ok_or(KeyError::None),
            None => Err(KeyError::Unavailable),
        }
    }

    /// Fetches the set, unless that was tried a moment ago. After a failure the old keys stay.
    async fn fetch(&self) {
        let now = self.clock.now();
        if !is_past(self.state().tried_at, COOL_DOWN, now) {
            return;
        }
        let fetched = self.get().await;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.tried_at = Some(now);
        match fetched {
            Ok(keys) => {
                state.keys = Some(keys);
                state.fetched_at = Some(now);
            }
            Err(cause) => tracing::warn!(cause, kept = state.keys.is_some(), "the key set for tokens was not fetched"),
        }
    }

    async fn get(&self) -> Result<KeySet, String> {
        let fault = |error: reqwest::Error| error.without_url().to_string();
        let mut response = self.client.get(self.url.clone()).send().await.map_err(fault)?;
        if !response.status().is_success() {
            return Err(format!("the answer has status {}", response.status().as_u16()));
        }
        let mut text = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(fault)? {
            text.extend_from_slice(&chunk);
            if text.len() > LARGEST {
                return Err(format!("the answer is longer than {LARGEST} bytes"));
            }
        }
        KeySet::parse(&text).ok_or_else(|| "the answer holds no key that can verify tokens".to_owned())
    }

    fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Whether something is longer ago than that, was never, or lies in the future because the clock was set back.
fn is_past(instant: Option<Millis>, span: Millis, now: Millis) -> bool {
    instant.is_none_or(|instant| !(0..span).contains(&now.saturating_sub(instant)))
}
