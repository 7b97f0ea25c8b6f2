//! What a look at the provider changes about our subscription: a pure function.

use core_wasm::facts::SubscriptionStatus;

use crate::ports::{
    billing::Inspection,
    store::binding::{BoundSubscription, LockedBinding},
};

/// Our subscription after a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// As it is afterwards.
    pub after: BoundSubscription,
    /// What somebody has to see to.
    pub alarms: Vec<Alarm>,
}

/// What the look found that does not mend itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// The provider's subscription belongs to another mandate by its metadata: nothing is taken over from it.
    WrongMandate,
    /// The provider has a status that we have no word for: ours stays.
    UnknownStatus,
    /// The counting item is gone, and not exactly one other has the plan's price: our item id stays.
    ItemGone,
    /// The counting item is gone; the one that has the plan's price takes its place.
    ItemReplaced,
}

impl Changes {
    /// The names of what is another thing than before.
    #[must_use]
    pub fn names(&self, before: &BoundSubscription) -> Vec<&'static str> {
        let after = &self.after;
        [
            ("status", before.status != after.status),
            ("ends_at", before.ends_at != after.ends_at),
            ("trial_ends_at", before.trial_ends_at != after.trial_ends_at),
            ("item", before.item != after.item),
            ("binding", before.is_refused != after.is_refused),
        ]
        .into_iter()
        .filter_map(|(name, changed)| changed.then_some(name))
        .collect()
    }
}

/// Takes over what the provider says: status, end of the trial, end, and the counting item. A subscription that says
/// it belongs to another mandate is wrongly bound, and nothing is taken over but that.
#[must_use]
pub fn apply(mandate_id: &str, ours: &LockedBinding, seen: &Inspection) -> Changes {
    if seen.mandate_id.as_deref().is_some_and(|theirs| theirs != mandate_id) {
        let after = BoundSubscription { is_refused: true, ..ours.bound.clone() };
        return Changes { after, alarms: vec![Alarm::WrongMandate] };
    }
    let mut alarms = Vec::new();
    if seen.status.is_none() {
        alarms.push(Alarm::UnknownStatus);
    }
    let status = seen.status.unwrap_or(ours.bound.status);
    let item = item_of(ours, seen, status, &mut alarms);
    let after = BoundSubscription {
        status,
        ends_at: seen.ended_at.or(seen.cancels_at),
        trial_ends_at: seen.trial_ends_at,
        item,
        is_refused: false,
    };
    Changes { after, alarms }
}

/// The counting item: ours while it is there, else the only one that has the plan's price.
fn item_of(
    ours: &LockedBinding,
    seen: &Inspection,
    status: SubscriptionStatus,
    alarms: &mut Vec<Alarm>,
) -> Option<String> {
    let present = ours.bound.item.clone();
    let is_there = present.as_ref().is_some_and(|item| seen.items.iter().any(|seen| seen.id == *item));
    // Of a subscription that has ended nothing is counted any more, and a page of items proves no absence.
    let is_over = matches!(status, SubscriptionStatus::Canceled | SubscriptionStatus::Expired);
    if is_there || is_over || seen.has_more_items {
        return present;
    }
    let priced: Vec<&str> = seen
        .items
        .iter()
        .filter(|item| item.price_id.is_some() && item.price_id == ours.plan_price_id)
        .map(|item| item.id.as_str())
        .collect();
    match (priced.as_slice(), &present) {
        ([only], _) => {
            if present.is_some() {
                alarms.push(Alarm::ItemReplaced);
            }
            Some((*only).to_owned())
        }
        (_, Some(_)) => {
            alarms.push(Alarm::ItemGone);
            present
        }
        (_, None) => None,
    }
}
