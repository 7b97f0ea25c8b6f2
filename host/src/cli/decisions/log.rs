//! `turnpike policy log`: decisions on record, the newest first; with an id one of them, in full.

use clap::Args;
use serde_json::{Value, json};

use super::{
    super::{
        CommandError, Common,
        columns::{NOTHING, instant, line, pairs, table},
        print, write_all,
    },
    Error, Which, json as as_json,
    told::{outcome, sentences},
};
use crate::{
    app,
    decisions::{archive::Archive, diff::subject_of},
    ports::store::{
        Upkeep as _,
        decision::{DecisionRecord, DecisionStore, MOST_FOUND, StoredDecision},
        policy::PolicyStore,
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
    /// Of the one decision nothing but the call that the module answered, byte for byte: settings and question in canonical JSON
    #[arg(long, requires = "id", conflicts_with_all = ["json", "limit"])]
    call: bool,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

pub(in crate::cli) async fn run(arguments: &Arguments) -> Result<(), CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    // Each asks for one more than is shown, which says that there are more.
    let (found, most) = match &arguments.id {
        Some(id) => (store.find_decisions(id, None).await?, MOST_FOUND),
        None => {
            let (which, limit) = (arguments.which.filter(arguments.refused), arguments.limit);
            let found = store.decisions(&which, limit.saturating_add(1)).await?;
            (found, usize::try_from(limit).unwrap_or(usize::MAX))
        }
    };
    if let (Some(id), true) = (&arguments.id, arguments.call) {
        let call = call(&store, id, &found).await?;
        store.close().await;
        // No line end: it would be one byte that nobody was asked.
        return write_all(&call);
    }
    store.close().await;
    let there_are_more = found.len() > most;
    let found: Vec<DecisionRecord> = found.into_iter().take(most).map(|StoredDecision { record, .. }| record).collect();
    if let (Some(id), []) = (&arguments.id, found.as_slice()) {
        return Err(Error::Unknown { id: id.clone() }.into());
    }
    if arguments.json {
        let decisions: Vec<Value> = found.iter().map(as_json::decision).collect();
        return print(&serde_json::to_string_pretty(&json!({ "decisions": decisions, "more": there_are_more }))?);
    }
    let mut told = if arguments.id.is_some() {
        found.iter().map(shown).collect::<Vec<_>>().join("\n")
    } else if found.is_empty() {
        "no such decision".to_owned()
    } else {
        let rows: Vec<Vec<String>> = found.iter().map(row).collect();
        table(&["DECISION", "MADE", "QUESTION", "ANSWER", "FEATURE", "MANDATE", "WHO"], &rows)
    };
    if there_are_more {
        let how = if arguments.id.is_some() { "under this trace id" } else { "(`--limit`)" };
        told = format!("{}\n… the newest {most}; there are more {how}", told.trim_end_matches('\n'));
    }
    print(&told)
}

/// What was asked in the one decision that was found.
async fn call<S: PolicyStore + DecisionStore>(
    store: &S,
    id: &str,
    found: &[StoredDecision],
) -> Result<String, CommandError> {
    match found {
        [] => Err(Error::Unknown { id: id.to_owned() }.into()),
        [one] => Ok(Archive::new(store).call(&one.record).await?.map_err(Error::Missing)?),
        _ => Err(Error::Several { id: id.to_owned() }.into()),
    }
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
