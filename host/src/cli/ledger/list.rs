//! `turnpike ledger list`: operations, the newest first, and whether billing is paused.

use clap::Args;
use serde_json::{Value, json};

use super::{
    super::{
        CommandError, Common,
        columns::{NOTHING, instant, line, span, table},
        pause::told,
        print,
    },
    json,
};
use crate::{
    app,
    ports::store::{
        Upkeep as _,
        ledger::{LedgerEntry, LedgerFilter, LedgerStore as _},
        operation::OperationState,
        pause::{Pause, PauseStore as _},
    },
};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Only those of this mandate
    #[arg(long, value_name = "ID")]
    mandate: Option<String>,
    /// Only those whose outcome is not known yet
    #[arg(long)]
    unresolved: bool,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(arguments: &Arguments) -> Result<(), CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    let filter = LedgerFilter {
        mandate_id: arguments.mandate.clone(),
        unresolved: arguments.unresolved,
        limit: arguments.limit,
    };
    let pause = store.billing_pause().await?;
    let waiting = store.waiting_changes().await?;
    let operations = store.operations(&filter).await?;
    store.close().await;
    if arguments.json {
        let operations: Vec<Value> = operations.iter().map(json::entry).collect();
        let pause = pause.as_ref().map(json::pause);
        let listed = json!({ "billingPaused": pause, "waitingChanges": waiting, "operations": operations });
        return print(&serde_json::to_string_pretty(&listed)?);
    }
    print(&text(pause.as_ref(), waiting, &operations))
}

fn text(pause: Option<&Pause>, waiting: i64, operations: &[LedgerEntry]) -> String {
    let mut text = match pause {
        Some(pause) => format!("billing is paused {}\n", told(pause)),
        None => "billing is not paused\n".to_owned(),
    };
    text += &match waiting {
        1 => "1 change waits for an operation\n".to_owned(),
        waiting => format!("{waiting} changes wait for an operation\n"),
    };
    text.push('\n');
    if operations.is_empty() {
        return text + "no such operation\n";
    }
    let rows: Vec<Vec<String>> = operations.iter().map(row).collect();
    let headline = ["OPERATION", "STATE", "QUANTITY", "WRITTEN", "SENDS", "NEXT", "MANDATE", "LAST ERROR"];
    text + &table(&headline, &rows)
}

fn row(entry: &LedgerEntry) -> Vec<String> {
    let operation = &entry.operation;
    vec![
        operation.id.clone(),
        operation.state.as_str().to_owned(),
        format!("{} -> {}", operation.from_quantity, operation.to_quantity),
        instant(entry.created_at),
        operation.tries.to_string(),
        next(entry),
        operation.mandate_id.clone(),
        entry.last_error.as_deref().map_or_else(|| NOTHING.to_owned(), line),
    ]
}

/// When something happens to it next.
fn next(entry: &LedgerEntry) -> String {
    match (&entry.lease, entry.operation.state) {
        (Some(lease), _) => format!("held for {}", span(lease.left)),
        (None, OperationState::Prepared | OperationState::Sent | OperationState::InDoubt) => {
            instant(entry.operation.next_at)
        }
        (None, OperationState::Applied | OperationState::Rejected | OperationState::Dissolved) => NOTHING.to_owned(),
    }
}
