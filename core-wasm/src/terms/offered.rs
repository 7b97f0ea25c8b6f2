//! What the store offers: features of its category, and nothing else of the catalogue.

use crate::facts::FeatureFacts;

/// Whether the store offers the feature.
#[must_use]
pub fn is_offered(feature: &FeatureFacts) -> bool {
    feature.category == "store"
}
