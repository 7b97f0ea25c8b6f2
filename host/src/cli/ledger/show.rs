//! `turnpike ledger show OP`: one operation with all that belongs to it.
//!
//! Stripe's ids are shown: they are no secret of the operator's, who needs them to find the subscription in the Dashboard.
//! They are in no log and in no answer of the HTTP API.

use clap::Args;

use super::{
    super::{
        CommandError, Common,
        columns::{NOTHING, instant, instant_or_nothing, line, pairs, span, table},
        print,
    },
    Error, json,
};
use crate::{
    app,
    ports::store::{
        Upkeep as _,
        ledger::{LedgerDetail, LedgerEntry, LedgerStore as _},
    },
};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Id of the operation
    #[arg(value_name = "OP")]
    operation: String,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(arguments: &Arguments) -> Result<(), CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    let detail = store.operation(&arguments.operation).await?;
    store.close().await;
    let detail = detail.ok_or_else(|| Error::Unknown { id: arguments.operation.clone() })?;
    if arguments.json { print(&serde_json::to_string_pretty(&json::detail(&detail))?) } else { print(&text(&detail)) }
}

fn text(detail: &LedgerDetail) -> String {
    let changes = detail.changes.iter().map(|change| {
        vec![
            change.id.clone(),
            change.kind.as_str().to_owned(),
            change.state.as_str().to_owned(),
            change.feature_code.clone(),
            change.instance_id.clone(),
            change.user_id.clone(),
            instant(change.effective_at),
        ]
    });
    let readings = detail.readings.iter().map(|reading| {
        let price = if reading.price_at_odds { "not the plan's" } else { "as the plan's" };
        vec![instant(reading.at), reading.quantity.to_string(), price.to_owned()]
    });
    let audit = detail
        .audit
        .iter()
        .map(|entry| vec![instant(entry.at), line(&entry.who.to_string()), entry.action.clone(), line(&entry.reason)]);
    let mut text = head(detail);
    let mut part = |name: &str, headline: &[&str], rows: Vec<Vec<String>>| {
        if !rows.is_empty() {
            text += &format!("\n{name}\n{}", table(headline, &rows));
        }
    };
    part(
        "changes it carries",
        &["CHANGE", "KIND", "STATE", "FEATURE", "INSTANCE", "USER", "EFFECTIVE"],
        changes.collect(),
    );
    part("readings of the subscription around it", &["READ", "QUANTITY", "PRICE"], readings.collect());
    part("by hand", &["AT", "BY", "WHAT", "WHY"], audit.collect());
    text
}

fn head(detail: &LedgerDetail) -> String {
    let entry = &detail.entry;
    let operation = &entry.operation;
    let or_nothing = |text: &Option<String>| text.as_deref().map_or_else(|| NOTHING.to_owned(), line);
    pairs(&[
        ("operation", operation.id.clone()),
        ("state", operation.state.as_str().to_owned()),
        ("mandate", operation.mandate_id.clone()),
        ("subscription", operation.subscription_id.clone()),
        ("at Stripe", format!("{}, item {}", operation.target.subscription, operation.target.item)),
        (
            "quantity",
            format!("{} -> {} ({})", operation.from_quantity, operation.to_quantity, operation.direction.as_str()),
        ),
        ("charged from", operation.proration_at.map_or_else(|| "Stripe's now".to_owned(), instant)),
        ("written", instant(entry.created_at)),
        ("settled", instant_or_nothing(entry.settled_at)),
        ("in doubt since", instant_or_nothing(operation.in_doubt_since)),
        ("idempotency key", format!("{}:{}", operation.id, operation.attempt)),
        ("sends under it", operation.tries.to_string()),
        ("first of them", instant_or_nothing(operation.first_sent_at)),
        ("may have run", if operation.may_have_run { "yes" } else { "no" }.to_owned()),
        ("next try", entry.settled_at.map_or_else(|| instant(operation.next_at), |_| NOTHING.to_owned())),
        (
            "held by",
            entry.lease.as_ref().map_or_else(
                || "nobody".to_owned(),
                |lease| format!("host {} for another {}", lease.host, span(lease.left)),
            ),
        ),
        ("request id", or_nothing(&entry.request_id)),
        ("last error", or_nothing(&entry.last_error)),
        ("quoted", minor_units(entry.quoted)),
        ("billed", billed(entry)),
    ])
}

fn billed(entry: &LedgerEntry) -> String {
    match (entry.quoted, entry.billed) {
        (None, _) => NOTHING.to_owned(),
        (Some(_), None) => "could not be read".to_owned(),
        (quoted, billed) if quoted == billed => minor_units(billed),
        (_, billed) => format!("{}: not what was quoted", minor_units(billed)),
    }
}

fn minor_units(amount: Option<i64>) -> String {
    amount.map_or_else(|| NOTHING.to_owned(), |amount| format!("{amount} minor units"))
}
