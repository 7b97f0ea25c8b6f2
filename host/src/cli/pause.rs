//! `turnpike pause` and `turnpike resume`: what stands still on all hosts until an operator lets it go on.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::{CommandError, Common, actor::deed, columns::instant, print, reason::reason};
use crate::{
    app,
    ports::store::{
        Upkeep as _,
        audit::AuditEntry,
        pause::{Pause, PauseStore},
    },
};

/// What can be paused.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// Nothing new is sent to Stripe. What is under way goes on, ends wait, and what costs money cannot be activated
    Billing,
}

/// Arguments of `pause`.
#[derive(Clone, Debug, Args)]
pub(super) struct PauseArguments {
    #[command(flatten)]
    common: Common,
    /// What is to stand still
    what: What,
    /// Why, for whoever is on call next
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
}

/// Arguments of `resume`.
#[derive(Clone, Debug, Args)]
pub(super) struct ResumeArguments {
    #[command(flatten)]
    common: Common,
    /// What is to go on
    what: What,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = reason, default_value = "over")]
    reason: String,
}

/// Why nothing was paused or resumed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// It stands still already.
    #[error("billing is paused already, {}: `turnpike resume billing` lets it go on", told(.0))]
    Paused(Pause),
    /// It does not stand still.
    #[error("billing is not paused: `turnpike pause billing --reason TEXT` pauses it")]
    NotPaused,
}

/// Pauses.
///
/// # Errors
/// When it is paused already, or the database does not answer.
pub(super) async fn pause(arguments: &PauseArguments) -> Result<(), CommandError> {
    let What::Billing = arguments.what;
    let config = arguments.common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    let paused = store.pause_billing(&entry("pause", &arguments.reason)).await?;
    let pause = store.billing_pause().await?;
    store.close().await;
    match pause {
        Some(earlier) if !paused => Err(Error::Paused(earlier).into()),
        _ => print(
            "billing is paused: hosts begin no operation from now on; `turnpike ledger list --unresolved` shows what is still under way",
        ),
    }
}

/// Resumes.
///
/// # Errors
/// When it is not paused, or the database does not answer.
pub(super) async fn resume(arguments: &ResumeArguments) -> Result<(), CommandError> {
    let What::Billing = arguments.what;
    let config = arguments.common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    let resumed = store.resume_billing(&entry("resume", &arguments.reason)).await?;
    store.close().await;
    if resumed {
        print("billing goes on: hosts take up what waits within seconds")
    } else {
        Err(Error::NotPaused.into())
    }
}

/// Since when, by whom and why.
pub(super) fn told(pause: &Pause) -> String {
    format!("since {} by {}: {}", instant(pause.since), pause.actor, pause.reason)
}

fn entry(action: &str, reason: &str) -> AuditEntry {
    let paused = |is| Some(json!({ "paused": is }));
    let (before, after) = (paused(action == "resume"), paused(action == "pause"));
    AuditEntry { before, after, ..deed(action, "billing", reason) }
}
