//! Idempotency keys of API v1: what is saved, compared, replayed and forgotten.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{errors::StripeError, form};

const DAY_MS: i64 = 24 * 3600 * 1000;
const MAX_KEY_CHARS: usize = 255;

/// The answer to the first request with a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedAnswer {
    path: String,
    /// The parameters, decoded and sorted.
    params: Vec<(String, String)>,
    pub(crate) request_id: String,
    pub(crate) status: u16,
    pub(crate) body: String,
    saved_at_ms: i64,
}

impl SavedAnswer {
    pub(crate) fn new(request: (&str, &str), request_id: &str, status: u16, body: String, now_ms: i64) -> Self {
        let (path, encoded) = request;
        Self {
            path: path.to_owned(),
            params: sorted(encoded),
            request_id: request_id.to_owned(),
            status,
            body,
            saved_at_ms: now_ms,
        }
    }
}

fn sorted(encoded: &str) -> Vec<(String, String)> {
    let mut params = form::pairs(encoded);
    params.sort();
    params
}

/// The saved answer of a key, if the request is the same as the first.
pub(crate) fn look_up<'a>(
    saved: &'a HashMap<String, SavedAnswer>,
    key: &str,
    path: &str,
    encoded: &str,
    now_ms: i64,
) -> Result<Option<&'a SavedAnswer>, StripeError> {
    if key.chars().count() > MAX_KEY_CHARS {
        let message = format!("Idempotency keys have at most {MAX_KEY_CHARS} characters.");
        return Err(StripeError::invalid("Idempotency-Key", "parameter_invalid", message));
    }
    let Some(answer) = saved.get(key).filter(|answer| now_ms - answer.saved_at_ms < DAY_MS) else {
        return Ok(None);
    };
    if answer.path != path {
        return Err(StripeError::key_reused(key, false));
    }
    if answer.params != sorted(encoded) {
        return Err(StripeError::key_reused(key, true));
    }
    Ok(Some(answer))
}

/// Keys are kept for 24 hours of the simulator's clock.
pub(crate) fn forget_expired(saved: &mut HashMap<String, SavedAnswer>, now_ms: i64) {
    saved.retain(|_, answer| now_ms - answer.saved_at_ms < DAY_MS);
}
