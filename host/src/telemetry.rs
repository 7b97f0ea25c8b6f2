//! The log: one line per event on standard error, as JSON or as text.
//!
//! Never logged: names, mails, bodies, query strings, tokens, Stripe ids. Causes of errors are logged once, where the
//! request or the task ends.

use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::log::{LogConfig, LogFormat};

/// Why the log could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is not understood.
    #[error("the log filter is not understood: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// A log is already running in this process.
    #[error("the log runs already: {0}")]
    Running(#[from] tracing_subscriber::util::TryInitError),
}

/// Starts the log of this process and has panics reported in it: where, not with what words, since a message may quote
/// what a caller sent.
///
/// # Errors
/// [`TelemetryError`].
pub fn start(config: &LogConfig) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&config.filter)?;
    let registry = tracing_subscriber::registry().with(filter);
    match config.format {
        LogFormat::Json => {
            let layer = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(true);
            registry.with(layer.with_span_list(false).with_writer(std::io::stderr)).try_init()?;
        }
        LogFormat::Text => {
            let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(std::io::stderr);
            registry.with(layer).try_init()?;
        }
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(panic.location = place, "the program panicked");
    }));
    Ok(())
}
