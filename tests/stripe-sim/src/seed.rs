//! Seeds: subscriptions that exist from the start, from an admin request or from a `feature-store-fixture/1` file.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::{
    birth::{self, NewItem, NewSubscription},
    errors::StripeError,
    model::{Customer, Interval, Item, Metadata, Price, Product, ProrationBehavior, Status},
    transaction::Transaction,
};

const DEFAULT_PRICE: &str = "price_default";
const DAY: i64 = 86_400;

/// What exists from the start: the `stripe` section of a fixture file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// Subscription items; each brings its subscription, customer and price.
    pub items: Vec<SeedItem>,
}

/// One subscription item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedItem {
    /// The item's id, such as `si_alpha`.
    pub id: String,
    /// The subscription's id, such as `sub_alpha`.
    pub subscription: String,
    /// Its quantity.
    pub quantity: u64,
    /// Its price; 90.00 CHF a month unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<SeedPrice>,
    /// The subscription's status; active unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The customer's id; made from the subscription's unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// When the current period began, UTC seconds; the last midnight (UTC) unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_start: Option<i64>,
}

impl SeedItem {
    /// An item of an active subscription at the default price.
    #[must_use]
    pub fn new(id: &str, subscription: &str, quantity: u64) -> Self {
        Self {
            id: id.to_owned(),
            subscription: subscription.to_owned(),
            quantity,
            price: None,
            status: None,
            customer: None,
            period_start: None,
        }
    }
}

/// A recurring price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedPrice {
    /// The price's id.
    pub id: String,
    /// Minor units for one unit and one period.
    pub unit_amount: i64,
    /// Three-letter code; CHF unless said otherwise.
    #[serde(default = "chf")]
    pub currency: String,
    /// How often it recurs; monthly unless said otherwise.
    #[serde(default = "monthly")]
    pub interval: Interval,
}

fn chf() -> String {
    "chf".to_owned()
}

fn monthly() -> Interval {
    Interval::Month
}

impl Default for SeedPrice {
    fn default() -> Self {
        Self { id: DEFAULT_PRICE.to_owned(), unit_amount: 9000, currency: chf(), interval: monthly() }
    }
}

/// Why a fixture file is no seed.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The file cannot be read.
    #[error("cannot read the fixture file: {0}")]
    Io(#[from] std::io::Error),
    /// A section that is used here has another form.
    #[error("the fixture file is not valid: {0}")]
    Json(#[from] serde_json::Error),
    /// A plan's price is not an amount in centimes.
    #[error("the price `{price}` of plan `{plan}` is not an amount with at most 2 decimals")]
    Price {
        /// The plan's key.
        plan: String,
        /// What stands in the file.
        price: String,
    },
}

/// The sections of a fixture file that concern Stripe.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fixture {
    #[serde(default)]
    stripe: Seed,
    #[serde(default)]
    plans: Vec<FixturePlan>,
    #[serde(default)]
    subscriptions: Vec<FixtureSubscription>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FixturePlan {
    key: String,
    #[serde(rename = "pricePerFeatureInstanceCHF")]
    price_chf: Option<Number>,
    price: Option<FixturePrice>,
    stripe_price_id: Option<String>,
    billing_period: Option<String>,
}

#[derive(Debug, Deserialize)]
struct FixturePrice {
    minor: i64,
    currency: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FixtureSubscription {
    plan_key: Option<String>,
    stripe_item_id_instances: Option<String>,
}

impl Seed {
    /// Reads a `feature-store-fixture/1` object: its `stripe` section, with the prices of the plans that its
    /// subscriptions are on.
    ///
    /// # Errors
    /// A section that is used has another form, or a plan's price is not an amount in centimes.
    pub fn from_fixture(fixture: Value) -> Result<Self, SeedError> {
        let Fixture { mut stripe, plans, subscriptions } = serde_json::from_value(fixture)?;
        for item in stripe.items.iter_mut().filter(|item| item.price.is_none()) {
            let subscription =
                subscriptions.iter().find(|known| known.stripe_item_id_instances.as_ref() == Some(&item.id));
            let plan_key = subscription.and_then(|known| known.plan_key.as_ref());
            let plan = plan_key.and_then(|key| plans.iter().find(|plan| plan.key == *key));
            item.price = plan.map(FixturePlan::price).transpose()?;
        }
        Ok(stripe)
    }

    /// Reads a fixture file.
    ///
    /// # Errors
    /// As [`Seed::from_fixture`], or the file cannot be read.
    pub fn from_file(path: &std::path::Path) -> Result<Self, SeedError> {
        Self::from_fixture(serde_json::from_slice(&std::fs::read(path)?)?)
    }
}

impl FixturePlan {
    fn price(&self) -> Result<SeedPrice, SeedError> {
        let (unit_amount, currency) = match (&self.price, &self.price_chf) {
            (Some(price), _) => (price.minor, price.currency.to_lowercase()),
            (None, Some(amount)) => (self.centimes(amount)?, chf()),
            (None, None) => (0, chf()),
        };
        let yearly = self.billing_period.as_deref() == Some("YEARLY");
        Ok(SeedPrice {
            id: self.stripe_price_id.clone().unwrap_or_else(|| format!("price_{}", self.key.to_lowercase())),
            unit_amount,
            currency,
            interval: if yearly { Interval::Year } else { Interval::Month },
        })
    }

    /// `29.5` → 2950, by its digits and not by floating point.
    fn centimes(&self, amount: &Number) -> Result<i64, SeedError> {
        let text = amount.to_string();
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        let decimals = decimals.trim_end_matches('0');
        let digits = format!("{whole}{decimals:0<2}");
        match digits.parse() {
            Ok(centimes) if decimals.len() <= 2 => Ok(centimes),
            _ => Err(SeedError::Price { plan: self.key.clone(), price: text }),
        }
    }
}

/// Brings a seed into the state. Items that exist already keep everything if `keep`, else they get the seed's quantity.
pub(crate) fn plant(tx: &mut Transaction<'_>, seed: Seed, keep: bool) -> Result<(), StripeError> {
    for entry in seed.items {
        let price = entry.price.unwrap_or_default();
        put_price(tx, &price);
        if let Some(before) = tx.render_subscription(&entry.subscription) {
            put_item(tx, &entry.subscription, &entry.id, &price.id, entry.quantity, keep);
            if let (Some(status), Some(stored), false) =
                (entry.status, tx.state.subscriptions.get_mut(&entry.subscription), keep)
            {
                stored.status = status;
            }
            tx.emit_updated(&entry.subscription, &before);
            continue;
        }
        let bare = entry.subscription.trim_start_matches("sub_");
        let customer = entry.customer.unwrap_or_else(|| format!("cus_{bare}"));
        put_customer(tx, &customer);
        let midnight = tx.now() - tx.now().rem_euclid(DAY);
        let new = NewSubscription {
            id: Some(entry.subscription),
            customer,
            items: vec![NewItem {
                id: Some(entry.id),
                price: price.id,
                quantity: entry.quantity,
                metadata: Metadata::new(),
            }],
            metadata: Metadata::new(),
            description: None,
            collection_method: "charge_automatically".to_owned(),
            billing_mode: "flexible".to_owned(),
            all_or_nothing: false,
            status: Some(entry.status.unwrap_or(Status::Active)),
            start: Some(entry.period_start.unwrap_or(midnight)),
        };
        birth::create(tx, new)?;
    }
    Ok(())
}

fn put_item(tx: &mut Transaction<'_>, subscription: &str, id: &str, price: &str, quantity: u64, keep: bool) {
    let now = tx.now();
    let Some(stored) = tx.state.subscriptions.get_mut(subscription) else {
        return;
    };
    let metadata = stored.metadata.clone();
    let from = match stored.items.iter_mut().find(|item| item.id == id) {
        Some(_) if keep => return,
        Some(item) => {
            price.clone_into(&mut item.price);
            std::mem::replace(&mut item.quantity, quantity)
        }
        None => {
            let (id, price) = (id.to_owned(), price.to_owned());
            stored.items.push(Item { id, created: now, price, quantity, metadata: Metadata::new() });
            0
        }
    };
    if from != quantity {
        tx.note_quantity(subscription, (id, from, quantity), &metadata, (ProrationBehavior::None, None));
    }
}

fn put_customer(tx: &mut Transaction<'_>, id: &str) {
    if tx.state.customers.contains(id) {
        return;
    }
    let customer = Customer {
        id: id.to_owned(),
        created: tx.now(),
        name: None,
        email: None,
        description: None,
        currency: None,
        balance: 0,
        invoice_sequence: 0,
        metadata: Metadata::new(),
    };
    tx.state.customers.insert(id, customer);
}

/// Makes a price or gives it new amounts.
pub(crate) fn put_price(tx: &mut Transaction<'_>, price: &SeedPrice) {
    let created = tx.now();
    let product = price.id.replacen("price_", "prod_", 1);
    if !tx.state.products.contains(&product) {
        let row = Product {
            id: product.clone(),
            created,
            name: "Feature instance".to_owned(),
            description: None,
            active: true,
            metadata: Metadata::new(),
        };
        tx.state.products.insert(&product, row);
    }
    let row = Price {
        id: price.id.clone(),
        created,
        product,
        currency: price.currency.to_lowercase(),
        unit_amount: price.unit_amount,
        interval: price.interval,
        interval_count: 1,
        active: true,
        nickname: None,
        lookup_key: None,
        tax_behavior: "unspecified".to_owned(),
        metadata: Metadata::new(),
    };
    tx.state.prices.insert(&price.id, row);
}
