//! The question whether a colleague can be given access to an instance.

use crate::{
    decision::SharingDecision, facts::SharingFacts, reason::Reason, rules, settings::Settings, situation::Sharing,
};

/// A rule about sharing.
type Check = fn(&Sharing<'_>) -> Option<Reason>;

/// Operators add no rules about these.
const NO_MORE: [Check; 0] = [];

/// Decides about one access. In the order in which reasons are told.
#[must_use]
pub fn decide(facts: &SharingFacts, settings: &Settings) -> SharingDecision {
    let sharing = Sharing { facts, settings };
    let reasons = rules::reasons! {
        &sharing, NO_MORE;
        last shared_instance_known,
        and sharing_open,
        last sharing_permitted,
        and colleague_known,
        and role_offered,
        and access_differs,
    };
    SharingDecision { allowed: reasons.is_empty(), reasons }
}
