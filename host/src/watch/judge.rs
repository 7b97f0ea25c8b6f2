//! Who of the viewers is still a member of what they look at: the rules say so.

use core_wasm::facts::MandatesFacts;

use crate::{
    facts,
    policy::{Decider, PolicyError},
    ports::{
        clock::Millis,
        store::storefront::{Revision, Viewer},
    },
};

/// Whether each viewer is a member, in their order. Nobody without a membership is.
pub(super) fn members(
    decider: &Decider,
    viewers: &[(&Viewer, &Revision)],
    now: Millis,
) -> Result<Vec<bool>, PolicyError> {
    let mandates = viewers
        .iter()
        .flat_map(|(viewer, revision)| {
            let membership = revision.membership.as_slice();
            facts::of_members(&viewer.mandate_id, membership, now).mandates
        })
        .collect();
    let decided = decider.mandates(&MandatesFacts { now, home_granted: true, mandates })?.decision;
    let mut standings = decided.mandates.into_iter();
    Ok(viewers
        .iter()
        .map(|(_, revision)| revision.membership.is_some() && standings.next().is_some_and(|standing| standing.member))
        .collect())
}
