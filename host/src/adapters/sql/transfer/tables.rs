//! The tables of the sections: which columns an import writes, and which it updates in rows that are there already.

use super::bulk::Target;

pub(super) const PLANS: Target = Target {
    table: "plans",
    columns: &[
        "key",
        "label",
        "price_minor",
        "currency",
        "price_includes_tax",
        "stripe_price_id",
        "billing_period",
        "max_instances",
        "max_data_volume_mb",
        "budget_ai_minor",
    ],
    key: "key",
    updates: &[
        "label",
        "price_minor",
        "currency",
        "price_includes_tax",
        "stripe_price_id",
        "billing_period",
        "max_instances",
        "max_data_volume_mb",
        "budget_ai_minor",
    ],
};
pub(super) const FEATURES: Target = Target {
    table: "features",
    columns: &["code", "label", "description", "icon", "category", "template_roles"],
    key: "code",
    updates: &["label", "description", "icon", "category", "template_roles"],
};
pub(super) const RESOURCES: Target = Target {
    table: "resources",
    columns: &["object_key", "category", "feature_code"],
    key: "object_key",
    updates: &["category", "feature_code"],
};
pub(super) const USERS: Target = Target {
    table: "users",
    columns: &["id", "username", "email", "external_id", "enabled"],
    key: "id",
    updates: &["username", "email", "external_id", "enabled"],
};
pub(super) const MANDATES: Target = Target {
    table: "mandates",
    columns: &["id", "name", "label", "is_system", "enabled", "home_of"],
    key: "id",
    updates: &["name", "label", "is_system", "enabled", "home_of"],
};
/// A grant that is there stays: one home ever.
pub(super) const HOME_GRANTS: Target =
    Target { table: "home_grants", columns: &["user_id", "mandate_id", "granted_at"], key: "user_id", updates: &[] };
/// The state of an instance that is there stays: a reserved one is for billing to confirm.
pub(super) const INSTANCES: Target = Target {
    table: "instances",
    columns: &["id", "mandate_id", "feature_code", "label", "enabled", "state"],
    key: "id",
    updates: &["mandate_id", "feature_code", "label", "enabled"],
};
pub(super) const ROLES: Target = Target {
    table: "roles",
    columns: &["id", "label", "mandate_id", "instance_id", "feature_code", "external_id"],
    key: "id",
    updates: &["label", "mandate_id", "instance_id", "feature_code", "external_id"],
};
pub(super) const MEMBERSHIPS: Target = Target {
    table: "memberships",
    columns: &["id", "user_id", "mandate_id", "enabled"],
    key: "id",
    updates: &["user_id", "mandate_id", "enabled"],
};
pub(super) const MEMBERSHIP_ROLES: Target = Target {
    table: "membership_roles",
    columns: &["membership_id", "role_id"],
    key: "membership_id, role_id",
    updates: &[],
};
pub(super) const SUBSCRIPTIONS: Target = Target {
    table: "subscriptions",
    columns: &[
        "id",
        "mandate_id",
        "plan_key",
        "status",
        "starts_at",
        "ends_at",
        "trial_ends_at",
        "stripe_subscription_id",
        "stripe_item_id",
    ],
    key: "id",
    updates: &[
        "mandate_id",
        "plan_key",
        "status",
        "starts_at",
        "ends_at",
        "trial_ends_at",
        "stripe_subscription_id",
        "stripe_item_id",
    ],
};
pub(super) const ACCESSES: Target = Target {
    table: "accesses",
    columns: &["id", "user_id", "instance_id", "enabled"],
    key: "id",
    updates: &["user_id", "instance_id", "enabled"],
};
pub(super) const ACCESS_ROLES: Target =
    Target { table: "access_roles", columns: &["access_id", "role_id"], key: "access_id, role_id", updates: &[] };
/// A notice that is there keeps its state; a new one counts as sent, because an import mails nothing.
pub(super) const NOTICES: Target = Target {
    table: "notices",
    columns: &["id", "mandate_id", "subject", "headline", "body_paragraphs", "created_at", "state", "sent_at"],
    key: "id",
    updates: &["mandate_id", "subject", "headline", "body_paragraphs"],
};
