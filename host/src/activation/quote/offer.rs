//! Makes offers: the billing provider's preview, or the list price where the provider has no say.

use super::{
    super::wanted::{Wanted, Weighed},
    VALID_FOR,
};
use crate::{
    activation::{Caller, Desk, DeskError},
    ports::{
        billing::BillingTarget,
        clock::Millis,
        preview::{Preview, Repricing, TaxBehavior, sum},
        store::{
            quote::{Offer, OfferSource, QuoteRecord},
            snapshot::{PlanRecord, Snapshot, SubscriptionRecord},
        },
    },
};

impl Desk {
    /// A quote as of now, kept.
    pub(super) async fn new_quote(
        &self,
        caller: &Caller,
        wanted: &Wanted,
        snapshot: &Snapshot,
        weighed: &Weighed,
    ) -> Result<QuoteRecord, DeskError> {
        let now = self.inner.clock.now();
        // The provider bills by the second.
        self.inner.previews.take(&wanted.mandate_id, now).map_err(DeskError::Limited)?;
        let offer = self.offer(snapshot, weighed, now - now.rem_euclid(1000)).await?;
        let period_ends = offer.next.filter(|next| next.at > now).map_or(Millis::MAX, |next| next.at);
        let quote = QuoteRecord {
            id: self.inner.ids.next(),
            mandate_id: wanted.mandate_id.clone(),
            user_id: caller.user_id.clone(),
            wish: wanted.digest(),
            revision: weighed.revision.clone(),
            offer,
            created_at: now,
            expires_at: now.saturating_add(VALID_FOR).min(period_ends),
            used_by: None,
        };
        self.inner.store.keep_quote(&quote).await?;
        Ok(quote)
    }

    /// What the wish costs when it takes effect at this instant.
    pub(super) async fn offer(&self, snapshot: &Snapshot, weighed: &Weighed, at: Millis) -> Result<Offer, DeskError> {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let step = number(weighed.activations.len()).saturating_sub(number(weighed.ends()));
        let subscription = weighed.subscription().and_then(|index| snapshot.mandate.as_ref()?.subscriptions.get(index));
        let billed = subscription.map_or(0, |subscription| subscription.billed);
        let listed = self.by_list(subscription, weighed, at, (billed, billed.saturating_add(step).max(0)));
        let Some(target) = subscription.filter(|_| listed.period_before + listed.period_after > 0).and_then(target)
        else {
            return Ok(listed);
        };
        let change = Repricing {
            target,
            from: listed.from,
            to: listed.to,
            at,
            gate: weighed.gate().unwrap_or(core_wasm::settings::Gate::Quantity),
        };
        if !self.inner.ledger.is_connected() {
            return Ok(listed);
        }
        match self.inner.ledger.preview(&change).await {
            Ok(Some(preview)) => Ok(previewed(listed, preview)),
            Ok(None) => Ok(listed),
            Err(error) => {
                tracing::warn!(%error, "a change could not be previewed");
                Err(DeskError::Unpriced)
            }
        }
    }

    /// By the list: what a whole period costs. What this period's rest costs is then not known.
    fn by_list(
        &self,
        subscription: Option<&SubscriptionRecord>,
        weighed: &Weighed,
        at: Millis,
        (from, to): (i64, i64),
    ) -> Offer {
        let plan = subscription.and_then(|subscription| subscription.plan.as_ref());
        let price = plan.and_then(|plan| plan.price_minor).unwrap_or(0);
        let currency = plan.map_or(&self.decider.settings().currency, |plan| &plan.currency);
        Offer {
            at,
            source: OfferSource::List,
            gate: weighed.gate(),
            currency: currency.clone(),
            subscription_id: subscription.map(|subscription| subscription.id.clone()),
            from,
            to,
            due_now: 0,
            prorated: 0,
            next: None,
            period_before: price.saturating_mul(from),
            period_after: price.saturating_mul(to),
            tax: plan.map_or(TaxBehavior::Unknown, tax_of),
            lines: Vec::new(),
        }
    }
}

/// By the provider.
fn previewed(listed: Offer, preview: Preview) -> Offer {
    Offer {
        source: OfferSource::Stripe,
        prorated: sum(&preview.prorations),
        due_now: preview.due_now,
        next: preview.next,
        // What computes taxes knows best how they are told; else the plan says.
        tax: preview.tax.unwrap_or(listed.tax),
        currency: preview.currency,
        lines: preview.prorations.into_iter().chain(preview.others).collect(),
        ..listed
    }
}

fn tax_of(plan: &PlanRecord) -> TaxBehavior {
    if plan.price_includes_tax { TaxBehavior::Inclusive } else { TaxBehavior::Unknown }
}

fn target(subscription: &SubscriptionRecord) -> Option<BillingTarget> {
    Some(BillingTarget {
        subscription: subscription.stripe_subscription_id.clone()?,
        item: subscription.stripe_item_id.clone()?,
    })
}
