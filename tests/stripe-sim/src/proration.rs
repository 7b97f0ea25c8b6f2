//! Periods and prorations: pure arithmetic over items, prices and instants.

use jiff::{Span, Timestamp, tz::TimeZone};

use crate::model::{Interval, Item, Price, Subscription};

/// An item's change of quantity or price within a period.
#[derive(Debug, Clone)]
pub(crate) struct ItemChange {
    pub(crate) item: String,
    pub(crate) before: Option<(Price, u64)>,
    pub(crate) after: Option<(Price, u64)>,
}

/// A line before it has an id.
#[derive(Debug, Clone)]
pub(crate) struct DraftLine {
    pub(crate) item: String,
    pub(crate) price: Price,
    pub(crate) quantity: u64,
    pub(crate) amount: i64,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) proration: bool,
    pub(crate) credit: bool,
    pub(crate) description: String,
}

/// The lines that settle changes from `at` to the end of the period: a credit for the unused time of what was, a
/// charge for the remaining time of what is. To the second; half a minor unit is rounded away from zero. A trial costs nothing.
pub(crate) fn proration_lines(subscription: &Subscription, changes: &[ItemChange], at: i64) -> Vec<DraftLine> {
    let (start, end) = (subscription.period_start, subscription.period_end);
    let free = subscription.status == crate::model::Status::Trialing;
    let share = |price: &Price, quantity: u64| {
        if free { 0 } else { share_of(units_total(price, quantity), end - at, end - start) }
    };
    let mut lines = Vec::new();
    for change in changes {
        if let Some((price, quantity)) = change.before.as_ref().filter(|(_, quantity)| *quantity > 0) {
            lines.push(DraftLine {
                item: change.item.clone(),
                price: price.clone(),
                quantity: *quantity,
                amount: -share(price, *quantity),
                start: at,
                end,
                proration: true,
                credit: true,
                description: format!("Unused time on {quantity} × {} after {}", name_of(price), day(at)),
            });
        }
        if let Some((price, quantity)) = change.after.as_ref().filter(|(_, quantity)| *quantity > 0) {
            lines.push(DraftLine {
                item: change.item.clone(),
                price: price.clone(),
                quantity: *quantity,
                amount: share(price, *quantity),
                start: at,
                end,
                proration: true,
                credit: false,
                description: format!("Remaining time on {quantity} × {} after {}", name_of(price), day(at)),
            });
        }
    }
    lines
}

/// The line that bills an item for a whole period.
pub(crate) fn period_line(item: &Item, price: &Price, start: i64, end: i64, free: bool) -> DraftLine {
    DraftLine {
        item: item.id.clone(),
        price: price.clone(),
        quantity: item.quantity,
        amount: if free { 0 } else { units_total(price, item.quantity) },
        start,
        end,
        proration: false,
        credit: false,
        description: format!(
            "{} × {} (at {} / {})",
            item.quantity,
            name_of(price),
            price.unit_amount,
            price.interval.as_str()
        ),
    }
}

/// `anchor` plus `periods` intervals of the calendar (UTC; the 31st falls on a shorter month's last day).
pub(crate) fn period_boundary(anchor: i64, interval: Interval, interval_count: i64, periods: i64) -> i64 {
    let count = interval_count.saturating_mul(periods);
    let span = match interval {
        Interval::Day => Span::new().try_days(count),
        Interval::Week => Span::new().try_weeks(count),
        Interval::Month => Span::new().try_months(count),
        Interval::Year => Span::new().try_years(count),
    };
    let boundary = span.and_then(|span| Timestamp::from_second(anchor)?.to_zoned(TimeZone::UTC).checked_add(span));
    // Beyond the calendar (year 9999) no period ends.
    boundary.map_or(i64::MAX, |zoned| zoned.timestamp().as_second())
}

fn units_total(price: &Price, quantity: u64) -> i64 {
    i64::try_from(quantity).unwrap_or(i64::MAX).saturating_mul(price.unit_amount)
}

fn share_of(total: i64, part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    let (total, part, whole) = (i128::from(total), i128::from(part), i128::from(whole));
    let rounded = (2 * total * part + whole) / (2 * whole);
    i64::try_from(rounded).unwrap_or(i64::MAX)
}

fn name_of(price: &Price) -> &str {
    price.nickname.as_deref().unwrap_or(&price.product)
}

fn day(at: i64) -> String {
    Timestamp::from_second(at).map_or_else(|_| at.to_string(), |instant| instant.strftime("%d %b %Y").to_string())
}
