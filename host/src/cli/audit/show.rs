//! `turnpike audit show`: one entry, with what was before and what is after.

use clap::Args;

use super::{
    super::{
        CommandError, Common,
        columns::{NOTHING, instant, line, pairs},
        print,
    },
    Error, difference, json as as_json,
};
use crate::{
    app,
    ports::store::{
        Upkeep as _,
        audit::{AuditRecord, AuditStore as _, Kept},
    },
};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// The entry's number
    #[arg(value_name = "NUMBER")]
    number: i64,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(arguments: &Arguments) -> Result<(), CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    let found = store.audited_as(arguments.number).await?;
    let chain = store.chain().await?;
    store.close().await;
    let Some(record) = found else {
        let (first, newest) = (chain.anchor.number.saturating_add(1), chain.newest.number);
        return Err(Error::Unknown { number: arguments.number, first, newest, unsealed: chain.unsealed }.into());
    };
    if arguments.json {
        return print(&serde_json::to_string_pretty(&as_json::record(&record))?);
    }
    print(&shown(&record))
}

fn shown(record: &AuditRecord) -> String {
    let number = record.number.map_or_else(|| NOTHING.to_owned(), |number| number.to_string());
    let entry = match &record.kept {
        Kept::Erased { at, reason } => {
            return pairs(&[
                ("number", number),
                ("at", instant(record.at)),
                ("erased", instant(*at)),
                ("why", line(reason)),
            ]);
        }
        Kept::Whole(entry) => entry,
    };
    let or_nothing = |text: Option<&str>| match text {
        Some(text) if !text.is_empty() => line(text),
        _ => NOTHING.to_owned(),
    };
    let mut rows = vec![
        ("number", number),
        ("at", instant(record.at)),
        ("who", line(&entry.who.to_string())),
        ("from", or_nothing(entry.origin.address.as_deref())),
        ("trace id", or_nothing(entry.origin.trace_id.as_deref())),
        ("what", line(&entry.action)),
        ("subject", line(&entry.subject)),
        ("mandate", or_nothing(entry.mandate_id.as_deref())),
        ("why", or_nothing(Some(&entry.reason))),
    ];
    rows.extend(entry.detail.iter().map(|(name, value)| (name.as_str(), line(&value.to_string()))));
    let said = match (&entry.before, &entry.after) {
        (None, None) => String::new(),
        (None, Some(_)) => "\nit was not there before; after:\n".to_owned(),
        (Some(_), None) => "\nit is not there any more; before:\n".to_owned(),
        (Some(_), Some(_)) => "\nbefore → after:\n".to_owned(),
    };
    let mut text = format!("{}{said}", pairs(&rows));
    for line in difference::lines(entry.before.as_ref(), entry.after.as_ref()) {
        text.push_str(&format!("  {line}\n"));
    }
    text
}
