//! `turnpike policy log`: decisions on record, the newest first; with an id one of them, in full.

use clap::Args;
use serde_json::Value;

use super::{
    super::{
        CommandError, Common,
        columns::{NOTHING, instant, line, pairs, table},
        print,
    },
    Error, Which, json,
    told::{outcome, sentences},
};
use crate::{
    app,
    decisions::diff::subject_of,
    ports::store::{
        Upkeep as _,
        decision::{DecisionRecord, DecisionStore as _, MOST_FOUND},
    },
};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// One decision in full: its id, the change's, or the trace id of a refusal
    #[arg(value_name = "ID", conflicts_with_all = ["mandate", "since", "refused"])]
    id: Option<String>,
    #[command(flatten)]
    which: Which,
    /// Only refusals
    #[arg(long)]
    refused: bool,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

pub(in crate::cli) async fn run(arguments: &Arguments) -> Result<(), CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    let found = match &arguments.id {
        Some(id) => store.find_decisions(id, None).await?,
        None => store.decisions(&arguments.which.filter(arguments.refused), arguments.limit).await?,
    };
    store.close().await;
    let found: Vec<DecisionRecord> = found.into_iter().map(|stored| stored.record).collect();
    if let (Some(id), []) = (&arguments.id, found.as_slice()) {
        return Err(Error::Unknown { id: id.clone() }.into());
    }
    if arguments.json {
        let listed: Vec<Value> = found.iter().map(json::decision).collect();
        return print(&serde_json::to_string_pretty(&listed)?);
    }
    if arguments.id.is_some() {
        let mut shown: Vec<String> = found.iter().take(MOST_FOUND).map(shown).collect();
        if found.len() > MOST_FOUND {
            shown.push(format!("… the newest {MOST_FOUND}; there are more under this trace id"));
        }
        return print(&shown.join("\n"));
    }
    if found.is_empty() {
        return print("no such decision");
    }
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    print(&table(&["DECISION", "MADE", "QUESTION", "ANSWER", "FEATURE", "MANDATE", "WHO"], &rows))
}

/// So much of a pseudonym tells people apart.
const SHORT: usize = 12;

fn row(decision: &DecisionRecord) -> Vec<String> {
    let who = decision.who.as_deref().map_or(NOTHING, |who| who.get(..SHORT).unwrap_or(who));
    vec![
        decision.id.clone(),
        instant(decision.at),
        subject_of(decision).as_str().to_owned(),
        outcome(decision),
        decision.feature_code.as_deref().map_or_else(|| NOTHING.to_owned(), line),
        line(&decision.mandate_id),
        who.to_owned(),
    ]
}

fn shown(decision: &DecisionRecord) -> String {
    let or_nothing = |text: &Option<String>| text.as_deref().map_or_else(|| NOTHING.to_owned(), line);
    let head = pairs(&[
        ("decision", decision.id.clone()),
        ("made", instant(decision.at)),
        ("question", subject_of(decision).as_str().to_owned()),
        ("answer", outcome(decision)),
        ("mandate", line(&decision.mandate_id)),
        ("feature", or_nothing(&decision.feature_code)),
        ("instance", or_nothing(&decision.instance_id)),
        ("who", or_nothing(&decision.who)),
        ("trace id", line(&decision.trace_id)),
        ("policy", decision.policy_digest.clone()),
        ("settings", decision.settings_digest.clone()),
        ("fuel", decision.fuel.to_string()),
        ("facts", line(&decision.facts)),
        ("told", line(&decision.answer)),
    ]);
    format!("{}\n\n{head}", sentences(decision).join("\n"))
}
