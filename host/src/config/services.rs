//! Whose service tokens open the machine API.

use std::path::PathBuf;

use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    ConfigError, Setting,
    auth::{AuthConfig, JWKS_URL as USERS_JWKS_URL, JWT_AUDIENCE, JWT_SECRET, KeySource, SHORTEST_SECRET},
    layers::Layers,
    value,
};

const ISSUER: Setting = Setting::new("services.issuer", "TURNPIKE_SERVICE_ISSUER");
const AUDIENCE: Setting = Setting::new("services.audience", "TURNPIKE_SERVICE_AUDIENCE");
const JWKS_URL: Setting = Setting::new("services.jwks_url", "TURNPIKE_SERVICE_JWKS_URL");
const JWT_SECRETS: Setting = Setting::secret("services.jwt_secrets", "TURNPIKE_SERVICE_JWT_SECRETS");
const JWT_SECRETS_FILE: Setting = Setting::new("services.jwt_secrets_file", "TURNPIKE_SERVICE_JWT_SECRETS_FILE");

pub(super) const SETTINGS: &[Setting] = &[ISSUER, AUDIENCE, JWKS_URL, JWT_SECRETS, JWT_SECRETS_FILE];

/// What secrets must be.
const SECRETS: &str = "one or more HS256 secrets of at least 32 bytes, separated by commas";

/// Whose service tokens are accepted.
#[derive(Clone, Debug)]
pub struct ServicesConfig {
    /// Without it there is no machine API.
    pub tokens: Option<ServiceTokens>,
}

/// What a service token must be.
#[derive(Clone, Debug)]
pub struct ServiceTokens {
    /// What it is signed with.
    pub keys: ServiceKeys,
    /// `TURNPIKE_SERVICE_ISSUER`: the only accepted `iss`.
    pub issuer: String,
    /// `TURNPIKE_SERVICE_AUDIENCE`: must be among `aud`.
    pub audience: String,
}

/// Where the keys come from.
#[derive(Clone, Debug)]
pub enum ServiceKeys {
    /// `TURNPIKE_SERVICE_JWT_SECRETS`, or the lines of the file that `TURNPIKE_SERVICE_JWT_SECRETS_FILE` names: HS256
    /// secrets of at least 32 bytes, several while one is rolled over.
    Secrets(Vec<SecretString>),
    /// `TURNPIKE_SERVICE_JWKS_URL`: a JSON Web Key Set over HTTPS (HTTP on this machine only).
    Jwks(Url),
}

impl ServicesConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let jwks =
            layers.get_with(&JWKS_URL, "an `https://` address (`http://` only on a loopback address)", |text| {
                value::url(text, &["http", "https"]).filter(|url| url.scheme() == "https" || value::is_loopback(url))
            })?;
        let secrets = layers.get_with(&JWT_SECRETS, SECRETS, |text| long_enough(text.split(',')))?;
        let filed = match layers.get::<PathBuf>(&JWT_SECRETS_FILE)? {
            Some(path) => {
                let text = std::fs::read_to_string(&path).map_err(|source| ConfigError::Unreadable { path, source })?;
                let lines = text.lines().filter(|line| !line.trim().is_empty());
                let invalid =
                    || layers.invalid(&JWT_SECRETS_FILE, "a file with one HS256 secret of at least 32 bytes a line");
                Some(long_enough(lines).ok_or_else(invalid)?)
            }
            None => None,
        };
        let keys = match (jwks, secrets, filed) {
            (None, None, None) => None,
            (Some(url), None, None) => Some(ServiceKeys::Jwks(url)),
            (None, Some(secrets), None) | (None, None, Some(secrets)) => Some(ServiceKeys::Secrets(secrets)),
            _ => {
                return Err(ConfigError::Conflict {
                    what: format!(
                        "more than one of `{}`, `{}` and `{}` is set",
                        JWKS_URL.variable, JWT_SECRETS.variable, JWT_SECRETS_FILE.variable
                    ),
                    right: "set the one that fits your service tokens".to_owned(),
                });
            }
        };
        let tokens = match (keys, layers.get(&ISSUER)?, layers.get(&AUDIENCE)?) {
            (None, ..) => None,
            (Some(keys), Some(issuer), Some(audience)) => Some(ServiceTokens { keys, issuer, audience }),
            (Some(_), issuer, _) => {
                let missing = if issuer.is_none() { ISSUER } else { AUDIENCE };
                return Err(ConfigError::Missing {
                    what: format!("keys for service tokens are set, but not `{}`", missing.variable),
                    right: "without issuer and audience any token of these keys would open the machine API".to_owned(),
                });
            }
        };
        Ok(Self { tokens })
    }

    /// No token is a user's and a service's.
    pub(super) fn apart_from(&self, users: &AuthConfig) -> Result<(), ConfigError> {
        let Some(tokens) = &self.tokens else { return Ok(()) };
        let conflict = |what: String, right: &str| Err(ConfigError::Conflict { what, right: right.to_owned() });
        if users.audience.as_ref() == Some(&tokens.audience) {
            return conflict(
                format!("`{}` and `{}` are the same", AUDIENCE.variable, JWT_AUDIENCE.variable),
                "a token is meant for users or for services",
            );
        }
        match (&users.keys, &tokens.keys) {
            (Some(KeySource::Secret(secret)), ServiceKeys::Secrets(secrets))
                if secrets.iter().any(|one| one.expose_secret() == secret.expose_secret()) =>
            {
                conflict(
                    format!("a secret of the service tokens is `{}`", JWT_SECRET.variable),
                    "whoever makes tokens for users could make them for services",
                )
            }
            (Some(KeySource::Jwks(theirs)), ServiceKeys::Jwks(ours)) if theirs == ours && users.audience.is_none() => {
                conflict(
                    format!(
                        "`{}` and `{}` are the same, and `{}` is not set",
                        JWKS_URL.variable, USERS_JWKS_URL.variable, JWT_AUDIENCE.variable
                    ),
                    "only their audiences tell tokens of one key set apart",
                )
            }
            _ => Ok(()),
        }
    }
}

/// The secrets, if there is one and all are long enough.
fn long_enough<'a>(texts: impl Iterator<Item = &'a str>) -> Option<Vec<SecretString>> {
    let secrets: Vec<&str> = texts.map(str::trim).collect();
    let all_are_long = secrets.iter().all(|secret| secret.len() >= SHORTEST_SECRET);
    (!secrets.is_empty() && all_are_long)
        .then(|| secrets.into_iter().map(|secret| SecretString::from(secret.to_owned())).collect())
}
