//! Which database, and how long it may take.

use std::time::Duration;

use secrecy::SecretString;

use super::{ConfigError, Setting, layers::Layers};

/// The database.
pub const DATABASE_URL: Setting = Setting::secret("database.url", "TURNPIKE_DATABASE_URL");
const DATABASE_TIMEOUT: Setting = Setting::new("database.timeout", "TURNPIKE_DATABASE_TIMEOUT");

pub(super) const SETTINGS: &[Setting] = &[DATABASE_URL, DATABASE_TIMEOUT];

/// The database.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// `TURNPIKE_DATABASE_URL` (`sqlite:turnpike.db`): `sqlite:FILE` or `postgres://…`. A secret, as it may hold a password.
    pub url: SecretString,
    /// `TURNPIKE_DATABASE_TIMEOUT` (`5s`): after this the database counts as not answering.
    pub timeout: Duration,
}

impl DatabaseConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let url = layers.secret(
            &DATABASE_URL,
            "`sqlite:FILE` such as `sqlite:turnpike.db`, or `postgres://USER:PASSWORD@HOST/DATABASE`",
            |text| {
                ["sqlite:", "postgres://", "postgresql://"]
                    .iter()
                    .any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
            },
        )?;
        Ok(Self {
            url: url.unwrap_or_else(|| SecretString::from("sqlite:turnpike.db")),
            timeout: layers.get_or(&DATABASE_TIMEOUT, Duration::from_secs(5))?,
        })
    }
}
