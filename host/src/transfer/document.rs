//! The document: its sections in their fixed order.

use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::{
    entries::{Access, Feature, Instance, Mandate, Membership, Notification, Resource, Role, Subscription, User},
    plan::Plan,
};

/// The only format spoken, as it stands in the section `format`.
pub const FORMAT: &str = "feature-store-fixture/1";

/// The names of all sections, in the order in which they are written.
pub const SECTIONS: [&str; 13] = [
    "format",
    "plans",
    "features",
    "resources",
    "users",
    "mandates",
    "roles",
    "memberships",
    "subscriptions",
    "instances",
    "accesses",
    "notifications",
    "stripe",
];

/// A whole data set. Lists keep the order of the file; it is the order in which the API answers them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with the sections of feature-store-fixture/1")]
pub struct Document {
    /// [`FORMAT`].
    pub format: String,
    /// Plans.
    #[serde(default)]
    pub plans: Vec<Plan>,
    /// The catalogue.
    #[serde(default)]
    pub features: Vec<Feature>,
    /// Raw catalogue objects. When the section is there, only features that it names with category `store` are offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<Vec<Resource>>,
    /// Users.
    #[serde(default)]
    pub users: Vec<User>,
    /// Mandates.
    #[serde(default)]
    pub mandates: Vec<Mandate>,
    /// Roles of mandates and of instances.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// Who belongs to which mandate.
    #[serde(default)]
    pub memberships: Vec<Membership>,
    /// Which mandate has which plan.
    #[serde(default)]
    pub subscriptions: Vec<Subscription>,
    /// Active instances.
    #[serde(default)]
    pub instances: Vec<Instance>,
    /// Who has access to which instance.
    #[serde(default)]
    pub accesses: Vec<Access>,
    /// Notices to the admins of mandates, as the outbox holds them.
    #[serde(default)]
    pub notifications: Vec<Notification>,
    /// Meant for a Stripe simulator: whatever stands here is neither read nor written.
    #[serde(default, skip_serializing)]
    pub stripe: IgnoredAny,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            format: FORMAT.to_owned(),
            plans: Vec::new(),
            features: Vec::new(),
            resources: None,
            users: Vec::new(),
            mandates: Vec::new(),
            roles: Vec::new(),
            memberships: Vec::new(),
            subscriptions: Vec::new(),
            instances: Vec::new(),
            accesses: Vec::new(),
            notifications: Vec::new(),
            stripe: IgnoredAny,
        }
    }
}
