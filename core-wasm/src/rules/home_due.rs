//! Rule: a user who administers no mandate gets a home mandate, at most once ever.

use crate::{decision::Standing, facts::MandatesFacts, settings::Settings};

/// Whether a home mandate is to be made for the caller.
#[must_use]
pub fn home_due(facts: &MandatesFacts, standings: &[Standing], settings: &Settings) -> bool {
    settings.home_mandate && !facts.home_granted && !standings.iter().any(|standing| standing.listed)
}
