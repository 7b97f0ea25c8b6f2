//! The part of a document that is about one mandate, with what it refers to: a document by itself. Pure.

use std::collections::HashSet;

use super::Document;

impl Document {
    /// What is about this mandate: its own entries, whoever is in it, and the plans and features that it has.
    #[must_use]
    pub fn of_mandate(mut self, mandate_id: &str) -> Self {
        self.resources = None;
        self.mandates.retain(|mandate| mandate.id == mandate_id);
        self.subscriptions.retain(|subscription| subscription.mandate_id == mandate_id);
        self.instances.retain(|instance| instance.mandate_id == mandate_id);
        self.memberships.retain(|membership| membership.mandate_id == mandate_id);
        self.notifications.retain(|notification| notification.mandate_id == mandate_id);
        let instances: HashSet<&str> = self.instances.iter().map(|instance| instance.id.as_str()).collect();
        self.accesses.retain(|access| instances.contains(access.feature_instance_id.as_str()));
        self.roles.retain(|role| {
            role.mandate_id.as_deref() == Some(mandate_id)
                || role.feature_instance_id.as_deref().is_some_and(|instance| instances.contains(instance))
        });
        let features: HashSet<&str> = self.instances.iter().map(|instance| instance.feature_code.as_str()).collect();
        self.features.retain(|feature| features.contains(feature.code.as_str()));
        let plans: HashSet<&str> =
            self.subscriptions.iter().map(|subscription| subscription.plan_key.as_str()).collect();
        self.plans.retain(|plan| plans.contains(plan.key.as_str()));
        let members = self.memberships.iter().map(|membership| membership.user_id.as_str());
        let holders = self.accesses.iter().map(|access| access.user_id.as_str());
        let homes = self.mandates.iter().filter_map(|mandate| mandate.home_of.as_deref());
        let people: HashSet<&str> = members.chain(holders).chain(homes).collect();
        self.users.retain(|user| people.contains(user.id.as_str()));
        self
    }
}
