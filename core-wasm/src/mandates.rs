//! The question which mandates a caller administers, which subscription represents each, and whether a home is due.

use crate::{
    decision::{MandatesDecision, Standing},
    facts::{MandateFacts, MandatesFacts},
    rules::home_due::home_due,
    settings::Settings,
    terms::{admin_role::is_admin, closed::closed, membership::is_member, operative},
};

/// Decides about the caller's mandates.
#[must_use]
pub fn decide(facts: &MandatesFacts, settings: &Settings) -> MandatesDecision {
    let mandates: Vec<Standing> = facts.mandates.iter().map(|mandate| standing(mandate, facts.now, settings)).collect();
    let home_mandate_due = home_due(facts, &mandates, settings);
    MandatesDecision { mandates, home_mandate_due }
}

fn standing(mandate: &MandateFacts, now: i64, settings: &Settings) -> Standing {
    let member = is_member(mandate);
    let admin = member && is_admin(mandate, settings);
    let listed = admin && !mandate.is_system;
    Standing {
        member,
        admin,
        listed,
        open: listed && closed(mandate).is_none(),
        subscription: operative::shown(&mandate.subscriptions, now),
    }
}
