//! Which pages of other origins may ask, and whether a cookie may stand in for the bearer token.

use super::{ConfigError, Setting, layers::Layers, origin};

const CORS_ORIGINS: Setting = Setting::new("browser.cors_origins", "TURNPIKE_CORS_ORIGINS");
const SESSION_COOKIE: Setting = Setting::new("browser.session_cookie", "TURNPIKE_SESSION_COOKIE");
const SESSION_ORIGINS: Setting = Setting::new("browser.session_origins", "TURNPIKE_SESSION_ORIGINS");

pub(super) const SETTINGS: &[Setting] = &[CORS_ORIGINS, SESSION_COOKIE, SESSION_ORIGINS];

/// What browsers may do besides sending a bearer token from a page of this host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrowserConfig {
    /// `TURNPIKE_CORS_ORIGINS`: origins whose pages may call the API; unset: none but the host's own.
    pub cors_origins: Vec<String>,
    /// `TURNPIKE_SESSION_COOKIE`: the cookie that holds the token of a request without a bearer token; unset: cookies are
    /// not looked at.
    pub session_cookie: Option<String>,
    /// `TURNPIKE_SESSION_ORIGINS`: origins of the same site whose pages may call with that cookie, each also in
    /// `TURNPIKE_CORS_ORIGINS`; unset: none but the host's own.
    pub session_origins: Vec<String>,
}

impl BrowserConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let cors_origins = layers.get_with(&CORS_ORIGINS, origin::EXPECTED, origin::list)?.unwrap_or_default();
        let session_cookie =
            layers.get_with(&SESSION_COOKIE, "the name of a cookie, such as `__Host-session`", |text| {
                (!text.is_empty() && text.bytes().all(is_token)).then(|| text.to_owned())
            })?;
        let session_origins = layers.get_with(&SESSION_ORIGINS, origin::EXPECTED, origin::list)?.unwrap_or_default();
        if let Some(first) = session_origins.first()
            && session_cookie.is_none()
        {
            return Err(ConfigError::Missing {
                what: format!("`{}` is not set", SESSION_COOKIE.variable),
                right: format!("`{}` lets pages of `{first}` call with it", SESSION_ORIGINS.variable),
            });
        }
        if let Some(unlisted) = session_origins.iter().find(|origin| !cors_origins.contains(origin)) {
            return Err(ConfigError::Conflict {
                what: format!(
                    "`{unlisted}` is in `{}`, but not in `{}`",
                    SESSION_ORIGINS.variable, CORS_ORIGINS.variable
                ),
                right: "what may call with the cookie must be let in at all".to_owned(),
            });
        }
        Ok(Self { cors_origins, session_cookie, session_origins })
    }
}

/// What names of cookies are made of: the token of RFC 9110, 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
