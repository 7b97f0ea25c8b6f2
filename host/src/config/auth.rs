//! Whose tokens are accepted.

use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

use super::{ConfigError, Setting, layers::Layers, value};

pub(super) const JWT_SECRET: Setting = Setting::secret("auth.jwt_secret", "TURNPIKE_JWT_SECRET");
pub(super) const JWKS_URL: Setting = Setting::new("auth.jwks_url", "TURNPIKE_JWKS_URL");
const JWT_ISSUER: Setting = Setting::new("auth.jwt_issuer", "TURNPIKE_JWT_ISSUER");
pub(super) const JWT_AUDIENCE: Setting = Setting::new("auth.jwt_audience", "TURNPIKE_JWT_AUDIENCE");
const JWT_LEEWAY: Setting = Setting::new("auth.jwt_leeway", "TURNPIKE_JWT_LEEWAY");

pub(super) const SETTINGS: &[Setting] = &[JWT_SECRET, JWKS_URL, JWT_ISSUER, JWT_AUDIENCE, JWT_LEEWAY];

/// Fewest bytes of an HS256 secret: a shorter one can be guessed from a single token.
pub const SHORTEST_SECRET: usize = 32;

/// Whose tokens are accepted.
#[derive(Clone, Debug)]
pub struct AuthConfig {
    /// `TURNPIKE_JWT_SECRET` or `TURNPIKE_JWKS_URL`, never both.
    pub keys: Option<KeySource>,
    /// `TURNPIKE_JWT_ISSUER`: the only accepted `iss`; unset: not looked at.
    pub issuer: Option<String>,
    /// `TURNPIKE_JWT_AUDIENCE`: must be among `aud`; unset: not looked at.
    pub audience: Option<String>,
    /// `TURNPIKE_JWT_LEEWAY` (`10s`): how far clocks may differ when `exp` and `nbf` are judged.
    pub leeway: Duration,
}

/// Where the keys come from that tokens are verified with.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// `TURNPIKE_JWT_SECRET`: an HS256 secret of at least 32 bytes. Accepts HS256 and nothing else.
    Secret(SecretString),
    /// `TURNPIKE_JWKS_URL`: a JSON Web Key Set over HTTPS (HTTP on this machine only). Accepts asymmetric algorithms only.
    Jwks(Url),
}

impl AuthConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let secret = layers
            .secret(&JWT_SECRET, "at least 32 bytes long, better random", |text| text.len() >= SHORTEST_SECRET)?;
        let jwks =
            layers.get_with(&JWKS_URL, "an `https://` address (`http://` only on a loopback address)", |text| {
                value::url(text, &["http", "https"]).filter(|url| url.scheme() == "https" || value::is_loopback(url))
            })?;
        let keys = match (secret, jwks) {
            (Some(_), Some(_)) => {
                return Err(ConfigError::Conflict {
                    what: format!("`{}` and `{}` are both set", JWT_SECRET.variable, JWKS_URL.variable),
                    right: "set the one that fits your tokens".to_owned(),
                });
            }
            (Some(secret), None) => Some(KeySource::Secret(secret)),
            (None, Some(url)) => Some(KeySource::Jwks(url)),
            (None, None) => None,
        };
        Ok(Self {
            keys,
            issuer: layers.get(&JWT_ISSUER)?,
            audience: layers.get(&JWT_AUDIENCE)?,
            leeway: layers.get_or(&JWT_LEEWAY, Duration::from_secs(10))?,
        })
    }

    /// The keys, for a command that cannot do without.
    ///
    /// # Errors
    /// When neither variable is set.
    pub fn required_keys(&self) -> Result<&KeySource, ConfigError> {
        self.keys.as_ref().ok_or_else(|| ConfigError::Missing {
            what: format!("neither `{}` nor `{}` is set", JWT_SECRET.variable, JWKS_URL.variable),
            right: "set the HS256 secret (at least 32 bytes) or the address of the key set that your tokens are signed with"
                .to_owned(),
        })
    }
}
