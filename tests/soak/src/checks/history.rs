//! The history that admins read: what its entries come to, recomputed in decimals, against Stripe's invoices and what waits
//! for the next.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, ensure};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Deserialize;
use stripe_sim::{InvoiceStatus, Ledger};

use super::ledger::executed_at;
use crate::{
    bill::{self, Step, Terms},
    hosts::Hosts,
    scenery::{Bound, Mandate, Scenery, user_id},
    tokens,
};

/// What the comparison came to.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// How many entries were read.
    pub(crate) entries: usize,
    /// How many updates of a quantity they tell.
    pub(crate) updates: usize,
    /// Minor units that the history comes to.
    pub(crate) told: Decimal,
    /// Minor units of the invoices.
    pub(crate) invoiced: Decimal,
    /// Minor units that wait for the next invoice.
    pub(crate) waiting: Decimal,
    /// What differs, in sentences.
    pub(crate) differences: Vec<String>,
}

/// A page of the history, as it is answered.
#[derive(Debug, Deserialize)]
struct Page {
    items: Vec<Entry>,
    next: Option<String>,
}

/// An entry, as far as it is about money.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    price: Option<Price>,
    invoice_line: Option<InvoiceLine>,
}

#[derive(Clone, Debug, Deserialize)]
struct Price {
    minor: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct InvoiceLine {
    operation: String,
    state: String,
    quantity_before: Option<i64>,
    quantity_after: i64,
    /// ISO 8601. None: from when Stripe got it.
    from: Option<String>,
    /// ISO 8601.
    confirmed_at: Option<String>,
}

/// Reads the history of all mandates with a subscription at Stripe, and compares. `now` is Stripe's, UTC seconds.
pub(super) async fn compare(hosts: &Hosts, scenery: &Scenery, stripe: &Ledger, now: i64) -> anyhow::Result<Compared> {
    let http = reqwest::Client::new();
    let executed = executed_at(stripe);
    let mut compared = Compared::default();
    for (number, mandate) in scenery.mandates.iter().enumerate() {
        let Some(bound) = &mandate.stripe else { continue };
        let base = hosts.url(number).context("no host answers")?;
        let entries = read(&http, &base, mandate).await?;
        compared.one(mandate, bound, &entries, &executed, stripe, now);
    }
    Ok(compared)
}

/// All entries, the oldest first.
async fn read(http: &reqwest::Client, base: &str, mandate: &Mandate) -> anyhow::Result<Vec<Entry>> {
    let admin = mandate.admins.first().context("a mandate without admins")?;
    let token = tokens::of(&user_id(*admin))?;
    let (mut entries, mut after) = (Vec::new(), String::new());
    loop {
        let url = format!("{base}/api/store/history?mandateId={}{after}", mandate.id);
        let response = http.get(url).bearer_auth(&token).send().await?;
        ensure!(response.status() == 200, "the history of {} is answered with {}", mandate.id, response.status());
        let page: Page = response.json().await?;
        entries.extend(page.items);
        let Some(next) = page.next else { break };
        after = format!("&after={next}");
    }
    entries.reverse();
    Ok(entries)
}

impl Compared {
    fn one(
        &mut self,
        mandate: &Mandate,
        bound: &Bound,
        entries: &[Entry],
        executed: &BTreeMap<&str, i64>,
        stripe: &Ledger,
        now: i64,
    ) {
        let invoices = stripe.invoices.iter().filter(|invoice| invoice.status != InvoiceStatus::Void);
        let lines = invoices.flat_map(|invoice| &invoice.lines).filter(|line| line.item == bound.item);
        let invoiced: Decimal = lines.map(|line| Decimal::from(line.amount)).sum();
        let waits = stripe.pending_lines.iter().filter(|line| line.item == bound.item);
        let waiting: Decimal = waits.map(|line| Decimal::from(line.amount)).sum();
        self.entries += entries.len();
        self.invoiced += invoiced;
        self.waiting += waiting;
        match told(mandate, bound, entries, executed, now) {
            Ok((updates, sum)) => {
                self.updates += updates;
                self.told += sum;
                if sum != invoiced + waiting {
                    self.differences.push(format!(
                        "{}: the history comes to {sum}, invoices to {invoiced}, and {waiting} waits",
                        mandate.id
                    ));
                }
            }
            Err(error) => self.differences.push(format!("{}: {error:#}", mandate.id)),
        }
    }
}

/// How many updates a history tells, and the minor units that it comes to.
fn told(
    mandate: &Mandate,
    bound: &Bound,
    entries: &[Entry],
    executed: &BTreeMap<&str, i64>,
    now: i64,
) -> anyhow::Result<(usize, Decimal)> {
    let prices: BTreeSet<i64> = entries.iter().filter_map(|entry| Some(entry.price.as_ref()?.minor)).collect();
    ensure!(prices.len() <= 1, "the price never changed, and {prices:?} are told");
    // Where nothing happened nothing tells the price.
    let unit = prices.first().copied().unwrap_or(mandate.plan.unit);
    let mut seen = BTreeSet::new();
    let lines = entries.iter().filter_map(|entry| entry.invoice_line.as_ref());
    let applied = lines
        .filter(|line| line.state == "applied" && line.quantity_before != Some(line.quantity_after))
        .filter(|line| seen.insert(&line.operation));
    let mut steps = Vec::new();
    for line in applied {
        let confirmed: Timestamp = line.confirmed_at.as_deref().context("applied, and not confirmed")?.parse()?;
        let at = match &line.from {
            Some(from) => from.parse::<Timestamp>()?.as_second(),
            None => *executed.get(line.operation.as_str()).context("applied, and Stripe never executed it")?,
        };
        let step = Step { at, from: line.quantity_before.unwrap_or_default(), to: line.quantity_after };
        steps.push((confirmed, step));
    }
    steps.sort_by_key(|(confirmed, _)| *confirmed);
    let steps: Vec<Step> = steps.into_iter().map(|(_, step)| step).collect();
    let terms = Terms { unit, interval: bound.interval, anchor: bound.anchor, opening: bound.opening };
    Ok((steps.len(), bill::lines(&terms, &steps, now)?.iter().map(|line| line.amount).sum()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::settings::Settings;

    fn entry(operation: &str, state: &str, (from, to): (i64, i64), at: i64) -> Entry {
        let at = Timestamp::from_second(at).expect("an instant").to_string();
        Entry {
            price: Some(Price { minor: 9000 }),
            invoice_line: Some(InvoiceLine {
                operation: operation.to_owned(),
                state: state.to_owned(),
                quantity_before: Some(from),
                quantity_after: to,
                from: Some(at.clone()),
                confirmed_at: Some(at),
            }),
        }
    }

    /// The first mandate, which pays 9000 a month, in the middle of a period of ten seconds.
    fn scene() -> (Mandate, Bound, i64) {
        let arguments =
            ["soak", "--postgres", "p", "--turnpike", "t", "--logs", "l", "--mandates", "1", "--users", "4"];
        let scenery = Scenery::new(&Settings::parse_from(arguments));
        let mandate = scenery.mandates.into_iter().next().expect("a mandate");
        let bound = mandate.stripe.clone().expect("a subscription");
        let bound = Bound { anchor: 0, interval: stripe_sim::Interval::Day, opening: 0, ..bound };
        (mandate, bound, 86_400 / 2)
    }

    fn sum(entries: &[Entry]) -> anyhow::Result<(usize, Decimal)> {
        let (mandate, bound, now) = scene();
        told(&mandate, &bound, entries, &BTreeMap::new(), now)
    }

    #[test]
    fn an_update_counts_once_however_many_changes_it_carried() {
        let raise = entry("a", "applied", (0, 2), 21_600);
        let (updates, amount) = sum(&[raise.clone(), raise, entry("b", "rejected", (2, 3), 30_000)]).expect("a sum");
        assert_eq!((updates, amount), (1, Decimal::from(13_500)));
    }

    #[test]
    fn what_is_missing_is_found() {
        assert!(sum(&[entry("b", "applied", (1, 2), 21_600)]).is_err(), "the update before is not told");
        let mut other = entry("b", "applied", (1, 2), 30_000);
        other.price = Some(Price { minor: 9001 });
        assert!(sum(&[entry("a", "applied", (0, 1), 21_600), other]).is_err(), "two prices");
        let mut never = entry("a", "applied", (0, 1), 21_600);
        never.invoice_line.as_mut().expect("a line").from = None;
        assert!(sum(&[never]).is_err(), "no instant");
    }

    #[tokio::test]
    async fn one_minor_unit_is_found() {
        let arguments =
            ["soak", "--postgres", "p", "--turnpike", "t", "--logs", "l", "--mandates", "40", "--users", "4"];
        let scenery = Scenery::new(&Settings::parse_from(arguments));
        let options = stripe_sim::Options { seed: Some(scenery.seed()), ..stripe_sim::Options::default() };
        let mut stripe = stripe_sim::Sim::start_with(options).await.expect("a simulator").ledger();
        let now = Timestamp::now().as_second();
        let compared = |stripe: &Ledger| {
            let mut compared = Compared::default();
            for mandate in &scenery.mandates {
                let Some(bound) = &mandate.stripe else { continue };
                compared.one(mandate, bound, &[], &BTreeMap::new(), stripe, now);
            }
            compared
        };
        let before = compared(&stripe);
        assert_eq!((before.differences.as_slice(), before.told), (&[][..], before.invoiced));
        assert!(before.invoiced > Decimal::ZERO);
        stripe.invoices.iter_mut().find_map(|invoice| invoice.lines.first_mut()).expect("a line").amount += 1;
        assert_eq!(compared(&stripe).differences.len(), 1);
    }
}
