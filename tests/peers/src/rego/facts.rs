//! From facts in Rust to regorus' own values, without text in between: as fast as its interface lets.

use std::collections::BTreeMap;

use core_wasm::facts::{
    ActivationFacts, FeatureFacts, MandateFacts, MembershipFacts, PlanFacts, RestoringFacts, RoleFacts,
    SubscriptionFacts, SubscriptionStatus,
};
use regorus::Value;

/// Defines the names of the facts that the policy reads, made once: an input then counts them up.
macro_rules! names {
    ($($name:ident = $word:literal),* $(,)?) => {
        /// Names and words of facts as values.
        #[derive(Clone, Debug)]
        pub struct Names { $($name: Value),* }

        impl Default for Names {
            fn default() -> Self {
                Self { $($name: Value::from($word)),* }
            }
        }
    };
}

names! {
    active = "ACTIVE",
    adding = "adding",
    billed = "billed",
    billing_connected = "billingConnected",
    billing_paused = "billingPaused",
    canceled = "CANCELED",
    category = "category",
    confirmed_quantity = "confirmedQuantity",
    counted = "counted",
    currency = "currency",
    enabled = "enabled",
    ended_at = "endedAt",
    ends_at = "endsAt",
    expired = "EXPIRED",
    feature = "feature",
    has_stripe_item = "hasStripeItem",
    has_stripe_subscription = "hasStripeSubscription",
    in_doubt_since = "inDoubtSince",
    invoices = "invoices",
    is_system = "isSystem",
    label = "label",
    mandate = "mandate",
    max_instances = "maxInstances",
    membership = "membership",
    now = "now",
    of_instance = "ofInstance",
    of_mandate = "ofMandate",
    past_due = "PAST_DUE",
    paused = "PAUSED",
    pending = "PENDING",
    plan = "plan",
    price = "price",
    price_at_odds = "priceAtOdds",
    restoring = "restoring",
    roles = "roles",
    scheduled = "SCHEDULED",
    starts_at = "startsAt",
    status = "status",
    stripe_differs = "stripeDiffers",
    subscriptions = "subscriptions",
    template_roles = "templateRoles",
    trial_ends_at = "trialEndsAt",
    trialing = "TRIALING",
    unpaid = "UNPAID",
    waiting = "waiting",
}

impl Names {
    /// The input of the policy: the facts that it reads, as they are in JSON.
    #[must_use]
    pub fn input(&self, facts: &ActivationFacts) -> Value {
        object([
            (&self.adding, facts.adding.into()),
            (&self.billing_connected, facts.billing_connected.into()),
            (&self.billing_paused, facts.billing_paused.into()),
            (&self.feature, or_null(facts.feature.as_ref(), |feature| self.feature(feature))),
            (&self.mandate, or_null(facts.mandate.as_ref(), |mandate| self.mandate(mandate))),
            (&self.now, facts.now.into()),
            (&self.restoring, or_null(facts.restoring.as_ref(), |restoring| self.restoring(restoring))),
        ])
    }

    fn feature(&self, feature: &FeatureFacts) -> Value {
        object([
            (&self.category, feature.category.as_str().into()),
            (&self.template_roles, array(&feature.template_roles, |role| role.as_str().into())),
        ])
    }

    fn restoring(&self, restoring: &RestoringFacts) -> Value {
        object([(&self.ended_at, or_null(restoring.ended_at, Value::from))])
    }

    fn mandate(&self, mandate: &MandateFacts) -> Value {
        object([
            (&self.counted, mandate.counted.into()),
            (&self.enabled, mandate.enabled.into()),
            (&self.is_system, mandate.is_system.into()),
            (&self.membership, or_null(mandate.membership.as_ref(), |membership| self.membership(membership))),
            (&self.subscriptions, array(&mandate.subscriptions, |subscription| self.subscription(subscription))),
            (&self.waiting, mandate.waiting.into()),
        ])
    }

    fn membership(&self, membership: &MembershipFacts) -> Value {
        object([
            (&self.enabled, membership.enabled.into()),
            (&self.roles, array(&membership.roles, |role| self.role(role))),
        ])
    }

    fn role(&self, role: &RoleFacts) -> Value {
        object([
            (&self.label, or_null(role.label.as_deref(), Value::from)),
            (&self.of_instance, role.of_instance.into()),
            (&self.of_mandate, role.of_mandate.into()),
        ])
    }

    fn subscription(&self, subscription: &SubscriptionFacts) -> Value {
        object([
            (&self.billed, subscription.billed.into()),
            (&self.confirmed_quantity, or_null(subscription.confirmed_quantity, Value::from)),
            (&self.ends_at, or_null(subscription.ends_at, Value::from)),
            (&self.has_stripe_item, subscription.has_stripe_item.into()),
            (&self.has_stripe_subscription, subscription.has_stripe_subscription.into()),
            (&self.in_doubt_since, or_null(subscription.in_doubt_since, Value::from)),
            (&self.invoices, array(&subscription.invoices, |at| (*at).into())),
            (&self.plan, or_null(subscription.plan.as_ref(), |plan| self.plan(plan))),
            (&self.price_at_odds, subscription.price_at_odds.into()),
            (&self.starts_at, or_null(subscription.starts_at, Value::from)),
            (&self.status, self.status(subscription.status).clone()),
            (&self.stripe_differs, subscription.stripe_differs.into()),
            (&self.trial_ends_at, or_null(subscription.trial_ends_at, Value::from)),
        ])
    }

    fn plan(&self, plan: &PlanFacts) -> Value {
        object([
            (&self.currency, plan.currency.as_str().into()),
            (&self.max_instances, or_null(plan.max_instances, Value::from)),
            (&self.price, or_null(plan.price, Value::from)),
        ])
    }

    fn status(&self, status: SubscriptionStatus) -> &Value {
        match status {
            SubscriptionStatus::Pending => &self.pending,
            SubscriptionStatus::Scheduled => &self.scheduled,
            SubscriptionStatus::Trialing => &self.trialing,
            SubscriptionStatus::Active => &self.active,
            SubscriptionStatus::PastDue => &self.past_due,
            SubscriptionStatus::Unpaid => &self.unpaid,
            SubscriptionStatus::Paused => &self.paused,
            SubscriptionStatus::Canceled => &self.canceled,
            SubscriptionStatus::Expired => &self.expired,
        }
    }
}

/// Members stand in order, so that they need no sorting.
fn object<const N: usize>(members: [(&Value, Value); N]) -> Value {
    Value::from(BTreeMap::from(members.map(|(name, value)| (name.clone(), value))))
}

fn array<T>(items: &[T], value: impl Fn(&T) -> Value) -> Value {
    Value::from(items.iter().map(value).collect::<Vec<_>>())
}

fn or_null<T>(fact: Option<T>, value: impl FnOnce(T) -> Value) -> Value {
    fact.map_or(Value::Null, value)
}
