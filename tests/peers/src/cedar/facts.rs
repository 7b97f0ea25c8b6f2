//! From facts in Rust to the context of a request, with what Cedar cannot find out by itself: which label is an admin's,
//! which subscription is in force, whether a role's name ends in a word, and how many invoices count.

use cedar_policy::RestrictedExpression;
use core_wasm::{
    facts::{ActivationFacts, MandateFacts, PlanFacts, RoleFacts, SubscriptionFacts, SubscriptionStatus},
    settings::{AdminMatch, BUDGET_WINDOW, Settings},
    terms::{admin_role, operative},
};

type Pair = (String, RestrictedExpression);

/// The context. What is `null` in the facts is left out.
pub(super) fn context(facts: &ActivationFacts, settings: &Settings) -> anyhow::Result<Vec<Pair>> {
    let mandate = facts.mandate.as_ref();
    let membership = mandate.and_then(|mandate| mandate.membership.as_ref());
    let feature = facts.feature.as_ref();
    let roles = membership.map(|membership| membership.roles.as_slice()).unwrap_or_default();
    let roles = roles.iter().map(|role| self::role(role, settings)).collect::<anyhow::Result<Vec<_>>>()?;
    let has_admin_role = feature.is_some_and(|feature| admin_role::of_template(&feature.template_roles).is_some());

    let mut context = vec![
        long("now", facts.now),
        long("adding", facts.adding),
        bool("restoring", facts.restoring.is_some()),
        bool("hasAdminRole", has_admin_role),
        bool("member", membership.is_some_and(|membership| membership.enabled)),
        bool("isSystem", mandate.is_some_and(|mandate| mandate.is_system)),
        bool("enabled", mandate.is_none_or(|mandate| mandate.enabled)),
        pair("roles", RestrictedExpression::new_set(roles)),
        long("counted", mandate.map_or(0, |mandate| mandate.counted)),
        long("waiting", mandate.map_or(0, |mandate| mandate.waiting)),
        bool("billingConnected", facts.billing_connected),
        bool("billingPaused", facts.billing_paused),
    ];
    context.extend(feature.map(|feature| string("category", feature.category.clone())));
    let ended_at = facts.restoring.as_ref().and_then(|restoring| restoring.ended_at);
    context.extend(ended_at.map(|at| long("endedAt", at)));
    if let Some(subscription) = mandate.and_then(|mandate| in_force(mandate, facts.now)) {
        let subscription = RestrictedExpression::new_record(self::subscription(subscription, facts.now))?;
        context.push(pair("subscription", subscription));
    }
    Ok(context)
}

fn in_force(mandate: &MandateFacts, now: i64) -> Option<&SubscriptionFacts> {
    operative::first(&mandate.subscriptions, now).map(|(_, subscription)| subscription)
}

fn subscription(subscription: &SubscriptionFacts, now: i64) -> Vec<Pair> {
    let counts = |made: &&i64| made.saturating_add(BUDGET_WINDOW) > now;
    let invoices = subscription.invoices.iter().filter(counts).count();
    let mut pairs = vec![
        bool("pastDue", subscription.status == SubscriptionStatus::PastDue),
        bool("planKnown", subscription.plan.is_some()),
        bool("hasStripeSubscription", subscription.has_stripe_subscription),
        bool("hasStripeItem", subscription.has_stripe_item),
        bool("priceAtOdds", subscription.price_at_odds),
        bool("stripeDiffers", subscription.stripe_differs),
        long("billed", subscription.billed),
        long("invoices", i64::try_from(invoices).unwrap_or(i64::MAX)),
    ];
    pairs.extend(subscription.confirmed_quantity.map(|quantity| long("confirmedQuantity", quantity)));
    pairs.extend(subscription.in_doubt_since.map(|since| long("inDoubtSince", since)));
    if let Some(PlanFacts { price, currency, max_instances, .. }) = &subscription.plan {
        pairs.push(string("currency", currency.to_ascii_uppercase()));
        pairs.extend(price.map(|price| long("price", price)));
        pairs.extend(max_instances.map(|most| long("maxInstances", most)));
    }
    pairs
}

fn role(role: &RoleFacts, settings: &Settings) -> anyhow::Result<RestrictedExpression> {
    let is_admin_label = role.label.as_deref().is_some_and(|label| is_admin_label(label, settings));
    let role = [
        bool("ofMandate", role.of_mandate),
        bool("ofInstance", role.of_instance),
        bool("isAdminLabel", is_admin_label),
    ];
    Ok(RestrictedExpression::new_record(role)?)
}

fn is_admin_label(label: &str, settings: &Settings) -> bool {
    let label = label.trim();
    let mut admins = settings.admin_labels.iter().map(|admin| admin.trim()).filter(|admin| !admin.is_empty());
    match settings.admin_match {
        AdminMatch::Exact => admins.any(|admin| label.eq_ignore_ascii_case(admin)),
        AdminMatch::Words => admins.any(|admin| {
            label.split(|sign: char| !sign.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case(admin))
        }),
        AdminMatch::Substring => {
            let label = label.to_ascii_lowercase();
            admins.any(|admin| label.contains(&admin.to_ascii_lowercase()))
        }
    }
}

fn pair(name: &str, value: RestrictedExpression) -> Pair {
    (name.to_owned(), value)
}

fn bool(name: &str, value: bool) -> Pair {
    pair(name, RestrictedExpression::new_bool(value))
}

fn long(name: &str, value: i64) -> Pair {
    pair(name, RestrictedExpression::new_long(value))
}

fn string(name: &str, value: String) -> Pair {
    pair(name, RestrictedExpression::new_string(value))
}
