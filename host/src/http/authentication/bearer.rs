//! Takes the token out of the `Authorization` header. It is looked for nowhere else, above all not in the URL.

use axum::http::{HeaderMap, header};

use super::AuthenticationError;

/// Longer ones are no tokens; a key's signature over them would only cost time.
const LONGEST: usize = 16 * 1024;

/// The token of `Authorization: Bearer …`.
///
/// # Errors
/// When there is none, or more than one.
pub(super) fn token(headers: &HeaderMap) -> Result<&str, AuthenticationError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or(AuthenticationError::NoToken)?;
    if values.next().is_some() {
        return Err(AuthenticationError::Rejected("more than one `Authorization` header"));
    }
    let value = value.to_str().map_err(|_| AuthenticationError::NoToken)?;
    let (scheme, token) = value.split_once(' ').ok_or(AuthenticationError::NoToken)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(AuthenticationError::NoToken);
    }
    if token.len() > LONGEST {
        return Err(AuthenticationError::Rejected("the token is too long"));
    }
    Ok(token)
}
