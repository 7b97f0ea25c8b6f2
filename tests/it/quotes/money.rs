//! A quote is what the invoice says, and both are what a recomputation in decimals says: at random instants of periods that
//! begin at month ends and leap days, with both gates, up and down. Quote and invoice come from the adapter.

use core_wasm::settings::Gate;
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero};
use secrecy::SecretString;
use stripe_sim::{Edit, Interval, Seed, SeedItem, SeedPrice, Sim, Status};
use turnpike::{
    adapters::stripe::{StripeBilling, StripeConfig},
    ports::{
        billing::{Billing as _, BillingTarget, QuantityUpdate, SetOutcome},
        preview::{InvoiceLine, LineKind, Repricing, sum},
    },
};

/// How many cases there are; each is a subscription of its own.
const CASES: usize = 1000;

const DAY: i64 = 86_400;

/// One change of quantity, somewhere in a period.
#[derive(Clone, Debug)]
struct Case {
    yearly: bool,
    /// First day of the period: year, month, day.
    start: (i64, i64, i64),
    /// Second of that day.
    second: i64,
    price: i64,
    from: u64,
    to: u64,
    gate: Gate,
    /// Where in the period, in millionths.
    place: i64,
    /// Milliseconds beyond that second.
    millis: i64,
}

/// Days that calendars stumble over, and any other.
fn starts() -> impl Strategy<Value = (i64, i64, i64)> {
    prop_oneof![
        Just((2027, 1, 31)),
        Just((2028, 1, 31)),
        Just((2028, 2, 29)),
        Just((2028, 2, 28)),
        Just((2028, 1, 30)),
        Just((2027, 1, 29)),
        Just((2027, 8, 31)),
        Just((2027, 12, 31)),
        (2026..2032_i64, 1..=12_i64, 1..=28_i64),
    ]
}

fn cases() -> impl Strategy<Value = Case> {
    let prices = prop_oneof![Just(9000), Just(2950), Just(1), Just(3333), 1..1_000_000_i64];
    let places = prop_oneof![Just(0), Just(999_999), 0..1_000_000_i64];
    let gates = prop_oneof![Just(Gate::Quantity), Just(Gate::Payment)];
    (any::<bool>(), starts(), 0..DAY, prices, 0..60_u64, 0..60_u64, gates, places, 0..1000_i64)
        .prop_filter("a change of quantity", |case| case.4 != case.5)
        .prop_map(|(yearly, start, second, price, from, to, gate, place, millis)| Case {
            yearly,
            start,
            second,
            price,
            from,
            to,
            gate,
            place,
            millis,
        })
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, counted out.
fn days_to((year, month, day): (i64, i64, i64)) -> i64 {
    let years: i64 = (1970..year).map(|year| (1..=12).map(|month| month_length(year, month)).sum::<i64>()).sum();
    years + (1..month).map(|month| month_length(year, month)).sum::<i64>() + day - 1
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl Case {
    /// The period in UTC seconds. Its end is the same day a month or year later, or that month's last.
    fn period(&self) -> (i64, i64) {
        let (year, month, day) = self.start;
        let (next_year, next_month) = match (self.yearly, month) {
            (true, _) => (year + 1, month),
            (false, 12) => (year + 1, 1),
            (false, _) => (year, month + 1),
        };
        let end = (next_year, next_month, day.min(month_length(next_year, next_month)));
        (days_to(self.start) * DAY + self.second, days_to(end) * DAY + self.second)
    }

    /// When it changes, UTC milliseconds.
    fn at(&self) -> i64 {
        let (start, end) = self.period();
        (start + (end - start - 1) * self.place / 1_000_000) * 1000 + self.millis
    }

    /// The rest of the period for so many, in whole minor units.
    fn rest(&self, quantity: u64) -> Decimal {
        let (start, end) = self.period();
        let share = Decimal::from(end - self.at() / 1000) * Decimal::from(quantity) * Decimal::from(self.price)
            / Decimal::from(end - start);
        share.round_dp_with_strategy(0, MidpointAwayFromZero)
    }

    fn is_paid_at_once(&self) -> bool {
        self.gate == Gate::Payment && self.to > self.from
    }
}

/// Kinds and amounts of lines; their order does not matter.
fn amounts(lines: &[InvoiceLine]) -> Vec<(&'static str, Decimal)> {
    let mut amounts: Vec<_> = lines.iter().map(|line| (line.kind.as_str(), Decimal::from(line.amount))).collect();
    amounts.sort_unstable();
    amounts
}

/// One case, with a subscription of its own that ends with it.
async fn check(sim: &Sim, billing: &StripeBilling, number_of: usize, case: &Case) {
    let (subscription, item) = (format!("sub_case{number_of}"), format!("si_case{number_of}"));
    let (start, end) = case.period();
    sim.set_clock(start * 1000);
    let interval = if case.yearly { Interval::Year } else { Interval::Month };
    let price = SeedPrice {
        id: format!("price_case{number_of}"),
        unit_amount: case.price,
        currency: "chf".to_owned(),
        interval,
    };
    let seed =
        SeedItem { price: Some(price), period_start: Some(start), ..SeedItem::new(&item, &subscription, case.from) };
    sim.seed(Seed { items: vec![seed] }).expect("a seed");
    sim.set_clock(case.at());

    let target = BillingTarget { subscription: subscription.clone(), item };
    let number = |quantity: u64| i64::try_from(quantity).expect("in range");
    let change = Repricing {
        target: target.clone(),
        from: number(case.from),
        to: number(case.to),
        at: case.at(),
        gate: case.gate,
    };
    let quote = billing.preview(&change).await.expect("a preview");
    let update = QuantityUpdate {
        target,
        quantity: number(case.to),
        proration_at: Some(case.at()),
        gate: if case.is_paid_at_once() { Gate::Payment } else { Gate::Quantity },
        operation_id: format!("op-case{number_of}"),
    };
    let outcome = billing.set_quantity(&update, &format!("key-case{number_of}")).await;
    assert!(matches!(outcome, SetOutcome::Applied { .. }), "{outcome:?} {case:?}");
    let billed = billing.billed_with(&change).await.expect("lines");

    // Recomputed.
    let mut expected = Vec::new();
    if case.from > 0 {
        expected.push((LineKind::Unused.as_str(), -case.rest(case.from)));
    }
    if case.to > 0 {
        expected.push((LineKind::Remaining.as_str(), case.rest(case.to)));
    }
    expected.sort_unstable();
    assert_eq!(amounts(&quote.prorations), expected, "the quote of {case:?}");
    assert_eq!(amounts(&billed), expected, "the invoice of {case:?}");
    assert!(billed.iter().all(|line| line.at_once == case.is_paid_at_once()), "{case:?}");
    assert!(billed.iter().all(|line| line.period == Some((case.at() / 1000 * 1000, end * 1000))), "{case:?}");

    let prorated = case.rest(case.to) - case.rest(case.from);
    let period = Decimal::from(case.price) * Decimal::from(case.to);
    let next = quote.next.expect("a next invoice");
    assert_eq!(next.at, end * 1000, "{case:?}");
    if case.is_paid_at_once() {
        assert_eq!((Decimal::from(quote.due_now), Decimal::from(next.total)), (prorated, period), "{case:?}");
        let paid =
            sim.ledger().invoices.into_iter().rfind(|invoice| {
                invoice.subscription == subscription && invoice.billing_reason == "subscription_update"
            });
        assert_eq!(paid.expect("an invoice").amount_paid, quote.due_now, "{case:?}");
    } else {
        assert_eq!((quote.due_now, Decimal::from(next.total)), (0, prorated + period), "{case:?}");
        // What was promised for the next invoice is on it, once the period ends.
        sim.set_clock(end * 1000);
        let invoiced =
            sim.ledger().invoices.into_iter().rfind(|invoice| {
                invoice.subscription == subscription && invoice.billing_reason == "subscription_cycle"
            });
        assert_eq!(invoiced.expect("an invoice").total, next.total, "{case:?}");
        assert_eq!(billing.billed_with(&change).await.expect("lines").len(), billed.len(), "{case:?}");
    }
    let regular: Vec<InvoiceLine> = quote.others.into_iter().filter(|line| !line.at_once).collect();
    let prorated_next = if case.is_paid_at_once() { 0 } else { sum(&quote.prorations) };
    assert_eq!(next.subtotal, sum(&regular) + prorated_next, "{case:?}");
    sim.edit(&subscription, Edit { status: Some(Status::Canceled), ..Edit::default() }).expect("an end");
}

#[tokio::test(flavor = "multi_thread")]
async fn quote_invoice_and_recomputation_agree_to_the_minor_unit() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, b"a quote is what the invoice says");
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let sim = Sim::start().await;
    let key = SecretString::from("sk_test_4eC39HqLyjWDarjtT1zdp7dc");
    let billing = StripeBilling::new(StripeConfig::new(key, &sim.url()).expect("a base")).expect("an adapter");
    let mut seen = [0_usize; 5];
    for number_of in 0..CASES {
        let case = cases().new_tree(&mut runner).expect("a case").current();
        check(&sim, &billing, number_of, &case).await;
        let leap = case.start == (2028, 2, 29) || case.period().1 == days_to((2028, 2, 29)) * DAY + case.second;
        for (count, is) in
            seen.iter_mut().zip([case.is_paid_at_once(), case.to < case.from, leap, case.start.2 == 31, case.yearly])
        {
            *count += usize::from(is);
        }
    }
    println!(
        "{CASES} cases: {} paid at once, {} lowered, {} with a leap day at an end, {} from the 31st, {} yearly",
        seen[0], seen[1], seen[2], seen[3], seen[4]
    );
    assert!(seen.iter().all(|count| *count >= 50), "{seen:?}");
}
