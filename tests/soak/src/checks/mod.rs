//! What must be true in the end. Each check says what it found wrong, in sentences.

pub(crate) mod history;
pub(crate) mod instances;
mod ledger;
pub(crate) mod money;
mod promptness;

use stripe_sim::{Ledger, Sim};

use crate::{database::Database, hosts::Hosts, rows::Rows, scenery::Scenery, settle::Settled, tally::Tally};

/// What the checks found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) violations: Vec<String>,
    pub(crate) money: money::Compared,
    pub(crate) history: history::Compared,
    /// How long the confirmations took that nothing was in doubt about, in milliseconds.
    pub(crate) prompt: Vec<i64>,
}

/// All checks, once nothing is unresolved.
pub(crate) async fn run(
    database: &Database,
    hosts: &Hosts,
    sim: &Sim,
    scenery: &Scenery,
    tally: &Tally,
    settled: &Settled,
    rows: &Rows,
) -> anyhow::Result<Findings> {
    // From here on no time passes at Stripe, and what was due until now is billed.
    sim.set_clock(sim.now_ms());
    let stripe: Ledger = sim.ledger();
    let mut findings = Findings::default();
    let violations = &mut findings.violations;
    violations.extend(settled.left.iter().map(|left| format!("unresolved: {left}")));
    violations.extend(slow(settled));
    violations.extend(instances::unconfirmed(database).await?);
    violations.extend(instances::over_capacity(database).await?);
    violations.extend(instances::undecided(database).await?);
    violations.extend(instances::quantities(rows, scenery, sim));
    violations.extend(instances::keys(tally));
    violations.extend(ledger::chains(rows));
    violations.extend(ledger::carried(rows, scenery));
    violations.extend(ledger::executed_once(rows, &stripe));
    violations.extend(answers(tally));
    let promptness = promptness::promptness(rows);
    violations.extend(promptness.violations);
    findings.prompt = promptness.took;
    let now = sim.now_ms().div_euclid(1000);
    findings.money = money::compare(rows, scenery, &stripe, now);
    findings.history = history::compare(hosts, scenery, &stripe, now).await?;
    Ok(findings)
}

/// 95 % are resolved within two minutes of Stripe answering again.
fn slow(settled: &Settled) -> Option<String> {
    let late = settled.took.iter().filter(|took| took.as_secs() >= 120).count();
    (late * 20 > settled.took.len())
        .then(|| format!("{late} of {} changes took over two minutes once Stripe answered", settled.took.len()))
}

/// No request met a fault of ours.
fn answers(tally: &Tally) -> Vec<String> {
    let counts = tally.counts();
    let faulty = counts.outcomes.iter().filter(|(outcome, _)| outcome.contains(": 500") || outcome.contains(": 422"));
    faulty.map(|(outcome, count)| format!("{count} requests were answered `{outcome}`")).collect()
}
