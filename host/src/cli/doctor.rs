//! `turnpike doctor`: says what is wrong with a deployment and what to do about it, one line per check.
//!
//! Exit codes: 0 nothing is broken (there may be warnings), 1 something is.

use std::{collections::BTreeSet, process::ExitCode};

use clap::Args;
use core_wasm::settings::Settings;
use serde_json::json;

use super::{
    CommandError, Common,
    columns::{line, span},
    print, sentence,
};
use crate::{
    app,
    audit::verify::verify_end,
    config::Config,
    policy::{Decider, Policy},
    ports::store::{
        Upkeep,
        audit::AuditStore,
        policy::{HostPolicy, PolicyStore},
    },
    rollout::STALE,
};

/// Looks at the configuration, the database, the policy and what all running hosts of the database decide with. Changes
/// nothing.
#[derive(Clone, Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    Ok,
    Warn,
    Fail,
}

impl Grade {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One line.
struct Finding {
    grade: Grade,
    check: &'static str,
    says: String,
}

/// All lines so far.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, grade: Grade, check: &'static str, says: impl Into<String>) {
        self.0.push(Finding { grade, check, says: line(&says.into()) });
    }
}

/// What decides by this machine's configuration.
struct Here {
    policy: String,
    settings: String,
}

/// Looks and tells.
///
/// # Errors
/// When the answer cannot be written. What is wrong is the answer.
pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let mut findings = Findings::default();
    match arguments.common.load(Vec::new()) {
        Err(error) => findings.add(Grade::Fail, "configuration", sentence(&error)),
        Ok(config) => {
            findings.add(Grade::Ok, "configuration", "readable, and its values fit each other");
            if let Err(error) = config.auth.required_keys() {
                findings.add(Grade::Fail, "configuration", sentence(&error));
            }
            let here = policy(&config, &mut findings);
            match app::open_store(&config).await {
                Err(error) => findings.add(Grade::Fail, "database", sentence(&error)),
                Ok(store) => {
                    if is_ready(&store, &mut findings).await {
                        hosts(&store, here.as_ref(), &mut findings).await;
                        trail(&store, &mut findings).await;
                    }
                    store.close().await;
                }
            }
        }
    }
    let worst = findings.0.iter().map(|finding| finding.grade).max().unwrap_or(Grade::Ok);
    print(&if arguments.json { object(&findings, worst) } else { text(&findings) })?;
    Ok(ExitCode::from(u8::from(worst == Grade::Fail)))
}

/// The policy of this machine's configuration, held to every gate.
fn policy(config: &Config, findings: &mut Findings) -> Option<Here> {
    let whose =
        config.policy.file.as_ref().map_or("of this binary".to_owned(), |file| format!("in `{}`", file.display()));
    match app::load_policy(&config.policy) {
        Ok(policy) => {
            findings.add(Grade::Ok, "policy", format!("the module {whose} may decide: {}", policy.digest()));
            Some(here(policy, config.rule_settings()))
        }
        Err(error) => {
            let advice =
                "`turnpike policy check FILE` tells more, `turnpike policy rollback` brings back what decided before";
            findings.add(
                Grade::Fail,
                "policy",
                format!("the module {whose} is refused: {}; {advice}", error.in_full()),
            );
            None
        }
    }
}

fn here(policy: Policy, settings: Settings) -> Here {
    let decider = Decider::new(policy, settings);
    Here { policy: decider.policy_digest().to_string(), settings: decider.settings_digest().to_owned() }
}

async fn is_ready(store: &impl Upkeep, findings: &mut Findings) -> bool {
    let ready = store.ready().await;
    match &ready {
        Ok(()) => findings.add(Grade::Ok, "database", "answers, and has the schema of this binary"),
        Err(error) => findings.add(Grade::Fail, "database", sentence(error)),
    }
    ready.is_ok()
}

/// What the hosts told, each by itself, then together.
async fn hosts(store: &impl PolicyStore, here: Option<&Here>, findings: &mut Findings) {
    let hosts = match store.host_policies(STALE).await {
        Ok(hosts) => hosts,
        Err(error) => return findings.add(Grade::Fail, "hosts", sentence(&error)),
    };
    for HostPolicy { name, policy_digest, settings_digest, refused, .. } in &hosts {
        match refused {
            None => findings.add(
                Grade::Ok,
                "host",
                format!("{name} decides with module {policy_digest} under settings {settings_digest}"),
            ),
            Some(why) => findings.add(
                Grade::Fail,
                "host",
                format!(
                    "{name} goes on with module {policy_digest} because its policy file is refused: {why}; mend the file, or \
                     run `turnpike policy rollback` there"
                ),
            ),
        }
    }
    let different = |of: fn(&HostPolicy) -> &str| hosts.iter().map(of).collect::<BTreeSet<&str>>();
    let policies = different(|host| &host.policy_digest);
    let settings = different(|host| &host.settings_digest);
    match (hosts.len(), policies.len(), settings.len()) {
        (0, ..) => findings.add(Grade::Warn, "hosts", "no host of this database told anything within the last minute"),
        (count, 1, 1) => findings.add(Grade::Ok, "hosts", format!("{count} running, all decide alike")),
        (_, 1, _) => findings.add(
            Grade::Fail,
            "hosts",
            "they decide under different settings: give all of them the same configuration and start them again",
        ),
        (_, _, 1) => findings.add(
            Grade::Fail,
            "hosts",
            "they decide with different modules: put the same file on all of them, or start the same binary",
        ),
        _ => findings.add(Grade::Fail, "hosts", "they decide with different modules and under different settings"),
    }
    if let Some(here) = here {
        if policies.len() == 1 && !policies.contains(here.policy.as_str()) {
            findings.add(
                Grade::Warn,
                "hosts",
                format!("they decide with another module than this machine's configuration: {}", here.policy),
            );
        }
        if settings.len() == 1 && !settings.contains(here.settings.as_str()) {
            findings.add(
                Grade::Warn,
                "hosts",
                format!("they decide under other settings than this machine's configuration: {}", here.settings),
            );
        }
    }
}

/// How many of the newest seals are verified: all are by `turnpike audit verify`, which may take a while.
const NEWEST_SEALS: i64 = 1_000;

/// For how long an entry may wait for its seal, in milliseconds: several times as long as usual.
const LONG_UNSEALED: i64 = 300_000;

/// Whether the end of the audit trail is whole, and sealed.
async fn trail(store: &impl AuditStore, findings: &mut Findings) {
    let (verdict, state) = match (verify_end(store, NEWEST_SEALS).await, store.chain().await) {
        (Ok(verdict), Ok(state)) => (verdict, state),
        (Err(error), _) | (_, Err(error)) => return findings.add(Grade::Fail, "audit", sentence(&error)),
    };
    if let Some(gap) = verdict.gaps.first() {
        let says = format!("the trail has a gap: {}; `turnpike audit verify` tells all", gap.says);
        return findings.add(Grade::Fail, "audit", says);
    }
    if state.oldest_unsealed > LONG_UNSEALED {
        let says = format!(
            "{} entries have no seal, the oldest for {}: hosts seal them while they run, and so does `turnpike audit verify`",
            state.unsealed,
            span(state.oldest_unsealed)
        );
        return findings.add(Grade::Warn, "audit", says);
    }
    let newest = &verdict.newest;
    findings.add(
        Grade::Ok,
        "audit",
        format!("the newest {} seals are whole, up to {}:{}", verdict.seals, newest.number, newest.hash),
    );
}

fn text(findings: &Findings) -> String {
    findings
        .0
        .iter()
        .map(|Finding { grade, check, says }| format!("{:<4}  {check:<13}  {says}\n", grade.word()))
        .collect()
}

fn object(findings: &Findings, worst: Grade) -> String {
    let checks: Vec<_> = findings
        .0
        .iter()
        .map(|Finding { grade, check, says }| json!({ "grade": grade.word(), "check": check, "says": says }))
        .collect();
    format!("{:#}", json!({ "grade": worst.word(), "checks": checks }))
}
