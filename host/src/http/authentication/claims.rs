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

/// The claims by which it is judged whether a token counts.
pub(super) struct Standard<'a> {
    /// Seconds since 1970.
    pub(super) exp: f64,
    /// Likewise.
    pub(super) nbf: Option<f64>,
    pub(super) iss: &'a Value,
    pub(super) aud: &'a Value,
}

/// What a token must say.
#[derive(Debug)]
pub(super) struct Expected {
    /// The only issuer.
    pub(super) issuer: Option<String>,
    /// For whom it must be meant.
    pub(super) audience: Option<String>,
    /// For whom it must not be meant: no token is a user's and a service's.
    pub(super) stranger: Option<String>,
    /// Milliseconds by which clocks may differ.
    pub(super) leeway: f64,
}

impl Expected {
    pub(super) fn new(config: &AuthConfig) -> Self {
        Self {
            issuer: config.issuer.clone(),
            audience: config.audience.clone(),
            stranger: None,
            leeway: config.leeway.as_secs_f64() * 1000.0,
        }
    }

    /// The caller, if the claims count at the instant, and until when they do; else why not.
    pub(super) fn check(&self, claims: Claims, now: Millis) -> Result<Authenticated, &'static str> {
        let standard = Standard { exp: claims.exp, nbf: claims.nbf, iss: &claims.iss, aud: &claims.aud };
        let until = self.hold(&standard, now)?;
        if check_id(&claims.sub).is_err() {
            return Err("the subject of the token is no user id");
        }
        // A name is for greeting only, so one that cannot be shown is no cause to refuse.
        let username = claims.username.as_str().filter(|name| check_id(name).is_ok()).unwrap_or(&claims.sub).to_owned();
        Ok(Authenticated {
            caller: Caller { user_id: claims.sub, username, trace_id: String::new(), address: None },
            until,
        })
    }

    /// Until when the claims count, if they do at the instant; else why not.
    pub(super) fn hold(&self, claims: &Standard<'_>, now: Millis) -> Result<Millis, &'static str> {
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
            && !is_meant_for(claims.aud, audience)
        {
            return Err("the token is for another audience");
        }
        if let Some(stranger) = &self.stranger
            && is_meant_for(claims.aud, stranger)
        {
            return Err("the token is for users and for services");
        }
        // Rounding makes it no later, and what no clock will ever show is the end of time.
        #[expect(clippy::cast_possible_truncation, reason = "out of range becomes the nearest there is")]
        Ok(until.floor() as Millis)
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
