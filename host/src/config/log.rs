//! The log.

use super::{ConfigError, Setting, layers::Layers};

/// What is logged.
pub const LOG: Setting = Setting::new("log.filter", "TURNPIKE_LOG");
const LOG_FORMAT: Setting = Setting::new("log.format", "TURNPIKE_LOG_FORMAT");

pub(super) const SETTINGS: &[Setting] = &[LOG, LOG_FORMAT];

/// The log, written to standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// `TURNPIKE_LOG` (`info`): what is logged, such as `debug` or `info,turnpike::ledger=debug`.
    pub filter: String,
    /// `TURNPIKE_LOG_FORMAT` (`text`): `json` or `text`.
    pub format: LogFormat,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object per line.
    Json,
    /// For people.
    Text,
}

impl LogConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let filter = layers.get_with(&LOG, "a filter such as `info` or `info,turnpike::ledger=debug`", |text| {
            tracing_subscriber::EnvFilter::try_new(text).is_ok().then(|| text.to_owned())
        })?;
        let format = layers.get_with(&LOG_FORMAT, "`json` or `text`", |text| match text {
            "json" => Some(LogFormat::Json),
            "text" => Some(LogFormat::Text),
            _ => None,
        })?;
        Ok(Self { filter: filter.unwrap_or_else(|| "info".to_owned()), format: format.unwrap_or(LogFormat::Text) })
    }
}
