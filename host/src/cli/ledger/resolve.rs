//! `turnpike ledger resolve OP`: settles an unresolved operation as the operator found it at Stripe.

use clap::{Args, ValueEnum};
use core_wasm::reason::Reason;
use serde_json::{Map, json};

use super::{
    super::{CommandError, Common, actor::deed, columns::span, print, reason::reason},
    Error,
};
use crate::{
    app,
    ports::{
        clock::Clock as _,
        store::{
            Upkeep as _,
            audit::AuditEntry,
            ledger::{LedgerStore as _, Resolution, Resolved},
            operation::{Outcome, Settlement},
        },
    },
};

/// What came out of an operation, as the operator found.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Found {
    /// Stripe has the operation's quantity and its id: what it carries is done
    Applied,
    /// Stripe has not, and certainly never will: activations it carries fail, ends are tried again
    Rejected,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Id of the operation
    #[arg(value_name = "OP")]
    operation: String,
    /// What came out of it
    #[arg(long = "as", value_name = "OUTCOME")]
    found: Found,
    /// How it was found out, for the audit trail
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// Also while a host holds it: that host writes nothing about it any more
    #[arg(long)]
    force: bool,
}

pub(super) async fn run(arguments: &Arguments) -> Result<(), CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    let resolved = store.resolve(&resolution(arguments)).await?;
    store.close().await;
    let id = arguments.operation.clone();
    match resolved {
        Resolved::Settled(settlement) => print(&told(&settlement)),
        Resolved::Unknown => Err(Error::Unknown { id }.into()),
        Resolved::Earlier(state) => Err(Error::Settled { id, state }.into()),
        Resolved::Leased(lease) => Err(Error::Leased { id, host: lease.host, left: span(lease.left) }.into()),
    }
}

fn resolution(arguments: &Arguments) -> Resolution {
    let now = app::clock().now();
    let (word, outcome) = match arguments.found {
        Found::Applied => ("applied", Outcome::Applied),
        Found::Rejected => ("rejected", Outcome::Rejected { reasons: vec![Reason::BillingRefused {}], retry_at: now }),
    };
    Resolution {
        operation_id: arguments.operation.clone(),
        outcome,
        force: arguments.force,
        entry: AuditEntry {
            at: now,
            detail: Map::from_iter([("as".to_owned(), json!(word)), ("force".to_owned(), json!(arguments.force))]),
            ..deed("ledger resolve", &arguments.operation, &arguments.reason)
        },
    }
}

/// What became of each change.
fn told(settlement: &Settlement) -> String {
    let outcome = match settlement.outcome {
        Outcome::Applied => "applied",
        Outcome::Rejected { .. } => "rejected",
    };
    let mut text = format!("operation {} is {outcome}\n", settlement.carried.operation.id);
    for change in &settlement.carried.changes {
        let after = settlement.outcome.applied_to(change, settlement.at);
        text += &format!("change {} ({}) is {}\n", change.id, change.kind.as_str(), after.state.as_str());
    }
    text
}
