//! `turnpike person export USER` and `turnpike person erase USER`.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{CommandError, Common, Erasing, Output, begun, configured, confirm, done, tell, told, write};
use crate::{
    app::{open_erasure, with_ledger},
    erasure::{Outcome, export},
};

/// Whom it is about.
#[derive(Clone, Debug, Args)]
struct Person {
    /// The user's id
    #[arg(value_name = "USER")]
    user: String,
    /// A further word that stands for the person, such as an earlier name or mail address; several times
    #[arg(long, value_name = "TEXT")]
    also: Vec<String>,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct ExportArguments {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    person: Person,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct EraseArguments {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    person: Person,
    #[command(flatten)]
    erasing: Erasing,
}

pub(super) async fn export(arguments: &ExportArguments) -> Result<(), CommandError> {
    let (_, store) = configured(&arguments.common).await?;
    let told = export::of_person(&store, &arguments.person.user, &arguments.person.also).await;
    store.close().await;
    write(&arguments.output, &told?)
}

pub(super) async fn erase(arguments: &EraseArguments) -> Result<ExitCode, CommandError> {
    let EraseArguments { common, person: Person { user, also }, erasing } = arguments;
    let (config, store) = configured(common).await?;
    let (erasure, ledger) = open_erasure(&config, store.clone()).await?;
    let forecast = erasure.forecast(user, also).await?;
    if forecast.is_done {
        store.close().await;
        return done_before(erasing);
    }
    eprint!("{}", told::forecast(user, &forecast));
    if !erasing.yes {
        confirm("erase this person for good?")?;
    }
    let outcome = with_ledger(ledger, erasure.erase_person(&erasing.actor(), user, also, erasing.wait)).await;
    store.close().await;
    match outcome? {
        Outcome::Done(receipt) => done(erasing, &receipt),
        Outcome::DoneBefore => done_before(erasing),
        Outcome::Waits(waits) => Ok(begun(&told::waits_for(waits))),
    }
}

fn done_before(erasing: &Erasing) -> Result<ExitCode, CommandError> {
    let before = json!({"erased": "person", "done": "before"});
    tell(erasing.json, &before, "this person was erased before: nothing about them is on file")?;
    Ok(ExitCode::SUCCESS)
}
