//! What of an entry is settled once it is there: whom and what it is about. Pure.

use crate::{ports::store::directory::Lock, transfer::Entry};

/// The first field that another entry would have to be made for.
pub(super) fn changed(before: &Entry, after: &Entry) -> Option<&'static str> {
    let fields = match (before, after) {
        (Entry::Mandate(before), Entry::Mandate(after)) => {
            vec![("/homeOf", before.home_of.is_some() && before.home_of != after.home_of)]
        }
        (Entry::Role(before), Entry::Role(after)) => vec![
            ("/mandateId", before.mandate_id != after.mandate_id),
            ("/featureInstanceId", before.feature_instance_id != after.feature_instance_id),
        ],
        (Entry::Membership(before), Entry::Membership(after)) => {
            vec![("/userId", before.user_id != after.user_id), ("/mandateId", before.mandate_id != after.mandate_id)]
        }
        (Entry::Subscription(before), Entry::Subscription(after)) => {
            vec![("/mandateId", before.mandate_id != after.mandate_id)]
        }
        (Entry::Access(before), Entry::Access(after)) => vec![
            ("/userId", before.user_id != after.user_id),
            ("/featureInstanceId", before.feature_instance_id != after.feature_instance_id),
        ],
        _ => Vec::new(),
    };
    fields.into_iter().find(|(_, changed)| *changed).map(|(pointer, _)| pointer)
}

/// What is locked while an entry is changed.
pub(super) fn lock(entry: &Entry) -> Lock {
    match entry {
        Entry::User(_) | Entry::Feature(_) => Lock::Alone,
        Entry::Plan(plan) => Lock::OfPlan(plan.key.clone()),
        Entry::Mandate(mandate) => Lock::Mandate(mandate.id.clone()),
        Entry::Membership(membership) => Lock::Mandate(membership.mandate_id.clone()),
        Entry::Subscription(subscription) => {
            Lock::Subscription { mandate_id: subscription.mandate_id.clone(), plan_key: subscription.plan_key.clone() }
        }
        Entry::Access(access) => Lock::OfInstance(access.feature_instance_id.clone()),
        Entry::Role(role) => match (&role.mandate_id, &role.feature_instance_id) {
            (Some(mandate), _) => Lock::Mandate(mandate.clone()),
            (None, Some(instance)) => Lock::OfInstance(instance.clone()),
            (None, None) => Lock::Alone,
        },
    }
}
