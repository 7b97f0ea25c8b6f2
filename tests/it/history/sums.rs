//! What the history tells comes to what Stripe invoiced, to the minor unit: its updates, instants and prices recomputed in
//! decimals, over a period's end.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero};
use serde_json::{Value, json};
use stripe_sim::{InvoiceStatus, Ledger};

use super::{
    all, bought,
    file::{cells, file},
};
use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    scene::{Scene, eventually},
    world::{ADMIN, OPEN, PAID, item_of},
};

on_both_engines!(the_history_comes_to_the_invoices, what_is_paid_at_once_is_told_too);

/// What is not billed yet, or not compared with its quote.
const ON_ITS_WAY: &str = "SELECT (SELECT count(*) FROM operations WHERE state NOT IN ('applied', 'observed', 'rejected', 'dissolved')) \
     + (SELECT count(*) FROM changes WHERE state IN ('queued', 'billing')) \
     + (SELECT count(*) FROM quotes q WHERE q.used_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM changes c \
       JOIN operations o ON o.id = c.operation_id WHERE c.quote_id = q.id AND o.billed_minor IS NOT NULL))";

/// An update of a quantity, as an entry or a line of the file tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Update {
    operation: String,
    /// Minor units for one instance and one period.
    unit: i64,
    before: i64,
    after: i64,
    /// UTC seconds.
    from: i64,
    confirmed: Timestamp,
    /// What Stripe's lines come to, where they were read back.
    billed: Option<i64>,
}

impl Update {
    /// Each update once, in the order of their confirmation, from fields by the names that the file's columns have. Of several
    /// changes in one update any may tell what was billed.
    fn all(told: &[BTreeMap<&str, String>]) -> Vec<Self> {
        let mut updates: BTreeMap<String, Self> = BTreeMap::new();
        for fields in told.iter().filter(|fields| fields["operationState"] == "applied") {
            let number = |name: &str| fields[name].parse::<i64>().unwrap_or_else(|_| panic!("{name} of {fields:?}"));
            let instant = |name: &str| fields[name].parse::<Timestamp>().expect("an instant");
            let operation = fields["operation"].clone();
            let billed = fields["billedMinor"].parse().ok();
            let update = updates.entry(operation.clone()).or_insert_with(|| Self {
                operation,
                unit: number("priceMinor"),
                before: number("quantityBefore"),
                after: number("quantityAfter"),
                from: instant("from").as_second(),
                confirmed: instant("confirmedAt"),
                billed: None,
            });
            update.billed = update.billed.or(billed);
        }
        let mut updates: Vec<Self> = updates.into_values().collect();
        updates.sort_by_key(|update| (update.confirmed, update.operation.clone()));
        updates
    }
}

/// Fields of entries, by the names of the file's columns.
fn of_entries(entries: &[Value]) -> Vec<BTreeMap<&'static str, String>> {
    let places = [
        ("operation", "/invoiceLine/operation"),
        ("operationState", "/invoiceLine/state"),
        ("priceMinor", "/price/minor"),
        ("quantityBefore", "/invoiceLine/quantityBefore"),
        ("quantityAfter", "/invoiceLine/quantityAfter"),
        ("from", "/invoiceLine/from"),
        ("confirmedAt", "/invoiceLine/confirmedAt"),
        ("billedMinor", "/invoiceLine/billed/minor"),
    ];
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    entries
        .iter()
        .map(|entry| places.iter().map(|(name, pointer)| (*name, text(entry.pointer(pointer)))).collect())
        .collect()
}

/// What updates come to from a quantity of none on, in a period of UTC seconds, and in the next one where that has begun.
fn comes_to(updates: &[Update], (start, end): (i64, i64), is_over: bool) -> Result<Decimal, String> {
    let (mut sum, mut quantity, mut unit) = (Decimal::ZERO, 0, 0);
    for update in updates {
        if update.before != quantity {
            return Err(format!("{update:?} does not follow {quantity}"));
        }
        let rest = |quantity: i64| {
            let whole = Decimal::from(quantity) * Decimal::from(update.unit);
            let share = whole * Decimal::from(end - update.from) / Decimal::from(end - start);
            share.round_dp_with_strategy(0, MidpointAwayFromZero)
        };
        let prorated = rest(update.after) - rest(update.before);
        if update.billed.is_some_and(|billed| Decimal::from(billed) != prorated) {
            return Err(format!("{update:?} comes to {prorated}"));
        }
        sum += prorated;
        (quantity, unit) = (update.after, update.unit);
    }
    let next = if is_over { Decimal::from(quantity) * Decimal::from(unit) } else { Decimal::ZERO };
    Ok(sum + next)
}

/// What Stripe invoiced a mandate, and what waits for its next invoice.
fn invoiced(stripe: &Ledger, mandate: &str) -> (Decimal, Decimal) {
    let sum = |lines: &mut dyn Iterator<Item = &stripe_sim::Line>| -> Decimal {
        lines.filter(|line| line.item == item_of(mandate)).map(|line| Decimal::from(line.amount)).sum()
    };
    let invoices = stripe.invoices.iter().filter(|invoice| invoice.status != InvoiceStatus::Void);
    (sum(&mut invoices.flat_map(|invoice| &invoice.lines)), sum(&mut stripe.pending_lines.iter()))
}

/// The updates of a mandate: pages and file tell the same.
async fn told(scene: &Scene, mandate: &str) -> Vec<Update> {
    let updates = Update::all(&of_entries(&all(scene, ADMIN, mandate, 2).await));
    let csv = file(scene, mandate).await.text;
    let mut lines = cells(&csv);
    let names = lines.remove(0);
    let lines: Vec<BTreeMap<&str, String>> =
        lines.into_iter().map(|line| names.iter().map(String::as_str).zip(line).collect()).collect();
    assert_eq!(Update::all(&lines), updates);
    updates
}

/// The period that a mandate is in, UTC seconds.
fn period(scene: &Scene, subscription: &str) -> (i64, i64) {
    let subscription = scene.sim.subscription(subscription).expect("a subscription");
    let second = |name: &str| {
        let told = subscription.pointer(&format!("/items/data/0/{name}"));
        told.and_then(Value::as_i64).unwrap_or_else(|| panic!("{name} in {subscription:#}"))
    };
    (second("current_period_start"), second("current_period_end"))
}

async fn nothing_is_on_its_way(database: &TestDatabase) {
    eventually("all is billed and compared", || async { database.number(ON_ITS_WAY).await == 0 }).await;
}

async fn the_history_comes_to_the_invoices(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    bought(&scene, ADMIN, OPEN, "f0").await;
    let reply = scene.api.activate(ADMIN, OPEN, "f1").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let instance = reply.json()["instanceId"].as_str().expect("an id").to_owned();
    let wish = json!({"mandateId": OPEN, "activate": ["f2", "f3", "f4"], "deactivate": []});
    let quote = scene.api.post(ADMIN, "/api/store/quote", &wish).await.json();
    let held = json!({"mandateId": OPEN, "activate": ["f2", "f3", "f4"], "deactivate": [], "quoteId": quote["id"]});
    let reply = scene.api.post(ADMIN, "/api/store/changes", &held).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(scene.api.deactivate(ADMIN, OPEN, "f1", &instance).await.status, 200);
    scene.settled(OPEN).await;
    assert_eq!(scene.api.restore(ADMIN, OPEN, &instance).await.status, 200);
    // Another one, that ends at nothing.
    let (instance, _) = bought(&scene, ADMIN, PAID, "f0").await;
    assert_eq!(scene.api.deactivate(ADMIN, PAID, "f0", &instance).await.status, 200);
    nothing_is_on_its_way(database).await;

    for (mandate, subscription, count, quoted) in [(OPEN, "sub_planted_open", 5, 2), (PAID, "sub_planted_paid", 2, 1)] {
        let updates = told(&scene, mandate).await;
        assert_eq!((updates.len(), updates.iter().filter(|one| one.billed.is_some()).count()), (count, quoted));
        let within = period(&scene, subscription);
        let before = invoiced(&scene.sim.ledger(), mandate);
        assert_eq!(comes_to(&updates, within, false), Ok(before.0 + before.1), "{mandate}: {updates:#?}");
    }

    // The period ends: what waited is invoiced, and so is the next period.
    let periods = [(OPEN, period(&scene, "sub_planted_open")), (PAID, period(&scene, "sub_planted_paid"))];
    let end = periods.iter().map(|(_, (_, end))| *end).max().expect("two");
    scene.sim.set_clock(end * 1000);
    let mut stripe = scene.sim.ledger();
    for (mandate, within) in periods {
        let updates = told(&scene, mandate).await;
        let (sum, waiting) = invoiced(&stripe, mandate);
        assert_eq!(waiting, Decimal::ZERO, "{mandate}");
        assert_eq!(comes_to(&updates, within, true), Ok(sum), "{mandate}: {updates:#?}");
        // An update that is not told is missed, and so is a minor unit.
        for missing in 0..updates.len() {
            let mut fewer = updates.clone();
            fewer.remove(missing);
            assert_ne!(comes_to(&fewer, within, true), Ok(sum), "{mandate} without {missing}");
        }
        let mut lines = stripe.invoices.iter_mut().flat_map(|invoice| &mut invoice.lines);
        lines.find(|line| line.item == item_of(mandate)).expect("a line").amount += 1;
        assert_ne!(comes_to(&updates, within, true), Ok(invoiced(&stripe, mandate).0), "{mandate}");
    }
}

async fn what_is_paid_at_once_is_told_too(database: &TestDatabase) {
    let scene = Scene::with(database, |setup| setup.with("TURNPIKE_BILLING_GATE", "payment")).await;
    let (instance, _) = bought(&scene, ADMIN, OPEN, "f0").await;
    nothing_is_on_its_way(database).await;
    let within = period(&scene, "sub_planted_open");
    let (sum, waiting) = invoiced(&scene.sim.ledger(), OPEN);
    assert_eq!((comes_to(&told(&scene, OPEN).await, within, false), waiting), (Ok(sum), Decimal::ZERO));
    assert!(sum > Decimal::ZERO);

    // The credit waits, and makes the next invoice smaller.
    assert_eq!(scene.api.deactivate(ADMIN, OPEN, "f0", &instance).await.status, 200);
    nothing_is_on_its_way(database).await;
    let (paid, waiting) = invoiced(&scene.sim.ledger(), OPEN);
    assert!(paid == sum && waiting < Decimal::ZERO, "{paid} and {waiting}");
    scene.sim.set_clock(within.1 * 1000);
    let (sum, waiting) = invoiced(&scene.sim.ledger(), OPEN);
    assert_eq!((comes_to(&told(&scene, OPEN).await, within, true), waiting), (Ok(sum), Decimal::ZERO));
}
