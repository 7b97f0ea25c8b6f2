//! What a token says, and whether it counts here and now.

use serde::Deserialize;
use serde_json::Value;

use super::Authenticated;
use crate::{activation::Caller, config::auth::AuthConfig, http::request::check_id, ports::clock::Millis};

/// The claims that are looked at.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    sub: String,
    /// Seconds since 1970, possibly with a fraction (RFC 7519, "NumericDate").
    exp: f64,
    nbf: Option<f64>,
    #[serde(default)]
    username: Value,
    #[serde(default)]
    iss: Value,
    #[serde(default)]
    aud: Value,
}

/// What a token must say.
#[derive(Debug)]
pub(super) struct Expected {
    issuer: Option<String>,
    audience: Option<String>,
    /// Milliseconds by which clocks may differ.
    leeway: f64,
}

impl Expected {
    pub(super) fn new(config: &AuthConfig) -> Self {
        Self {
            issuer: config.issuer.clone(),
            audience: config.audience.clone(),
            leeway: config.leeway.as_secs_f64() * 1000.0,
        }
    }

    /// The caller, if the claims count at the instant, and until when they do; else why not.
    pub(super) fn check(&self, claims: Claims, now: Millis) -> Result<Authenticated, &'static str> {
        // Exact for every instant a token can have: milliseconds stay below 2^53.
        #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit into 53 bits")]
        let now = now as f64;
        let until = claims.exp * 1000.0 + self.leeway;
        if now >= until {
            return Err("the token has expired");
        }
        if claims.nbf.is_some_and(|from| now < from * 1000.0 - self.leeway) {
            return Err("the token is not valid yet");
        }
        if let Some(issuer) = &self.issuer
            && claims.iss.as_str() != Some(issuer)
        {
            return Err("the token is of another issuer");
        }
        if let Some(audience) = &self.audience
            && !is_meant_for(&claims.aud, audience)
        {
            return Err("the token is for another audience");
        }
        if check_id(&claims.sub).is_err() {
            return Err("the subject of the token is no user id");
        }
        // A name is for greeting only, so one that cannot be shown is no cause to refuse.
        let username = claims.username.as_str().filter(|name| check_id(name).is_ok()).unwrap_or(&claims.sub).to_owned();
        // Rounding makes it no later, and what no clock will ever show is the end of time.
        #[expect(clippy::cast_possible_truncation, reason = "out of range becomes the nearest there is")]
        Ok(Authenticated {
            caller: Caller { user_id: claims.sub, username, trace_id: String::new() },
            until: until.floor() as Millis,
        })
    }
}

/// `aud` is one text or a list of texts.
fn is_meant_for(claim: &Value, audience: &str) -> bool {
    match claim {
        Value::String(one) => one == audience,
        Value::Array(many) => many.iter().any(|one| one.as_str() == Some(audience)),
        _ => false,
    }
}
