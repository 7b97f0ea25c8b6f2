//! The only builder of facts: from what the store read to what the rules look at. Pure; decides nothing.

mod preflight;

use core_wasm::facts::{
    ActivationFacts, BillingPeriod, CapsFacts, DeactivationFacts, FeatureFacts, HeldAccess, HeldInstanceFacts,
    InstanceFacts, InstanceState, MandateFacts, MandatesFacts, MembershipFacts, MoneyFacts, OverviewFacts, PlanFacts,
    RequestedInstance, RestoringFacts, RoleFacts, Scope, SharingFacts, SubscriptionFacts, Target,
};

pub use self::preflight::{EndedEntry, FeatureEntry, InstanceEntry, PreflightFacts};
use crate::ports::{
    clock::Millis,
    store::{
        entitlement::Holding,
        portfolio::Portfolio,
        snapshot::{
            CapsRecord, FeatureRecord, InstanceRecord, MandateRecord, MembershipRecord, Snapshot, SubscriptionRecord,
        },
        standing::MandateStanding,
    },
};

/// Facts about one activation.
#[must_use]
pub fn of_activation(snapshot: &Snapshot, now: Millis, billing_connected: bool) -> ActivationFacts {
    ActivationFacts {
        now,
        adding: 1,
        feature: snapshot.feature.as_ref().map(of_feature),
        mandate: snapshot.mandate.as_ref().map(of_mandate),
        billing_connected,
        billing_paused: snapshot.billing_paused,
        restoring: None,
    }
}

/// Facts about the restore of an ended instance.
#[must_use]
pub fn of_restore(snapshot: &Snapshot, now: Millis, billing_connected: bool) -> ActivationFacts {
    ActivationFacts {
        restoring: Some(RestoringFacts { ended_at: snapshot.ended.as_ref().map(|ended| ended.ended_at) }),
        ..of_activation(snapshot, now, billing_connected)
    }
}

/// Facts about one deactivation.
#[must_use]
pub fn of_deactivation(
    snapshot: &Snapshot,
    requested: RequestedInstance,
    scope: Scope,
    now: Millis,
) -> DeactivationFacts {
    DeactivationFacts {
        now,
        requested,
        scope,
        mandate: snapshot.mandate.as_ref().map(of_mandate),
        instance: snapshot.instance.as_ref().map(of_instance),
        has_access: snapshot.instance.as_ref().is_some_and(|instance| instance.has_access),
    }
}

/// Facts about giving a colleague access in a role.
#[must_use]
pub fn of_sharing(snapshot: &Snapshot, mandate_id: &str, role: &str) -> SharingFacts {
    let given = snapshot.role_of_instance(role);
    SharingFacts {
        mandate: snapshot.mandate.as_ref().map(of_mandate).map(Box::new),
        has_instance: snapshot.instance_in(mandate_id).is_some(),
        colleague_is_member: snapshot.colleague_is_member,
        has_role: given.is_some(),
        access: match &snapshot.colleague_access {
            None => HeldAccess::None,
            Some(held) if held.enabled && given.is_some_and(|role| held.role_ids == [role.id.clone()]) => {
                HeldAccess::Same
            }
            Some(_) => HeldAccess::Other,
        },
    }
}

/// Facts about one deactivation that a service of the embedding product asks for. What it may do is what the operator gave
/// it, and no member's right: it stands where an admin of the mandate stands, and the rules say what follows.
#[must_use]
pub fn of_service_deactivation(
    snapshot: &Snapshot,
    requested: RequestedInstance,
    scope: Scope,
    admin_label: Option<&String>,
    now: Millis,
) -> DeactivationFacts {
    let mut facts = of_deactivation(snapshot, requested, scope, now);
    if let Some(mandate) = &mut facts.mandate {
        let role = RoleFacts { label: admin_label.cloned(), of_mandate: true, of_instance: false };
        mandate.membership = Some(MembershipFacts { enabled: true, roles: vec![role] });
    }
    facts
}

/// Facts about all mandates of a user.
#[must_use]
pub fn of_mandates(portfolio: &Portfolio, now: Millis) -> MandatesFacts {
    MandatesFacts {
        now,
        home_granted: portfolio.home_granted,
        mandates: portfolio.mandates.iter().map(of_mandate).collect(),
    }
}

/// Facts about everything a user can activate and use; with `mandate_id` activation is asked about that one alone.
#[must_use]
pub fn of_overview(
    portfolio: &Portfolio,
    mandate_id: Option<&str>,
    now: Millis,
    billing_connected: bool,
) -> OverviewFacts {
    let index_of = |id: &str| {
        let index = portfolio.mandates.iter().position(|mandate| mandate.id == id)?;
        u32::try_from(index).ok()
    };
    OverviewFacts {
        now,
        billing_connected,
        billing_paused: portfolio.billing_paused,
        mandates: portfolio.mandates.iter().map(of_mandate).collect(),
        features: portfolio.features.iter().map(of_feature).collect(),
        instances: portfolio
            .held
            .iter()
            .map(|held| HeldInstanceFacts {
                // An index outside of the list is a mandate without membership: nothing is in force there.
                mandate: index_of(&held.instance.mandate_id).unwrap_or(u32::MAX),
                state: held.instance.state,
                enabled: held.instance.enabled,
                access_enabled: held.access_enabled,
            })
            .collect(),
        target: mandate_id.map_or(Target::Any, |id| Target::One { mandate: index_of(id) }),
    }
}

/// Facts that tell how active instances of mandates stand, whoever looks: each is one of all that are alike, given by the
/// place of its mandate and whether it is switched on.
#[must_use]
pub fn of_standing(standings: &[MandateStanding], asked: &[(usize, bool)], now: Millis) -> OverviewFacts {
    OverviewFacts {
        now,
        billing_connected: false,
        billing_paused: false,
        mandates: standings.iter().map(|standing| of_mandate(&standing.mandate)).collect(),
        features: Vec::new(),
        instances: asked
            .iter()
            .map(|(mandate, enabled)| HeldInstanceFacts {
                mandate: u32::try_from(*mandate).unwrap_or(u32::MAX),
                state: InstanceState::Active,
                enabled: *enabled,
                access_enabled: true,
            })
            .collect(),
        target: Target::Any,
    }
}

/// Facts that tell who of those asked about is a member, one mandate for each that there is, and how what they hold stands.
#[must_use]
pub fn of_holdings(holdings: &[Holding], now: Millis) -> (MandatesFacts, OverviewFacts) {
    let mandates: Vec<MandateFacts> =
        holdings.iter().filter_map(|holding| holding.mandate.as_ref()).map(of_mandate).collect();
    let mut places = 0..u32::MAX;
    let place_of = |holding: &Holding| holding.mandate.as_ref().and_then(|_| places.next()).unwrap_or(u32::MAX);
    let places: Vec<u32> = holdings.iter().map(place_of).collect();
    let held = holdings.iter().zip(places).flat_map(|(holding, mandate)| {
        holding.held.iter().map(move |held| HeldInstanceFacts {
            mandate,
            state: held.state,
            enabled: held.enabled,
            access_enabled: held.access_enabled,
        })
    });
    let overview = OverviewFacts {
        now,
        // Only told of what is to be activated: nothing is.
        billing_connected: false,
        billing_paused: false,
        mandates: mandates.clone(),
        features: Vec::new(),
        instances: held.collect(),
        target: Target::Any,
    };
    // Whether somebody was given a home is asked for those who ask for their mandates, which is nobody here.
    (MandatesFacts { now, home_granted: true, mandates }, overview)
}

/// Facts that tell which members of a mandate are its admins: one mandate per membership.
#[must_use]
pub fn of_members(mandate_id: &str, memberships: &[MembershipRecord], now: Millis) -> MandatesFacts {
    MandatesFacts {
        now,
        home_granted: true,
        mandates: memberships
            .iter()
            .map(|membership| MandateFacts {
                is_system: false,
                enabled: true,
                membership: Some(of_membership(membership, mandate_id)),
                subscriptions: Vec::new(),
                counted: 0,
                waiting: 0,
                caps: None,
            })
            .collect(),
    }
}

/// Facts about one mandate as its member sees it.
#[must_use]
pub fn of_mandate(mandate: &MandateRecord) -> MandateFacts {
    MandateFacts {
        is_system: mandate.is_system,
        enabled: mandate.enabled,
        membership: mandate.membership.as_ref().map(|membership| of_membership(membership, &mandate.id)),
        subscriptions: mandate.subscriptions.iter().map(of_subscription).collect(),
        counted: mandate.counted,
        waiting: mandate.waiting,
        caps: of_caps(&mandate.caps),
    }
}

/// No limit at all is nothing, so that equal facts are equal bytes.
fn of_caps(caps: &CapsRecord) -> Option<CapsFacts> {
    let monthly = caps.monthly.as_ref();
    (!caps.is_empty()).then(|| CapsFacts {
        instances: caps.instances,
        monthly: monthly.map(|cap| MoneyFacts { minor: cap.minor, currency: cap.currency.clone() }),
    })
}

/// Roles are a sorted set, so that equal facts are equal bytes.
fn of_membership(membership: &MembershipRecord, mandate_id: &str) -> MembershipFacts {
    let mut roles: Vec<RoleFacts> = membership
        .roles
        .iter()
        .map(|role| RoleFacts {
            label: role.label.clone(),
            of_mandate: role.mandate_id.as_deref() == Some(mandate_id),
            of_instance: role.instance_id.is_some(),
        })
        .collect();
    roles.sort();
    roles.dedup();
    MembershipFacts { enabled: membership.enabled, roles }
}

fn of_subscription(subscription: &SubscriptionRecord) -> SubscriptionFacts {
    SubscriptionFacts {
        status: subscription.status,
        starts_at: subscription.starts_at,
        ends_at: subscription.ends_at,
        trial_ends_at: subscription.trial_ends_at,
        plan: subscription.plan.as_ref().map(|plan| PlanFacts {
            price: plan.price_minor,
            currency: plan.currency.clone(),
            max_instances: plan.max_instances,
            billing_period: period_of(&plan.billing_period),
        }),
        has_stripe_subscription: subscription.stripe_subscription_id.is_some(),
        has_stripe_item: subscription.stripe_item_id.is_some(),
        price_at_odds: subscription.price_at_odds,
        stripe_differs: subscription.provider_differs,
        confirmed_quantity: subscription.confirmed_quantity,
        in_doubt_since: subscription.in_doubt_since,
        billed: subscription.billed,
        invoices: subscription.invoices.clone(),
    }
}

/// `None` for a plan that is never charged, and for a word that no import writes.
fn period_of(word: &str) -> Option<BillingPeriod> {
    match word {
        "MONTHLY" => Some(BillingPeriod::Monthly),
        "YEARLY" => Some(BillingPeriod::Yearly),
        _ => None,
    }
}

/// Facts about a living instance.
#[must_use]
pub fn of_instance(instance: &InstanceRecord) -> InstanceFacts {
    InstanceFacts {
        feature_code: instance.feature_code.clone(),
        mandate_id: instance.mandate_id.clone(),
        state: instance.state,
        accesses: instance.accesses,
    }
}

/// Facts about an entry of the catalogue.
#[must_use]
pub fn of_feature(feature: &FeatureRecord) -> FeatureFacts {
    FeatureFacts {
        code: feature.code.clone(),
        category: feature.category.clone(),
        template_roles: feature.template_roles.clone(),
    }
}
