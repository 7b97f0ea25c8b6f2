//! `turnpike policy replay`: every decision again, by the module and under the settings that made it.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::{
    super::{CommandError, Common, columns::line, print},
    Which,
};
use crate::{
    app,
    decisions::{
        diff::subject_of,
        replay::{Deviation, Fault, Replay, replay},
    },
    ports::store::Upkeep,
};

/// Deviations that are shown; all are counted.
const SHOWN: usize = 100;

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    which: Which,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

pub(in crate::cli) async fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    let mut deviations = Vec::new();
    let done = replay(&store, &arguments.which.filter(false), |deviation| {
        if deviations.len() < SHOWN {
            deviations.push(if arguments.json { as_json(&deviation) } else { Value::String(text(&deviation)) });
        }
    })
    .await?;
    store.close().await;
    let all = done.different + done.missing;
    let there_are_more = all > u64::try_from(SHOWN).unwrap_or(u64::MAX);
    if arguments.json {
        let Replay { equal, different, missing } = done;
        let told = json!({
            "equal": equal,
            "different": different,
            "missing": missing,
            "deviations": deviations,
            "more": there_are_more,
        });
        print(&serde_json::to_string_pretty(&told)?)?;
    } else {
        let mut told: String = deviations.iter().filter_map(Value::as_str).collect();
        if there_are_more {
            told += &format!("… the first {SHOWN} of {all}\n\n");
        }
        let Replay { equal, different, missing } = done;
        told +=
            &format!("{equal} decisions came out as they did, {different} differently, {missing} could not be made");
        print(&told)?;
    }
    Ok(ExitCode::from(u8::from(!done.is_clean())))
}

fn text(deviation: &Deviation<'_>) -> String {
    let decision = deviation.decision;
    let head = format!(
        "decision {} ({}, mandate {}):\n",
        decision.id,
        subject_of(decision).as_str(),
        line(&decision.mandate_id)
    );
    let fault = match &deviation.fault {
        Fault::Different { now } => {
            let (then, now) = around_the_difference(&decision.answer, now);
            format!("  then  {}\n  now   {}\n", line(&then), line(&now))
        }
        Fault::NoAnswer { why } => format!("  now there is no answer: {}\n", line(why)),
        Fault::Missing(missing) => format!("  {missing}\n"),
    };
    format!("{head}{fault}\n")
}

/// Both texts from a little before the place from which on they differ.
fn around_the_difference(then: &str, now: &str) -> (String, String) {
    const BEFORE: usize = 40;
    let equal = then.chars().zip(now.chars()).take_while(|(then, now)| then == now).count();
    let skipped = equal.saturating_sub(BEFORE);
    let from = |text: &str| {
        let rest: String = text.chars().skip(skipped).collect();
        if skipped > 0 { format!("…{rest}") } else { rest }
    };
    (from(then), from(now))
}

fn as_json(deviation: &Deviation<'_>) -> Value {
    let decision = deviation.decision;
    let mut told = json!({ "id": decision.id, "mandateId": decision.mandate_id, "then": decision.answer });
    let (name, value) = match &deviation.fault {
        Fault::Different { now } => ("now", now.clone()),
        Fault::NoAnswer { why } => ("noAnswer", why.clone()),
        Fault::Missing(missing) => ("missing", missing.to_string()),
    };
    told[name] = Value::String(value);
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_shown_with_a_little_before_it() {
        let short = around_the_difference("abc", "abd");
        assert_eq!(short, ("abc".to_owned(), "abd".to_owned()));
        let long = "x".repeat(100);
        let (then, now) = around_the_difference(&format!("{long}ä1"), &format!("{long}ä2"));
        assert_eq!((then.chars().count(), now.chars().last()), (42, Some('2')));
    }
}
