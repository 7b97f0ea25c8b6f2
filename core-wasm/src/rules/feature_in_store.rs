//! Rule: the feature is in the catalogue and offered by the store.

use crate::{reason::Reason, situation::Activation, terms::offered::is_offered};

/// Speaks against a feature that is unknown or not offered. Both are answered alike.
#[must_use]
pub fn feature_in_store(activation: &Activation<'_>) -> Option<Reason> {
    (!activation.feature.is_some_and(is_offered)).then_some(Reason::FeatureNotFound {})
}
