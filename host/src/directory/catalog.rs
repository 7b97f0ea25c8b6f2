//! Plans and features as code: what a document would change about the catalogue, whom that concerns and by how much, and
//! making it so.

use serde_json::Value;

use super::{Kind, billing::terms_of};
use crate::{
    ports::store::{
        Store, StoreError,
        audit::AuditEntry,
        directory::{Lock, Subscriber},
        transfer::LoadError,
    },
    transfer::{Document, Entry, TransferError},
};

/// What a document would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogPlan {
    /// Entries that are new or change, in the document's order.
    pub changes: Vec<CatalogChange>,
    /// How many stay as they are.
    pub unchanged: usize,
    /// Entries that the document does not name, which stay as they are.
    pub unnamed: Vec<(Kind, String)>,
}

/// One entry that is new or changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogChange {
    /// As it is.
    pub before: Option<Entry>,
    /// As it is to be.
    pub after: Entry,
    /// Fields that differ: name, value before and value afterwards.
    pub fields: Vec<(String, Value, Value)>,
    /// Subscriptions to the plan that are not over.
    pub subscribers: Vec<Subscriber>,
    /// Living instances of the feature.
    pub instances: i64,
}

/// Why the catalogue was not changed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The document is about more than the catalogue.
    #[error("the file has entries in `{section}`, expected `plans` and `features` only")]
    Section {
        /// Which section.
        section: &'static str,
    },
    /// Subscriptions are charged for by a plan whose price changes.
    #[error(
        "Stripe charges {subscriptions} subscriptions by plans whose price would change here, and goes on charging what it \
         does: change their prices at Stripe and add --billed, or write a new plan and move the subscriptions to it"
    )]
    Billed {
        /// How many.
        subscriptions: usize,
    },
    /// Somebody else changed the entry since it was looked at, or who is charged by it.
    #[error("the {} `{name}`, or who is charged by it, changed meanwhile: what is before it in the file was applied, look again", kind.word())]
    Overtaken {
        /// The kind.
        kind: Kind,
        /// Its key or code.
        name: String,
    },
    /// The entry does not fit the database.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An entry cannot be written as JSON.
    #[error(transparent)]
    Unwritable(#[from] serde_json::Error),
    /// An entry cannot be told.
    #[error(transparent)]
    Untold(#[from] TransferError),
}

impl CatalogChange {
    /// Price per instance and period in minor units with its currency, before and afterwards; `None` where it is nothing.
    #[must_use]
    pub fn prices(&self) -> [Option<(i64, String)>; 2] {
        let price = |entry: &Entry| match entry {
            Entry::Plan(plan) => terms_of(plan).map(|(price, currency, ..)| (price, currency)),
            _ => None,
        };
        [self.before.as_ref().and_then(price), price(&self.after)]
    }

    /// Subscriptions that Stripe charges by the plan, where what it costs changes.
    #[must_use]
    pub fn billed(&self) -> usize {
        let bound = self.subscribers.iter().filter(|subscriber| subscriber.is_bound);
        if self.is_repriced() { bound.count() } else { 0 }
    }

    /// Whether a plan that is there costs something else.
    fn is_repriced(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(Entry::Plan(before)), Entry::Plan(after)) => terms_of(before) != terms_of(after),
            _ => false,
        }
    }
}

/// What a document would change.
///
/// # Errors
/// [`CatalogError`].
pub async fn plan(store: &dyn Store, document: Document) -> Result<CatalogPlan, CatalogError> {
    only_catalogue(&document)?;
    let mut plan = CatalogPlan { changes: Vec::new(), unchanged: 0, unnamed: Vec::new() };
    let features = document.features.into_iter().map(Entry::Feature);
    let entries: Vec<Entry> = document.plans.into_iter().map(Entry::Plan).chain(features).collect();
    for kind in [Kind::Plans, Kind::Features] {
        for (_, entry) in store.entries(kind, 0, i64::MAX).await? {
            if !entries.iter().any(|named| named.kind() == kind && named.name() == entry.name()) {
                plan.unnamed.push((kind, entry.name().to_owned()));
            }
        }
    }
    for after in entries {
        let before = store.entry(after.kind(), after.name()).await?;
        if before.as_ref() == Some(&after) {
            plan.unchanged += 1;
            continue;
        }
        let (subscribers, instances) = match &after {
            Entry::Plan(plan) => (store.subscribers(&plan.key).await?, 0),
            Entry::Feature(feature) => (Vec::new(), store.instances_of(&feature.code).await?),
            _ => (Vec::new(), 0),
        };
        let fields = differences(before.as_ref(), &after)?;
        plan.changes.push(CatalogChange { before, after, fields, subscribers, instances });
    }
    Ok(plan)
}

/// Makes it so, entry by entry: each is written only if it still is as it was looked at. `note` is written down with each.
///
/// # Errors
/// [`CatalogError`]; what is before the entry that it names was applied.
pub async fn apply(
    store: &dyn Store,
    plan: &CatalogPlan,
    is_billed_confirmed: bool,
    note: impl Fn(Option<&Entry>, &Entry) -> Result<AuditEntry, TransferError>,
) -> Result<(), CatalogError> {
    let subscriptions: usize = plan.changes.iter().map(CatalogChange::billed).sum();
    if subscriptions > 0 && !is_billed_confirmed {
        return Err(CatalogError::Billed { subscriptions });
    }
    for change in &plan.changes {
        let (kind, name) = (change.after.kind(), change.after.name());
        let lock = match kind {
            Kind::Plans => Lock::OfPlan(name.to_owned()),
            _ => Lock::Alone,
        };
        let mut transaction = store.begin_entry(kind, name, &lock).await?;
        if transaction.entry(kind, name).await? != change.before {
            return Err(CatalogError::Overtaken { kind, name: name.to_owned() });
        }
        let is_as_told = match &change.after {
            Entry::Plan(plan) if change.is_repriced() => {
                usize::try_from(transaction.subscribers(&plan.key).await?.bound) == Ok(change.billed())
            }
            _ => true,
        };
        if !is_as_told {
            return Err(CatalogError::Overtaken { kind, name: name.to_owned() });
        }
        transaction.put(&change.after).await?;
        if change.billed() > 0 {
            // What they are charged is looked at before they buy anything more.
            for subscriber in change.subscribers.iter().filter(|subscriber| subscriber.is_bound) {
                transaction.hold_until_compared(&subscriber.subscription_id).await?;
            }
        }
        let after = transaction.entry(kind, name).await?;
        transaction.note(&note(change.before.as_ref(), after.as_ref().unwrap_or(&change.after))?).await?;
        transaction.commit().await?;
    }
    Ok(())
}

fn only_catalogue(document: &Document) -> Result<(), CatalogError> {
    let others = [
        ("resources", document.resources.as_ref().is_some()),
        ("users", !document.users.is_empty()),
        ("mandates", !document.mandates.is_empty()),
        ("roles", !document.roles.is_empty()),
        ("memberships", !document.memberships.is_empty()),
        ("subscriptions", !document.subscriptions.is_empty()),
        ("instances", !document.instances.is_empty()),
        ("accesses", !document.accesses.is_empty()),
        ("notifications", !document.notifications.is_empty()),
    ];
    match others.into_iter().find(|(_, is_there)| *is_there) {
        Some((section, _)) => Err(CatalogError::Section { section }),
        None => Ok(()),
    }
}

/// The fields that differ, in their order.
fn differences(before: Option<&Entry>, after: &Entry) -> Result<Vec<(String, Value, Value)>, CatalogError> {
    let Some(before) = before else { return Ok(Vec::new()) };
    let (before, after) = (serde_json::to_value(before)?, serde_json::to_value(after)?);
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (before, mut after) = (members(&before), members(&after));
    let mut fields = Vec::new();
    for (name, value) in before {
        let then = after.remove(&name).unwrap_or(Value::Null);
        if then != value {
            fields.push((name, value, then));
        }
    }
    fields.extend(after.into_iter().filter(|(_, then)| !then.is_null()).map(|(name, then)| (name, Value::Null, then)));
    Ok(fields)
}
