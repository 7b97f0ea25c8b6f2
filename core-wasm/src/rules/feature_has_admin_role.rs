//! Rule: the feature has an admin role to give to the one who activates it.

use crate::{reason::Reason, situation::Activation, terms::admin_role};

/// Speaks against a feature without a template role that ends in `-admin`.
#[must_use]
pub fn feature_has_admin_role(activation: &Activation<'_>) -> Option<Reason> {
    admin_role::of_template(&activation.feature?.template_roles).is_none().then_some(Reason::FeatureMisconfigured {})
}
