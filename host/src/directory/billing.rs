//! Subscriptions and plans are changed so that nothing is charged in silence, and nothing goes on being charged that nobody
//! looks at any more.

use core_wasm::facts::SubscriptionStatus;

use super::{Directory, DirectoryError, Refusal};
use crate::{
    ports::store::directory::{Bill, DirectoryTransaction},
    transfer::{Entry, Kind, Plan, Subscription},
};

impl Directory {
    /// Another plan, status or binding for a subscription that is there.
    pub(super) async fn resubscribe(
        &self,
        transaction: &mut dyn DirectoryTransaction,
        before: &Subscription,
        after: &Subscription,
    ) -> Result<(), DirectoryError> {
        let is_bound_anew = binding(before) != binding(after);
        let has_other_plan = before.plan_key != after.plan_key;
        let Some(bill) = transaction.bill(&before.id).await? else { return Ok(()) };
        if (is_bound_anew || has_other_plan) && bill.open > 0 {
            return Err(Refusal::BillingOpen { open: bill.open }.into());
        }
        if is_bound_anew {
            return unbilled(before, bill);
        }
        if !is_bound(before) {
            return Ok(());
        }
        if let Some(pointer) = provider_says(before, after).filter(|_| self.inner.ledger.is_connected()) {
            return Err(Refusal::FollowsBilling { pointer }.into());
        }
        if has_other_plan {
            let (old, new) = (terms(transaction, before).await?, terms(transaction, after).await?);
            if old != new {
                // Nobody compares the provider's price with that of a plan that has none.
                if new.is_none() {
                    unbilled(before, bill)?;
                }
                transaction.hold_until_compared(&before.id).await?;
            }
        }
        Ok(())
    }

    /// No subscription any more.
    pub(super) async fn unsubscribe(
        &self,
        transaction: &mut dyn DirectoryTransaction,
        subscription: &Subscription,
    ) -> Result<(), DirectoryError> {
        let Some(bill) = transaction.bill(&subscription.id).await? else { return Ok(()) };
        if bill.open > 0 {
            return Err(Refusal::BillingOpen { open: bill.open }.into());
        }
        unbilled(subscription, bill)
    }

    /// Other terms for a plan that is there.
    pub(super) async fn reprice(
        transaction: &mut dyn DirectoryTransaction,
        before: &Plan,
        after: &Plan,
    ) -> Result<(), DirectoryError> {
        if terms_of(before) == terms_of(after) && before.stripe_price_id == after.stripe_price_id {
            return Ok(());
        }
        match transaction.subscribers(&before.key).await?.bound {
            0 => Ok(()),
            subscriptions => Err(Refusal::PlanBilled { subscriptions }.into()),
        }
    }
}

/// The provider's ids.
fn binding(subscription: &Subscription) -> (Option<&String>, Option<&String>) {
    (subscription.stripe_subscription_id.as_ref(), subscription.stripe_item_id_instances.as_ref())
}

fn is_bound(subscription: &Subscription) -> bool {
    matches!(binding(subscription), (Some(_), Some(_)))
        && !matches!(subscription.status, SubscriptionStatus::Canceled | SubscriptionStatus::Expired)
}

/// Nothing is charged under the present ids. What was never read is taken for what is counted.
fn unbilled(subscription: &Subscription, bill: Bill) -> Result<(), DirectoryError> {
    let quantity = bill.confirmed.unwrap_or(bill.counted);
    if is_bound(subscription) && quantity > 0 { Err(Refusal::StillBilled { quantity }.into()) } else { Ok(()) }
}

/// What differs, and is the provider's to say.
fn provider_says(before: &Subscription, after: &Subscription) -> Option<&'static str> {
    [
        ("/status", before.status != after.status),
        ("/endsAt", before.ends_at != after.ends_at),
        ("/trialEndsAt", before.trial_ends_at != after.trial_ends_at),
    ]
    .into_iter()
    .find(|(_, differs)| *differs)
    .map(|(pointer, _)| pointer)
}

/// What a subscription's plan costs; `None` when that is nothing, or not known.
async fn terms(
    transaction: &mut dyn DirectoryTransaction,
    subscription: &Subscription,
) -> Result<Option<Terms>, DirectoryError> {
    Ok(match transaction.entry(Kind::Plans, &subscription.plan_key).await? {
        Some(Entry::Plan(plan)) => terms_of(&plan),
        _ => None,
    })
}

/// Price in minor units, currency, whether taxes are in it, and how often.
pub(super) type Terms = (i64, String, bool, &'static str);

pub(super) fn terms_of(plan: &Plan) -> Option<Terms> {
    let price = plan.price_minor.filter(|price| *price > 0)?;
    Some((price, plan.currency.clone(), plan.price_includes_tax, plan.billing_period.as_str()))
}
