//! `turnpike person export USER` and `turnpike person erase USER`.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{CommandError, Common, Erasing, Output, WAITS, configured, confirm, tell, told, write};
use crate::{
    app::{open_erasure, with_ledger},
    erasure::{Outcome, export},
};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct ExportArguments {
    #[command(flatten)]
    common: Common,
    /// The user's id
    #[arg(value_name = "USER")]
    user: String,
    /// A further word that stands for the person, such as an earlier name or mail address; several times
    #[arg(long, value_name = "TEXT")]
    also: Vec<String>,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct EraseArguments {
    #[command(flatten)]
    common: Common,
    /// The user's id
    #[arg(value_name = "USER")]
    user: String,
    /// A further word that stands for the person, such as an earlier name or mail address; several times
    #[arg(long, value_name = "TEXT")]
    also: Vec<String>,
    #[command(flatten)]
    erasing: Erasing,
}

pub(super) async fn export(arguments: &ExportArguments) -> Result<(), CommandError> {
    let (_, store) = configured(&arguments.common).await?;
    let told = export::of_person(&store, &arguments.user, &arguments.also).await;
    store.close().await;
    write(&arguments.output, &told?)
}

pub(super) async fn erase(arguments: &EraseArguments) -> Result<ExitCode, CommandError> {
    let EraseArguments { common, user, also, erasing } = arguments;
    let (config, store) = configured(common).await?;
    let (erasure, ledger) = open_erasure(&config, store.clone()).await?;
    let forecast = erasure.forecast(user, also).await?;
    let before = json!({"erased": "person", "done": "before"});
    if forecast.is_done {
        store.close().await;
        tell(erasing.json, &before, "this person was erased before: nothing about them is on file")?;
        return Ok(ExitCode::SUCCESS);
    }
    eprint!("{}", told::forecast(user, &forecast));
    if !erasing.yes {
        confirm("erase this person for good?")?;
    }
    let outcome = with_ledger(ledger, erasure.erase_person(&erasing.actor(), user, also, erasing.wait)).await;
    store.close().await;
    match outcome? {
        Outcome::Done(receipt) => tell(erasing.json, &receipt, &told::receipt(&receipt))?,
        Outcome::DoneBefore => {
            tell(erasing.json, &before, "this person was erased before: nothing about them is on file")?
        }
        Outcome::Waits(waits) => {
            eprintln!("begun, not done: {}. Run it again to go on", told::waits_for(waits));
            return Ok(ExitCode::from(WAITS));
        }
    }
    Ok(ExitCode::SUCCESS)
}
