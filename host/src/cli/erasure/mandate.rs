//! `turnpike mandate export ID` and `turnpike mandate erase ID`.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{CommandError, Common, Erasing, Output, begun, configured, confirm, done, tell, told, write};
use crate::{
    app::{open_erasure, with_ledger},
    erasure::{Outcome, export},
};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct ExportArguments {
    #[command(flatten)]
    common: Common,
    /// The mandate's id
    #[arg(value_name = "ID")]
    mandate: String,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct EraseArguments {
    #[command(flatten)]
    common: Common,
    /// The mandate's id
    #[arg(value_name = "ID")]
    mandate: String,
    #[command(flatten)]
    erasing: Erasing,
}

pub(super) async fn export(arguments: &ExportArguments) -> Result<(), CommandError> {
    let (_, store) = configured(&arguments.common).await?;
    let told = export::of_mandate(&store, &arguments.mandate).await;
    store.close().await;
    write(&arguments.output, &told?)
}

pub(super) async fn erase(arguments: &EraseArguments) -> Result<ExitCode, CommandError> {
    let EraseArguments { common, mandate, erasing } = arguments;
    let (config, store) = configured(common).await?;
    let (erasure, ledger) = open_erasure(&config, store.clone()).await?;
    if erasure.is_mandate_erased(mandate).await? {
        store.close().await;
        return done_before(mandate, erasing);
    }
    eprintln!(
        "mandate {mandate}: it is closed at once, its instances end, and when Stripe confirmed that it charges for none, all \
         of it is deleted; what is proof of money stays without names"
    );
    if !erasing.yes {
        confirm("erase this mandate for good?")?;
    }
    let outcome = with_ledger(ledger, erasure.erase_mandate(&erasing.actor(), mandate, erasing.wait)).await;
    store.close().await;
    match outcome? {
        Outcome::Done(receipt) => done(erasing, &receipt),
        Outcome::DoneBefore => done_before(mandate, erasing),
        Outcome::Waits(waits) => Ok(begun(&told::mandate_waits_for(&waits))),
    }
}

fn done_before(mandate: &str, erasing: &Erasing) -> Result<ExitCode, CommandError> {
    let before = json!({"erased": "mandate", "mandate": mandate, "done": "before"});
    tell(erasing.json, &before, "this mandate was erased before")?;
    Ok(ExitCode::SUCCESS)
}
