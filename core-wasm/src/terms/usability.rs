//! Whether an instance can be used: computed from states, dates and subscription; nothing is stored for it.

use crate::{
    decision::ShownState,
    facts::{HeldInstanceFacts, InstanceState, MandateFacts},
    terms::operative,
};

/// The state to show for an instance of the mandate, whoever looks.
#[must_use]
pub fn state(state: InstanceState, enabled: bool, mandate: Option<&MandateFacts>, now: i64) -> ShownState {
    let in_force = mandate.is_some_and(|mandate| operative::first(&mandate.subscriptions, now).is_some());
    match state {
        InstanceState::Reserved => ShownState::Reserved,
        InstanceState::Active if !enabled => ShownState::Disabled,
        InstanceState::Active if !in_force => ShownState::Suspended,
        InstanceState::Active => ShownState::Active,
    }
}

/// The state to show to the holder of an access, and whether the holder can use the instance now.
#[must_use]
pub fn shown(held: &HeldInstanceFacts, mandate: Option<&MandateFacts>, now: i64) -> (ShownState, bool) {
    let state = state(held.state, held.enabled, mandate, now);
    (state, state == ShownState::Active && held.access_enabled)
}
