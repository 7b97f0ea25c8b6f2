//! `turnpike policy diff`: what another module, or other settings, would change.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;
use serde_json::json;

use super::{
    super::{
        CommandError, Common,
        columns::{NOTHING, line, table},
        print,
    },
    Error, Which,
};
use crate::{
    app,
    config::{Config, rules::RuleChanges},
    decisions::diff::{Candidate, Effects, Named, Part, Today, of_record, of_today},
    policy::{LoadError, Policy},
    ports::{clock::Clock as _, store::Upkeep as _},
};

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// The policy module to try
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
    /// A TOML file with the settings in `[rules]` to try; what it does not name stays
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Also compare what every member of every mandate may do today
    #[arg(long)]
    live: bool,
    /// Name whom it concerns
    #[arg(long)]
    names: bool,
    #[command(flatten)]
    which: Which,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

pub(in crate::cli) async fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let candidate = candidate(arguments)?;
    let today = arguments.live.then(|| today(&config)).transpose()?;
    let store = app::open_store(&config).await?;
    store.ready().await?;
    let filter = arguments.which.filter(false);
    let stored = of_record(&store, &candidate, &filter, arguments.names).await?;
    let live = match today {
        Some(today) => Some(of_today(&store, &candidate, today, filter.mandate_id.as_deref(), arguments.names).await?),
        None => None,
    };
    store.close().await;
    let is_clean = stored.is_clean() && live.as_ref().is_none_or(Part::is_clean);
    if arguments.json {
        print(&serde_json::to_string_pretty(&json!({ "differs": !is_clean, "stored": stored, "live": live }))?)?;
    } else {
        let mut told = text("of the record", &stored);
        if let Some(live) = &live {
            told += &format!("\n{}", text("of today", live));
        }
        print(&told)?;
    }
    Ok(ExitCode::from(u8::from(!is_clean)))
}

fn candidate(arguments: &Arguments) -> Result<Candidate, CommandError> {
    if arguments.module.is_none() && arguments.settings.is_none() {
        return Err(Error::NoCandidate.into());
    }
    let policy = arguments.module.as_ref().map(Policy::from_file).transpose().map_err(app::AppError::Policy)?;
    let changes = arguments.settings.as_deref().map(RuleChanges::read).transpose()?;
    let mut candidate = Candidate { policy, settings: None };
    if let Some(changes) = changes {
        candidate.settings = Some(Arc::new(move |settings| changes.applied_to(settings)));
    }
    Ok(candidate)
}

/// What decides today, by the configuration.
fn today(config: &Config) -> Result<Today, CommandError> {
    let policy: Result<Policy, LoadError> = match &config.policy.file {
        Some(file) => Policy::from_file(file),
        None => Policy::embedded(),
    };
    Ok(Today {
        policy: policy.map_err(app::AppError::Policy)?,
        settings: config.rule_settings(),
        billing_connected: config.stripe.secret_key.is_some(),
        now: app::clock().now(),
    })
}

fn text(of: &str, part: &Part) -> String {
    let mut text =
        format!("{} decisions {of} compared, {} would come out differently\n", part.compared, part.different);
    if !part.effects.is_empty() {
        let rows: Vec<Vec<String>> = part.effects.iter().map(row).collect();
        text += &format!("\n{}", table(&["WHO", "ABOUT", "REASON", "DECISIONS", "PEOPLE", "MANDATES"], &rows));
    }
    for effects in part.effects.iter().filter(|effects| effects.names.is_some()) {
        let names = effects.names.as_deref().unwrap_or_default();
        text += &format!("\n{} {} ({}):\n", effects.effect.as_str(), effects.subject.as_str(), effects.reason);
        text += &table(&["MANDATE", "USER", "NAME", "ABOUT"], &names.iter().map(named).collect::<Vec<_>>());
    }
    for (why, number) in &part.missing {
        text += &format!("{number} could not be compared: {why}\n");
    }
    text
}

/// In place of who left no pseudonym.
const NOBODY: &str = "(nobody known)";

fn row(effects: &Effects) -> Vec<String> {
    vec![
        effects.effect.as_str().to_owned(),
        effects.subject.as_str().to_owned(),
        effects.reason.clone(),
        effects.decisions.to_string(),
        effects.people.to_string(),
        effects.mandates.to_string(),
    ]
}

fn named(named: &Named) -> Vec<String> {
    let or_nothing = |text: &Option<String>| text.as_deref().map_or_else(|| NOTHING.to_owned(), line);
    let user = named.user.as_deref().map_or_else(|| NOBODY.to_owned(), line);
    vec![line(&named.mandate), user, or_nothing(&named.name), or_nothing(&named.about)]
}
