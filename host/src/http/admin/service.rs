//! Which service asks. A handler that names a [`ServiceToken`] of a scope is reached by services that have it only.
//!
//! How a token is judged is [`ServiceTokens`]'s business. Where no judge is set up there are no such endpoints: 404.

use std::{marker::PhantomData, sync::Arc};

use async_trait::async_trait;
use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, request::Parts},
};

use crate::http::{
    authentication::AuthenticationError,
    problem::{Cause, Problem},
};

/// Judges the tokens of services.
#[async_trait]
pub trait ServiceTokens: Send + Sync {
    /// The service whose token the header fields of a request carry.
    ///
    /// # Errors
    /// [`AuthenticationError`].
    async fn authenticate(&self, headers: &HeaderMap) -> Result<Service, AuthenticationError>;
}

/// Who judges, where that is set up.
#[derive(Clone)]
pub struct Services(pub Option<Arc<dyn ServiceTokens>>);

/// A service of the embedding product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name (`sub`).
    pub name: String,
    /// What it may do (`scope`).
    pub scopes: Vec<String>,
}

/// What a token must be good for.
pub trait Scope: Send + Sync + 'static {
    /// The word in the token.
    const WORD: &'static str;
}

/// Reading events, endpoints and what was sent.
#[derive(Clone, Copy, Debug)]
pub struct EventsRead;

/// Managing endpoints and their secrets, and sending again.
#[derive(Clone, Copy, Debug)]
pub struct EventsWrite;

impl Scope for EventsRead {
    const WORD: &'static str = "events:read";
}

impl Scope for EventsWrite {
    const WORD: &'static str = "events:write";
}

/// A service that may do what the scope says.
#[derive(Clone, Debug)]
pub struct ServiceToken<S> {
    /// Its name.
    pub name: String,
    scope: PhantomData<S>,
}

impl<S: Scope, T: Send + Sync> FromRequestParts<T> for ServiceToken<S>
where
    Services: FromRef<T>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &T) -> Result<Self, Problem> {
        let Services(Some(tokens)) = Services::from_ref(state) else { return Err(Problem::of(Cause::NotFound)) };
        let service = tokens.authenticate(&parts.headers).await.map_err(|error| {
            tracing::info!(why = %error, "no service");
            Problem::from(error)
        })?;
        if !service.scopes.iter().any(|scope| scope == S::WORD) {
            tracing::info!(service = service.name, scope = S::WORD, "a service lacks a scope");
            return Err(Problem::of(Cause::InsufficientScope { scope: S::WORD }));
        }
        Ok(Self { name: service.name, scope: PhantomData })
    }
}
