//! The bill: every line of the simulator against the same line recomputed from our operations, in decimals.

use rust_decimal::Decimal;
use stripe_sim::{InvoiceStatus, Ledger};

use super::ledger::executed_at;
use crate::{
    bill::{self, Kind, Line, Step, Terms},
    rows::Rows,
    scenery::{Bound, Mandate, Scenery},
};

/// What the comparison came to.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// How many lines Stripe billed.
    pub(crate) lines: usize,
    /// How many of them bill a period that began during the run.
    pub(crate) renewals: usize,
    /// Operations charged from when Stripe got them, because the period of their instant was over.
    pub(crate) from_now: usize,
    /// Minor units that Stripe billed altogether.
    pub(crate) billed: Decimal,
    /// Minor units, the sum over all lines of what differs, without sign.
    pub(crate) difference: Decimal,
    /// What differs, in sentences.
    pub(crate) differences: Vec<String>,
}

/// Compares all subscriptions. `now` is Stripe's, UTC seconds.
pub(crate) fn compare(rows: &Rows, scenery: &Scenery, stripe: &Ledger, now: i64) -> Compared {
    let mut compared = Compared::default();
    let executed = executed_at(stripe);
    for mandate in &scenery.mandates {
        let Some(bound) = &mandate.stripe else { continue };
        let mut steps = Vec::new();
        let applied = rows.operations.iter().filter(|one| one.state == "applied" && one.stripe_item_id == bound.item);
        for operation in applied.filter(|one| one.from_quantity != Some(one.to_quantity)) {
            let at = operation.proration_at.map(|at| at.div_euclid(1000));
            compared.from_now += usize::from(at.is_none());
            let Some(at) = at.or_else(|| executed.get(operation.id.as_str()).copied()) else {
                compared.differences.push(format!("Stripe never executed the operation {}", operation.id));
                continue;
            };
            steps.push(Step { at, from: operation.from_quantity.unwrap_or_default(), to: operation.to_quantity });
        }
        compared.one(mandate, bound, &steps, stripe, now);
    }
    compared.invoices(stripe);
    compared
}

impl Compared {
    fn one(&mut self, mandate: &Mandate, bound: &Bound, steps: &[Step], stripe: &Ledger, now: i64) {
        let terms =
            Terms { unit: mandate.plan.unit, interval: bound.interval, anchor: bound.anchor, opening: bound.opening };
        let expected = match bill::lines(&terms, steps, now) {
            Ok(lines) => lines,
            Err(error) => {
                self.differences.push(format!("{}: {error}", mandate.id));
                return;
            }
        };
        let billed: Vec<Line> = stripe.lines(&bound.item).map(of_stripe).collect();
        self.lines += billed.len();
        self.renewals += billed.iter().filter(|line| line.kind == Kind::Period && line.start > bound.anchor).count();
        self.billed += billed.iter().map(|line| line.amount).sum::<Decimal>();
        for at in 0..expected.len().max(billed.len()) {
            let (ours, theirs) = (expected.get(at), billed.get(at));
            if ours != theirs {
                let amount = |line: Option<&Line>| line.map_or(Decimal::ZERO, |line| line.amount);
                self.difference += (amount(ours) - amount(theirs)).abs();
                self.differences.push(format!("{}, line {at}: billed {theirs:?}, expected {ours:?}", mandate.id));
            }
        }
        // A line's price has to be the plan's, also where its amount is nothing.
        let priced = stripe.lines(&bound.item).find(|line| line.unit_amount != mandate.plan.unit);
        self.differences.extend(priced.map(|line| format!("{}: billed at {}", mandate.id, line.unit_amount)));
    }

    /// Invoices are the sums of their lines, and every one of them is paid.
    fn invoices(&mut self, stripe: &Ledger) {
        for invoice in &stripe.invoices {
            let sum: i64 = invoice.lines.iter().map(|line| line.amount).sum();
            if sum != invoice.total || invoice.status != InvoiceStatus::Paid {
                self.differences.push(format!(
                    "invoice {} of {}: {:?}, total {}, lines {sum}",
                    invoice.id, invoice.subscription, invoice.status, invoice.total
                ));
            }
        }
    }
}

fn of_stripe(line: &stripe_sim::Line) -> Line {
    let kind = match (line.proration, line.credit) {
        (false, _) => Kind::Period,
        (true, true) => Kind::Credit,
        (true, false) => Kind::Charge,
    };
    let quantity = i64::try_from(line.quantity).unwrap_or(i64::MAX);
    Line { kind, quantity, start: line.start, end: line.end, amount: Decimal::from(line.amount) }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::settings::Settings;

    fn scenery() -> Scenery {
        let arguments =
            ["soak", "--postgres", "p", "--turnpike", "t", "--logs", "l", "--mandates", "40", "--users", "4"];
        Scenery::new(&Settings::parse_from(arguments))
    }

    /// What Stripe bills before anything was asked of it.
    async fn opened(scenery: &Scenery) -> Ledger {
        let options = stripe_sim::Options { seed: Some(scenery.seed()), ..stripe_sim::Options::default() };
        stripe_sim::Sim::start_with(options).await.expect("a simulator").ledger()
    }

    fn compared(scenery: &Scenery, stripe: &Ledger) -> Compared {
        let rows = Rows { operations: Vec::new(), changes: Vec::new(), instances: Vec::new() };
        compare(&rows, scenery, stripe, jiff::Timestamp::now().as_second())
    }

    #[tokio::test]
    async fn one_minor_unit_is_found() {
        let scenery = scenery();
        let mut stripe = opened(&scenery).await;
        let before = compared(&scenery, &stripe);
        assert_eq!((before.differences.as_slice(), before.difference), (&[][..], Decimal::ZERO));
        assert!(before.lines > 0);
        let line = stripe.invoices.iter_mut().find_map(|invoice| invoice.lines.first_mut()).expect("a line");
        line.amount += 1;
        let after = compared(&scenery, &stripe);
        assert_eq!(after.difference, Decimal::ONE);
        assert_eq!(
            after.differences.len(),
            2,
            "the line, and the invoice that is not its sum: {:?}",
            after.differences
        );
    }

    #[tokio::test]
    async fn a_line_too_many_is_found() {
        let scenery = scenery();
        let mut stripe = opened(&scenery).await;
        let line = stripe.invoices.iter().find_map(|invoice| invoice.lines.first().cloned()).expect("a line");
        stripe.pending_lines.push(line.clone());
        let found = compared(&scenery, &stripe);
        assert_eq!((found.differences.len(), found.difference), (1, Decimal::from(line.amount)));
    }
}
