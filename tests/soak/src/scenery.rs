//! Who and what there is: plans, mandates with their subscriptions, users; as an import document and as Stripe's seed.

use std::time::Duration;

use jiff::{Span, Timestamp, tz::TimeZone};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use stripe_sim::{Interval, Seed, SeedItem, SeedPrice};

use crate::settings::Settings;

/// The features of the store.
pub(crate) const FEATURES: [&str; 6] = ["f0", "f1", "f2", "f3", "f4", "f5"];
/// How many users administer each mandate.
const ADMINS: usize = 3;
/// How many instances some subscriptions begin with.
const OPENING: i64 = 2;

/// A plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    key: &'static str,
    /// Minor units for one instance and one period.
    pub(crate) unit: i64,
    /// At most so many instances.
    pub(crate) limit: Option<i64>,
    yearly: bool,
    /// Whether its subscriptions are bound to Stripe.
    bound: bool,
}

/// Ten mandates in a row have these plans. Prices that divide badly show how shares are rounded.
const PLANS: [Plan; 10] = [
    Plan { key: "STANDARD", unit: 9000, limit: None, yearly: false, bound: true },
    Plan { key: "ODD", unit: 1237, limit: None, yearly: false, bound: true },
    Plan { key: "STANDARD", unit: 9000, limit: None, yearly: false, bound: true },
    Plan { key: "SMALL", unit: 2950, limit: Some(3), yearly: false, bound: true },
    Plan { key: "YEARLY", unit: 99_999, limit: Some(8), yearly: true, bound: true },
    Plan { key: "FOLLOWED", unit: 0, limit: None, yearly: false, bound: true },
    Plan { key: "ODD", unit: 1237, limit: None, yearly: false, bound: true },
    Plan { key: "STANDARD", unit: 9000, limit: None, yearly: false, bound: true },
    Plan { key: "CENT", unit: 1, limit: Some(6), yearly: false, bound: true },
    Plan { key: "FREE", unit: 0, limit: Some(4), yearly: false, bound: false },
];

/// A mandate with its subscription.
#[derive(Clone, Debug)]
pub(crate) struct Mandate {
    pub(crate) id: String,
    pub(crate) plan: Plan,
    pub(crate) admins: Vec<usize>,
    pub(crate) stripe: Option<Bound>,
}

/// A subscription at Stripe.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) subscription: String,
    pub(crate) item: String,
    /// Start of its first period, UTC seconds.
    pub(crate) anchor: i64,
    pub(crate) interval: Interval,
    /// Instances it begins with.
    pub(crate) opening: i64,
}

/// Everything there is.
#[derive(Clone, Debug)]
pub(crate) struct Scenery {
    pub(crate) mandates: Vec<Mandate>,
    pub(crate) users: usize,
}

impl Mandate {
    /// Our id of its subscription.
    pub(crate) fn subscription(&self) -> String {
        format!("s-{}", self.id)
    }
}

impl Scenery {
    /// The scenery of a seed. About half of the subscriptions come to the end of a period in the middle of the run, in real time:
    /// simulator and hosts go by the same clock.
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut random = StdRng::seed_from_u64(settings.seed_of(1));
        let now = Timestamp::now();
        let mandates = PLANS.iter().cycle().take(settings.mandates).enumerate().map(|(number, plan)| {
            let stripe = plan.bound.then(|| {
                let turns = random.random_bool(0.5);
                let share: f64 = random.random_range(0.2..0.8);
                let (anchor, interval) = if turns {
                    period_until(now + settings.duration().mul_f64(share), plan.yearly)
                } else {
                    let since = Duration::from_secs(random.random_range(3_600..10 * 86_400));
                    ((now - since).as_second(), if plan.yearly { Interval::Year } else { Interval::Month })
                };
                let opening = if plan.unit > 0 && random.random_bool(0.2) { OPENING } else { 0 };
                Bound { subscription: format!("sub_{number}"), item: format!("si_{number}"), anchor, interval, opening }
            });
            let admins = (0..ADMINS).map(|one| (number + one * settings.users / ADMINS) % settings.users).collect();
            Mandate { id: format!("m-{number}"), plan: *plan, admins, stripe }
        });
        Self { mandates: mandates.collect(), users: settings.users }
    }

    /// What Stripe starts with.
    pub(crate) fn seed(&self) -> Seed {
        let item = |mandate: &Mandate| {
            let bound = mandate.stripe.as_ref()?;
            let price = SeedPrice {
                id: format!("price_{}_{:?}", mandate.plan.key, bound.interval).to_lowercase(),
                unit_amount: mandate.plan.unit,
                currency: "chf".to_owned(),
                interval: bound.interval,
            };
            let mut item = SeedItem::new(&bound.item, &bound.subscription, bound.opening.unsigned_abs());
            (item.price, item.period_start) = (Some(price), Some(bound.anchor));
            Some(item)
        };
        Seed { items: self.mandates.iter().filter_map(item).collect() }
    }

    /// What is imported.
    pub(crate) fn document(&self) -> Value {
        let (mut roles, mut memberships, mut instances, mut accesses) = (vec![], vec![], vec![], vec![]);
        for mandate in &self.mandates {
            let id = &mandate.id;
            roles.push(json!({"id": format!("r-{id}"), "roleLabel": "admin", "mandateId": id}));
            for user in &mandate.admins {
                memberships.push(json!({
                    "id": format!("um-{user}-{id}"), "userId": user_id(*user), "mandateId": id, "roleIds": [format!("r-{id}")]
                }));
            }
            for number in 0..mandate.stripe.as_ref().map_or(0, |bound| bound.opening) {
                let instance = format!("i-{id}-{number}");
                accesses.push(json!({
                    "id": format!("a-{instance}"), "userId": user_id(mandate.admins[0]), "featureInstanceId": instance,
                    "roleIds": []
                }));
                instances.push(json!({"id": instance, "featureCode": "f0", "mandateId": id}));
            }
        }
        let mut plans: Vec<&Plan> = PLANS.iter().collect();
        plans.sort_by_key(|plan| plan.key);
        plans.dedup_by_key(|plan| plan.key);
        json!({
            "format": "feature-store-fixture/1",
            "plans": plans.iter().map(|plan| json!({
                "key": plan.key, "label": plan.key, "price": {"minor": plan.unit, "currency": "CHF"},
                "billingPeriod": if plan.yearly { "YEARLY" } else { "MONTHLY" }, "maxFeatureInstances": plan.limit
            })).collect::<Vec<_>>(),
            "features": FEATURES.map(|code| json!({"code": code, "label": {"en": code}})),
            "users": (0..self.users).map(|user| json!({"id": user_id(user), "username": user_id(user)})).collect::<Vec<_>>(),
            "mandates": self.mandates.iter().map(|mandate| json!({"id": mandate.id, "name": mandate.id})).collect::<Vec<_>>(),
            "roles": roles,
            "memberships": memberships,
            "subscriptions": self.mandates.iter().map(|mandate| json!({
                "id": mandate.subscription(), "mandateId": mandate.id, "planKey": mandate.plan.key, "status": "ACTIVE",
                "stripeSubscriptionId": mandate.stripe.as_ref().map(|bound| &bound.subscription),
                "stripeItemIdInstances": mandate.stripe.as_ref().map(|bound| &bound.item)
            })).collect::<Vec<_>>(),
            "instances": instances,
            "accesses": accesses,
        })
    }
}

/// The id of a user.
pub(crate) fn user_id(number: usize) -> String {
    format!("u-{number}")
}

/// A period that ends at this instant: its start, and its length. A month or a year, or a week where the calendar has
/// no such month.
fn period_until(end: Timestamp, yearly: bool) -> (i64, Interval) {
    let end = Timestamp::from_second(end.as_second()).unwrap_or(end).to_zoned(TimeZone::UTC);
    let (span, interval) =
        if yearly { (Span::new().years(1), Interval::Year) } else { (Span::new().months(1), Interval::Month) };
    let exact = end.checked_sub(span).ok().filter(|start| start.checked_add(span).is_ok_and(|again| again == end));
    match exact {
        Some(start) => (start.timestamp().as_second(), interval),
        None => (end.timestamp().as_second() - 7 * 86_400, Interval::Week),
    }
}
