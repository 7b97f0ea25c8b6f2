//! `turnpike outbox …`: the mails to admins that are not sent, and trying them again.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    CommandError, Common,
    actor::deed,
    columns::{NOTHING, instant, line, table},
    print,
    reason::reason,
};
use crate::{
    app,
    ports::store::{
        Upkeep as _,
        outbox::{OutboxStore as _, Retry, UnsentNotice},
    },
};

/// Subcommands of `turnpike outbox`.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Command {
    /// List the notices that are not sent, the oldest first
    #[command(after_help = "Example:\n  turnpike outbox list --dead")]
    List(ListArguments),
    /// Make notices due again, under the Message-ID they had, so that nobody reads them twice
    #[command(after_help = "Examples:\n  turnpike outbox retry 0190f0f0-1111-7222-8333-444455556666\n  \
        turnpike outbox retry --all-dead --reason 'the mail server takes our login again'")]
    Retry(RetryArguments),
}

#[derive(Clone, Debug, Args)]
pub(super) struct ListArguments {
    #[command(flatten)]
    common: Common,
    /// Only those that were given up
    #[arg(long)]
    dead: bool,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Debug, Args)]
#[group(id = "which", required = true, multiple = false, args = ["notice", "all_dead"])]
pub(super) struct RetryArguments {
    #[command(flatten)]
    common: Common,
    /// Id of a notice; the others of its mail go with it
    #[arg(value_name = "ID")]
    notice: Option<String>,
    /// All that were given up
    #[arg(long)]
    all_dead: bool,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = reason, default_value = "tried again by hand")]
    reason: String,
}

/// Why nothing is tried again.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// Nothing of that id.
    #[error(
        "no notice `{id}` waits or was given up, or a host is sending it just now: `turnpike outbox list` shows which there are"
    )]
    NoNotice {
        /// As asked.
        id: String,
    },
    /// Nothing was given up.
    #[error("no notice was given up: there is nothing to try again")]
    NoneDead,
}

/// Runs a subcommand.
///
/// # Errors
/// [`Error`], or when the database does not answer.
pub(super) async fn run(command: &Command) -> Result<(), CommandError> {
    match command {
        Command::List(arguments) => list(arguments).await,
        Command::Retry(arguments) => retry(arguments).await,
    }
}

async fn list(arguments: &ListArguments) -> Result<(), CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    let notices = store.unsent(arguments.dead, arguments.limit).await?;
    store.close().await;
    if arguments.json {
        let notices: Vec<Value> = notices.iter().map(as_json).collect();
        return print(&serde_json::to_string_pretty(&json!({ "notices": notices }))?);
    }
    if notices.is_empty() {
        return print(if arguments.dead { "no notice was given up" } else { "every notice is sent" });
    }
    let rows: Vec<Vec<String>> = notices.iter().map(row).collect();
    print(&table(&["NOTICE", "STATE", "WRITTEN", "TRIES", "NEXT TRY", "MANDATE", "LAST ERROR", "SUBJECT"], &rows))
}

async fn retry(arguments: &RetryArguments) -> Result<(), CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    let (which, subject) = match &arguments.notice {
        Some(id) => (Retry::Notice(id.clone()), id.as_str()),
        None => (Retry::AllDead, "all dead notices"),
    };
    let entry = deed("outbox retry", subject, &arguments.reason);
    let due = store.retry(&which, &entry).await?;
    store.close().await;
    match (due, which) {
        (0, Retry::Notice(id)) => Err(Error::NoNotice { id }.into()),
        (0, Retry::AllDead) => Err(Error::NoneDead.into()),
        (1, _) => print("1 notice is due again"),
        (due, _) => print(&format!("{due} notices are due again")),
    }
}

fn row(notice: &UnsentNotice) -> Vec<String> {
    vec![
        notice.id.clone(),
        state(notice).to_owned(),
        instant(notice.created_at),
        notice.attempts.to_string(),
        if notice.dead || notice.not_before == 0 { NOTHING.to_owned() } else { instant(notice.not_before) },
        notice.mandate_id.clone(),
        notice.last_error.as_deref().map_or_else(|| NOTHING.to_owned(), line),
        line(&notice.subject),
    ]
}

fn as_json(notice: &UnsentNotice) -> Value {
    json!({
        "id": notice.id,
        "mailId": notice.mail_id,
        "state": state(notice),
        "mandateId": notice.mandate_id,
        "subject": notice.subject,
        "attempts": notice.attempts,
        "notBefore": notice.not_before,
        "createdAt": notice.created_at,
        "lastError": notice.last_error,
    })
}

fn state(notice: &UnsentNotice) -> &'static str {
    if notice.dead { "dead" } else { "waiting" }
}
