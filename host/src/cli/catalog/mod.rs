//! `turnpike catalog`: plans and features as code.

mod told;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};

use super::{CommandError, Common, actor::deed, print, reason::reason};
use crate::{
    app,
    directory::{
        Entry,
        catalog::{CatalogPlan, apply, plan},
        trail,
    },
    ports::store::{Upkeep as _, audit::AuditEntry},
    transfer::{self, TransferError},
};

/// What to do about the catalogue.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Tell what a file would change about plans and features, whom that concerns and by how much
    #[command(after_help = "Exit codes: 0 nothing would change, 1 something would, 2 it could not be found out.\n\n\
        Example:\n  turnpike catalog plan catalog.json")]
    Plan(PlanArguments),
    /// Tell it, and make it so
    #[command(after_help = "Example:\n  turnpike catalog apply catalog.json --reason 'new prices from May'")]
    Apply(ApplyArguments),
}

/// Arguments of `plan`.
#[derive(Clone, Debug, Args)]
pub(super) struct PlanArguments {
    #[command(flatten)]
    common: Common,
    /// A `feature-store-fixture/1` document with plans and features only. What it does not name stays
    file: PathBuf,
}

/// Arguments of `apply`.
#[derive(Clone, Debug, Args)]
pub(super) struct ApplyArguments {
    #[command(flatten)]
    common: Common,
    /// The document
    file: PathBuf,
    /// Why, for whoever reads the audit trail
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// Also where the price of a plan changes by which Stripe charges: nothing more is sold to its subscriptions until each
    /// was compared with Stripe
    #[arg(long)]
    billed: bool,
}

/// Why the catalogue was not looked at or changed.
pub(super) use crate::directory::catalog::CatalogError as Error;

/// Runs a command.
///
/// # Errors
/// [`CommandError`].
pub(super) async fn run(command: &Command) -> Result<ExitCode, CommandError> {
    let (common, file) = match command {
        Command::Plan(arguments) => (&arguments.common, &arguments.file),
        Command::Apply(arguments) => (&arguments.common, &arguments.file),
    };
    let config = common.load(Vec::new())?;
    let bytes = std::fs::read(file).map_err(|source| CommandError::Read { file: file.clone(), source })?;
    let (document, _) = transfer::read(&bytes)?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    let looked: CatalogPlan = plan(&store, document).await?;
    print(&told::plan(&looked))?;
    let code = match command {
        Command::Plan(_) => ExitCode::from(u8::from(!looked.changes.is_empty())),
        Command::Apply(arguments) => {
            apply(&store, &looked, arguments.billed, |before, after| note(before, after, &arguments.reason)).await?;
            print("applied")?;
            ExitCode::SUCCESS
        }
    };
    store.close().await;
    Ok(code)
}

fn note(before: Option<&Entry>, after: &Entry, reason: &str) -> Result<AuditEntry, TransferError> {
    let AuditEntry { at, who, origin, reason, .. } = deed("", "", reason);
    let entry = trail::of_entry(at, who, "catalog apply", before, Some(after))?;
    Ok(AuditEntry { origin, reason, ..entry })
}
