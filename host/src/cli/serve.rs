//! `turnpike serve`: runs the service. Nothing is printed on standard output; the log on standard error tells
//! `listening` with the address once requests are taken.

use clap::Args;

use super::{CommandError, Common};
use crate::{
    app,
    config::{Flag, server::LISTEN},
    telemetry,
};

/// Flags of `serve`.
#[derive(Clone, Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Address and port to listen on, such as `127.0.0.1:8080`; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Do not touch the schema: fail if `turnpike migrate` has not run. For deployments whose service account may not
    /// change tables
    #[arg(long)]
    no_migrate: bool,
}

/// Runs the service until it is asked to stop. Without `--no-migrate` the schema is brought up to date first, on both
/// engines: migrations run under a lock, so that several hosts may start at once.
///
/// # Errors
/// When the configuration is wrong or the host does not run.
pub(super) async fn run(arguments: &Arguments) -> Result<(), CommandError> {
    // First of all: what asks before the host listens must not end it, and is not forgotten.
    let reloads = app::reloads()?;
    let flags = arguments.listen.iter().map(|value| Flag { setting: LISTEN, flag: "--listen", value: value.clone() });
    let config = arguments.common.load(flags.collect())?;
    // Before anything is opened: a host that cannot tell who asks must not start.
    config.auth.required_keys()?;
    telemetry::start(&config.log)?;
    Ok(app::run(config, !arguments.no_migrate, reloads).await?)
}
