//! What a run prints at its end.

use std::{collections::BTreeMap, sync::atomic::Ordering, time::Duration};

use fault_proxy::Record;
use stripe_sim::Sim;

use crate::{
    checks::Findings, hosts::Hosts, rows::Rows, settings::Settings, settle::Settled, tally::Tally, watch::Watched,
};

/// How many sentences of a kind are printed.
const SHOWN: usize = 40;

/// Everything that is told of a run.
pub(crate) struct Report<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) hosts: &'a Hosts,
    pub(crate) tally: &'a Tally,
    pub(crate) record: Record,
    pub(crate) declines: u64,
    pub(crate) watched: &'a Watched,
    pub(crate) settled: &'a Settled,
    pub(crate) rows: &'a Rows,
    pub(crate) findings: &'a Findings,
    pub(crate) sim: &'a Sim,
}

impl Report<'_> {
    /// How many billing operations were settled.
    pub(crate) fn operations(&self) -> u64 {
        let settled = self.rows.operations.iter().filter(|one| one.state == "applied" || one.state == "rejected");
        u64::try_from(settled.count()).unwrap_or(u64::MAX)
    }

    /// Prints it.
    pub(crate) fn print(&self) {
        let Self { settings, hosts, record, watched, settled, findings, .. } = self;
        println!(
            "\n== soak, seed {}: {} minutes, {} hosts, {} mandates, {} users",
            settings.seed, settings.minutes, settings.hosts, settings.mandates, settings.users
        );
        let of = |rows: Vec<&str>| list(&count(rows));
        println!("operations settled: {}", self.operations());
        println!("  by state: {}", of(self.rows.operations.iter().map(|one| one.state.as_str()).collect()));
        println!("changes by kind: {}", of(self.rows.changes.iter().map(|one| one.kind.as_str()).collect()));
        println!("  by state: {}", of(self.rows.changes.iter().map(|one| one.state.as_str()).collect()));
        println!("requests by outcome:");
        for (outcome, count) in &self.tally.counts().outcomes {
            println!("  {count:>7}  {outcome}");
        }
        let requests = self.sim.requests();
        println!(
            "requests to Stripe: {}, of which {} met a fault; the simulator dealt with {}, {} of them replays; {} declines ordered",
            record.requests,
            record.faults(),
            requests.len(),
            requests.iter().filter(|one| one.replayed).count(),
            self.declines
        );
        println!(
            "  by fault: {}",
            list(&record.by_kind.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect())
        );
        println!("hosts killed: {}", hosts.kills.load(Ordering::Relaxed));
        println!("operations that took more than one attempt: {}", spread(&self.recoveries()));
        let prompt = findings.prompt.iter().filter_map(|took| Some(Duration::from_millis(u64::try_from(*took).ok()?)));
        println!("confirmed while nothing was in doubt: {}", spread(&prompt.collect::<Vec<_>>()));
        println!(
            "unresolved when faults ended: {}; all resolved after {:.1} s",
            spread(&settled.took),
            settled.all.as_secs_f64()
        );
        println!("looks during the run: {}, subscriptions judged: {}", watched.looks, watched.judged);
        let money = &findings.money;
        println!(
            "lines compared: {} ({} renewals; {} operations charged from when Stripe got them), billed {} minor units",
            money.lines, money.renewals, money.from_now, money.billed
        );
        println!("difference: {} minor units in {} lines", money.difference, money.differences.len());
        let history = &findings.history;
        println!(
            "the history that admins read: {} entries, {} updates, comes to {} minor units; invoices to {}, and {} wait for the next",
            history.entries, history.updates, history.told, history.invoiced, history.waiting
        );
        println!("complaints in the hosts' logs:");
        for (message, count) in hosts.complaints() {
            println!("  {count:>7}  {message}");
        }
        sentences("violations during the run", &watched.violations);
        sentences("violations at the end", &findings.violations);
        sentences("lines that differ", &money.differences);
        sentences("mandates whose history differs", &history.differences);
    }

    /// Whether everything held.
    pub(crate) fn is_good(&self) -> bool {
        let enough = self.operations() >= self.settings.least_operations();
        if !enough {
            println!("FAILED: fewer than {} operations", self.settings.least_operations());
        }
        enough
            && self.watched.looks > 0
            && self.watched.violations.is_empty()
            && self.findings.violations.is_empty()
            && self.findings.money.differences.is_empty()
            && self.findings.money.lines > 0
            && self.findings.history.differences.is_empty()
            && self.findings.history.updates > 0
    }

    /// From their writing to their settlement: operations that were in doubt or claimed more than once.
    fn recoveries(&self) -> Vec<Duration> {
        let troubled =
            self.rows.operations.iter().filter(|one| one.fence > 1 || one.attempt > 1 || one.in_doubt_since.is_some());
        let took = |one: &crate::rows::Operation| {
            Some(Duration::from_millis(u64::try_from(one.settled_at? - one.created_at).ok()?))
        };
        troubled.filter_map(took).collect()
    }
}

fn count(rows: Vec<&str>) -> BTreeMap<String, u64> {
    rows.into_iter().fold(BTreeMap::new(), |mut counts, row| {
        *counts.entry(row.to_owned()).or_default() += 1;
        counts
    })
}

fn list(counts: &BTreeMap<String, u64>) -> String {
    counts.iter().map(|(what, count)| format!("{what} {count}")).collect::<Vec<_>>().join(", ")
}

/// How many, and how long half, 95 % and all of them took at most.
fn spread(times: &[Duration]) -> String {
    let mut sorted = times.to_vec();
    sorted.sort();
    let at = |percent: usize| sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1)));
    match (at(50), at(95), sorted.last()) {
        (Some(half), Some(most), Some(longest)) => format!(
            "{} (p50 {:.1} s, p95 {:.1} s, longest {:.1} s)",
            sorted.len(),
            half.as_secs_f64(),
            most.as_secs_f64(),
            longest.as_secs_f64()
        ),
        _ => "none".to_owned(),
    }
}

fn sentences(what: &str, all: &[String]) {
    println!("{what}: {}", all.len());
    for sentence in all.iter().take(SHOWN) {
        println!("  {sentence}");
    }
    if all.len() > SHOWN {
        println!("  and {} more", all.len() - SHOWN);
    }
}
