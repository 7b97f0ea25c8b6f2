//! `turnpike audit verify`: whether the trail is whole. Exit codes: 0 it is, 1 it has a gap, 2 it could not be found out.

use std::{fmt::Write as _, process::ExitCode};

use clap::Args;
use serde_json::{Value, json};

use super::super::{
    CommandError, Common,
    columns::{NOTHING, instant, table},
    print,
};
use crate::{
    app,
    audit::{
        seal_all,
        verify::{Verdict, verify},
    },
    ports::store::{Upkeep as _, audit::Anchor},
};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Number and hash that an earlier call printed, kept outside of the database; may be given several times
    #[arg(long, value_name = "NUMBER:HASH", value_parser = anchor)]
    anchor: Vec<Anchor>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Reads `NUMBER:HASH`.
fn anchor(text: &str) -> Result<Anchor, String> {
    let read = || {
        let (number, hash) = text.trim().split_once(':')?;
        let number: i64 = number.parse().ok().filter(|number| *number >= 0)?;
        let hash = hash.to_ascii_lowercase();
        (hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(Anchor { number, hash })
    };
    read().ok_or_else(|| {
        "it must be a number, a colon and 64 hexadecimal digits, as `turnpike audit verify` prints".into()
    })
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    seal_all(&store).await?;
    let verdict = verify(&store, &arguments.anchor).await.map_err(super::Error::from)?;
    store.close().await;
    print(&if arguments.json { serde_json::to_string_pretty(&object(&verdict))? } else { told(&verdict) })?;
    Ok(ExitCode::from(u8::from(!verdict.gaps.is_empty())))
}

fn told(verdict: &Verdict) -> String {
    let Verdict { gaps, newest, newest_at, anchor, seals, erased } = verdict;
    let mut text = String::new();
    if !gaps.is_empty() {
        let rows: Vec<Vec<String>> = gaps
            .iter()
            .map(|gap| {
                let number = gap.number.map_or_else(|| NOTHING.to_owned(), |number| number.to_string());
                vec![number, gap.kind.as_str().to_owned(), gap.says.clone()]
            })
            .collect();
        text.push_str(&table(&["NUMBER", "GAP", "WHAT"], &rows));
    }
    let whole = if gaps.is_empty() { "the trail is whole" } else { "the trail has a gap" };
    let _ = write!(text, "{whole}: {seals} seals");
    if *erased > 0 {
        let _ = write!(text, ", {erased} of them of erased entries");
    }
    if anchor.number > 0 {
        let _ = write!(text, ", following {}:{}", anchor.number, anchor.hash);
    }
    let at = newest_at.map_or_else(String::new, |at| format!(" of {}", instant(at)));
    let _ = write!(text, "\nnewest{at}: {}:{}", newest.number, newest.hash);
    text
}

fn object(verdict: &Verdict) -> Value {
    let anchor = |anchor: &Anchor| json!({ "number": anchor.number, "hash": anchor.hash });
    let gaps: Vec<Value> = verdict
        .gaps
        .iter()
        .map(|gap| json!({ "number": gap.number, "kind": gap.kind.as_str(), "says": gap.says }))
        .collect();
    json!({
        "whole": verdict.gaps.is_empty(),
        "gaps": gaps,
        "seals": verdict.seals,
        "erased": verdict.erased,
        "newest": anchor(&verdict.newest),
        "newestAt": verdict.newest_at.map(instant),
        "anchor": anchor(&verdict.anchor),
    })
}
