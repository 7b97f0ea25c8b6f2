//! What a subscription must be billed, recomputed in decimals: pure, and not a line shared with the simulator.
//!
//! A change of quantity credits what was and charges what is, from its instant to the end of the period, to the second.
//! A period's end bills the quantity for the next one. Each line is rounded by itself to whole minor units, half of one
//! away from zero.

use jiff::{Span, Timestamp, tz::TimeZone};
use rust_decimal::{Decimal, RoundingStrategy};
use stripe_sim::Interval;

/// What is agreed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// Minor units for one instance and one period.
    pub(crate) unit: i64,
    pub(crate) interval: Interval,
    /// Start of the first period, UTC seconds.
    pub(crate) anchor: i64,
    /// The quantity that it begins with.
    pub(crate) opening: i64,
}

/// A change of the quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// From when on it is billed, UTC seconds.
    pub(crate) at: i64,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole period.
    Period,
    /// The rest of a period, at the quantity after a change.
    Charge,
    /// The same rest, at the quantity before it.
    Credit,
}

/// A line of the bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) kind: Kind,
    pub(crate) quantity: i64,
    /// UTC seconds.
    pub(crate) start: i64,
    /// UTC seconds.
    pub(crate) end: i64,
    /// Minor units.
    pub(crate) amount: Decimal,
}

/// All lines until an instant, in order.
pub(crate) fn lines(terms: &Terms, steps: &[Step], until: i64) -> anyhow::Result<Vec<Line>> {
    let mut bill = Bill { terms, lines: Vec::new(), quantity: terms.opening, period: (0, terms.anchor), periods: 0 };
    bill.next_period()?;
    for step in steps {
        bill.turn_until(step.at)?;
        bill.change(step)?;
    }
    bill.turn_until(until)?;
    Ok(bill.lines)
}

struct Bill<'a> {
    terms: &'a Terms,
    lines: Vec<Line>,
    quantity: i64,
    period: (i64, i64),
    periods: i64,
}

impl Bill<'_> {
    /// Bills the period that follows.
    fn next_period(&mut self) -> anyhow::Result<()> {
        self.periods += 1;
        self.period = (self.period.1, boundary(self.terms, self.periods)?);
        self.line(Kind::Period, self.quantity, self.period.0);
        Ok(())
    }

    fn turn_until(&mut self, at: i64) -> anyhow::Result<()> {
        while self.period.1 <= at {
            self.next_period()?;
        }
        Ok(())
    }

    fn change(&mut self, step: &Step) -> anyhow::Result<()> {
        anyhow::ensure!(step.from == self.quantity, "{step:?} does not follow the quantity {}", self.quantity);
        anyhow::ensure!(step.at >= self.period.0, "{step:?} lies before the period that began at {}", self.period.0);
        self.line(Kind::Credit, step.from, step.at);
        self.line(Kind::Charge, step.to, step.at);
        self.quantity = step.to;
        Ok(())
    }

    /// A line from an instant to the period's end; nothing of nothing is no line.
    fn line(&mut self, kind: Kind, quantity: i64, start: i64) {
        if quantity == 0 {
            return;
        }
        let (begin, end) = self.period;
        let whole = Decimal::from(quantity) * Decimal::from(self.terms.unit);
        let share = whole * Decimal::from(end - start) / Decimal::from(end - begin);
        let rounded = share.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        let amount = if kind == Kind::Credit { -rounded } else { rounded };
        self.lines.push(Line { kind, quantity, start, end, amount });
    }
}

/// The end of the n-th period: counted from the anchor, so that the 31st comes back after a short month.
fn boundary(terms: &Terms, periods: i64) -> anyhow::Result<i64> {
    let span = match terms.interval {
        Interval::Day => Span::new().try_days(periods)?,
        Interval::Week => Span::new().try_weeks(periods)?,
        Interval::Month => Span::new().try_months(periods)?,
        Interval::Year => Span::new().try_years(periods)?,
    };
    let anchor = Timestamp::from_second(terms.anchor)?.to_zoned(TimeZone::UTC);
    Ok(anchor.checked_add(span)?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    fn terms(unit: i64, opening: i64) -> Terms {
        Terms { unit, interval: Interval::Month, anchor: instant("2026-11-01T00:00:00Z"), opening }
    }

    fn amounts(terms: &Terms, steps: &[Step], until: &str) -> Vec<(Kind, i64, i64)> {
        let lines = lines(terms, steps, instant(until)).unwrap();
        lines.iter().map(|line| (line.kind, line.quantity, line.amount.try_into().unwrap())).collect()
    }

    #[test]
    fn half_a_period_costs_half() {
        let steps = [Step { at: instant("2026-11-16T00:00:00Z"), from: 0, to: 2 }];
        assert_eq!(amounts(&terms(9000, 0), &steps, "2026-11-20T00:00:00Z"), [(Kind::Charge, 2, 9000)]);
    }

    #[test]
    fn what_was_is_credited_and_the_next_period_is_billed_whole() {
        let steps = [Step { at: instant("2026-11-16T00:00:00Z"), from: 1, to: 3 }];
        assert_eq!(
            amounts(&terms(9000, 1), &steps, "2026-12-01T00:00:00Z"),
            [(Kind::Period, 1, 9000), (Kind::Credit, 1, -4500), (Kind::Charge, 3, 13_500), (Kind::Period, 3, 27_000)]
        );
    }

    #[test]
    fn half_a_unit_is_rounded_away_from_zero() {
        let at = instant("2026-11-16T00:00:00Z");
        let steps = [Step { at, from: 1, to: 3 }, Step { at, from: 3, to: 0 }];
        assert_eq!(
            amounts(&terms(1, 1), &steps, "2026-11-20T00:00:00Z"),
            [(Kind::Period, 1, 1), (Kind::Credit, 1, -1), (Kind::Charge, 3, 2), (Kind::Credit, 3, -2)]
        );
    }

    #[test]
    fn a_short_month_does_not_move_the_anchor() {
        let terms = Terms { anchor: instant("2027-01-31T12:00:00Z"), ..terms(100, 1) };
        let ends: Vec<i64> =
            lines(&terms, &[], instant("2027-03-31T12:00:00Z")).unwrap().iter().map(|line| line.end).collect();
        assert_eq!(ends, ["2027-02-28T12:00:00Z", "2027-03-31T12:00:00Z", "2027-04-30T12:00:00Z"].map(instant));
    }

    #[test]
    fn a_gap_in_the_quantities_is_found() {
        let step = Step { at: instant("2026-11-16T00:00:00Z"), from: 1, to: 2 };
        assert!(lines(&terms(9000, 0), &[step], step.at).is_err());
    }
}
