//! `turnpike audit`: entries, the newest first.

use clap::Args;
use serde_json::{Value, json};

use super::{
    super::{
        CommandError, Common,
        columns::{NOTHING, instant, line, table},
        print, since,
    },
    json as as_json,
};
use crate::{
    app,
    ports::{
        clock::Clock as _,
        store::{
            Upkeep as _,
            audit::{AuditFilter, AuditRecord, AuditStore as _, Kept},
            page,
        },
    },
};

#[derive(Clone, Debug, Args)]
#[group(id = "listed")]
pub(super) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Only what changed since then: `30d`, `12h`, `2026-10-01` or `2026-10-01T08:00:00Z`
    #[arg(long, value_name = "WHEN", value_parser = since::parse)]
    since: Option<since::Since>,
    /// Only what is in this mandate
    #[arg(long, value_name = "ID")]
    mandate: Option<String>,
    /// Only what this one did: `user:ID`, `service:NAME`, `operator:user@host`, `system:PART`, or what stands behind the colon
    #[arg(long, value_name = "WHO")]
    who: Option<String>,
    /// Only what was done to this: an id, key or code
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    /// As JSON, for programs, with all that was before and is after
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(arguments: &Arguments) -> Result<(), CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    let filter = AuditFilter {
        since: arguments.since.map(|since| since.instant(app::clock().now())),
        mandate_id: arguments.mandate.clone(),
        who: arguments.who.clone(),
        subject: arguments.subject.clone(),
    };
    // One more than is shown says that there are more.
    let mut found = store.audited(&filter, arguments.limit.saturating_add(1)).await?;
    store.close().await;
    let there_are_more = page::cut(&mut found, arguments.limit, |_| ()).is_some();
    if arguments.json {
        let entries: Vec<Value> = found.iter().map(as_json::record).collect();
        return print(&serde_json::to_string_pretty(&json!({ "entries": entries, "more": there_are_more }))?);
    }
    if found.is_empty() {
        return print("no such entry");
    }
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    let mut told = table(&["NUMBER", "AT", "WHO", "FROM", "WHAT", "SUBJECT", "MANDATE", "WHY"], &rows);
    if there_are_more {
        told = format!("{}\n… the newest {}; there are more (`--limit`)", told.trim_end_matches('\n'), found.len());
    }
    print(&told)
}

fn row(record: &AuditRecord) -> Vec<String> {
    let or_nothing = |text: &str| if text.is_empty() { NOTHING.to_owned() } else { line(text) };
    let number = record.number.map_or_else(|| NOTHING.to_owned(), |number| number.to_string());
    let mut cells = vec![number, instant(record.at)];
    match &record.kept {
        Kept::Erased { at, reason } => {
            cells.extend([NOTHING, NOTHING, "erased", NOTHING, NOTHING].map(str::to_owned));
            cells.push(line(&format!("erased {}: {reason}", instant(*at))));
        }
        Kept::Whole(entry) => cells.extend([
            line(&entry.who.to_string()),
            or_nothing(entry.origin.address.as_deref().unwrap_or_default()),
            line(&entry.action),
            line(&entry.subject),
            or_nothing(entry.mandate_id.as_deref().unwrap_or_default()),
            or_nothing(&entry.reason),
        ]),
    }
    cells
}
