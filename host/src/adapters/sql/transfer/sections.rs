//! Writes the sections of a document into their tables, each after those that it refers to.

use sqlx::AnyConnection;

use super::{
    bulk::{self, Cell, Target},
    words,
};
use crate::{ports::clock::Millis, transfer::Document};

/// Stands in the table for a section `resources` without entries, so that such a section offers nothing instead of
/// being no section. No entry can have this key.
pub(super) const NO_RESOURCES: &str = "";

const PLANS: Target = Target {
    table: "plans",
    columns: &[
        "key", "label", "price_minor", "currency", "price_includes_tax", "stripe_price_id", "billing_period",
        "max_instances", "max_data_volume_mb", "budget_ai_minor",
    ],
    key: "key",
    updates: &[
        "label", "price_minor", "currency", "price_includes_tax", "stripe_price_id", "billing_period", "max_instances",
        "max_data_volume_mb", "budget_ai_minor",
    ],
};
const FEATURES: Target = Target {
    table: "features",
    columns: &["code", "label", "description", "icon", "category", "template_roles"],
    key: "code",
    updates: &["label", "description", "icon", "category", "template_roles"],
};
const RESOURCES: Target = Target {
    table: "resources",
    columns: &["object_key", "category", "feature_code"],
    key: "object_key",
    updates: &["category", "feature_code"],
};
const USERS: Target =
    Target { table: "users", columns: &["id", "username", "email"], key: "id", updates: &["username", "email"] };
const MANDATES: Target = Target {
    table: "mandates",
    columns: &["id", "name", "label", "is_system", "enabled", "home_of"],
    key: "id",
    updates: &["name", "label", "is_system", "enabled", "home_of"],
};
/// A grant that is there stays: one home ever.
const HOME_GRANTS: Target = Target {
    table: "home_grants",
    columns: &["user_id", "mandate_id", "granted_at"],
    key: "user_id",
    updates: &[],
};
/// The state of an instance that is there stays: a reserved one is for billing to confirm.
const INSTANCES: Target = Target {
    table: "instances",
    columns: &["id", "mandate_id", "feature_code", "label", "enabled", "state"],
    key: "id",
    updates: &["mandate_id", "feature_code", "label", "enabled"],
};
const ROLES: Target = Target {
    table: "roles",
    columns: &["id", "label", "mandate_id", "instance_id", "feature_code"],
    key: "id",
    updates: &["label", "mandate_id", "instance_id", "feature_code"],
};
const MEMBERSHIPS: Target = Target {
    table: "memberships",
    columns: &["id", "user_id", "mandate_id", "enabled"],
    key: "id",
    updates: &["user_id", "mandate_id", "enabled"],
};
const MEMBERSHIP_ROLES: Target = Target {
    table: "membership_roles",
    columns: &["membership_id", "role_id"],
    key: "membership_id, role_id",
    updates: &[],
};
const SUBSCRIPTIONS: Target = Target {
    table: "subscriptions",
    columns: &[
        "id", "mandate_id", "plan_key", "status", "starts_at", "ends_at", "trial_ends_at", "stripe_subscription_id",
        "stripe_item_id",
    ],
    key: "id",
    updates: &[
        "mandate_id", "plan_key", "status", "starts_at", "ends_at", "trial_ends_at", "stripe_subscription_id",
        "stripe_item_id",
    ],
};
const ACCESSES: Target = Target {
    table: "accesses",
    columns: &["id", "user_id", "instance_id", "enabled"],
    key: "id",
    updates: &["user_id", "instance_id", "enabled"],
};
const ACCESS_ROLES: Target =
    Target { table: "access_roles", columns: &["access_id", "role_id"], key: "access_id, role_id", updates: &[] };
/// A notice that is there keeps its state; a new one counts as sent, because an import mails nothing.
const NOTICES: Target = Target {
    table: "notices",
    columns: &["id", "mandate_id", "subject", "headline", "body_paragraphs", "created_at", "state", "sent_at"],
    key: "id",
    updates: &["mandate_id", "subject", "headline", "body_paragraphs"],
};

/// Writes everything. Entries that are there already keep their place, unless the document replaces all: then its order
/// is the order.
pub(super) async fn write(
    connection: &mut AnyConnection,
    document: &Document,
    replaces: bool,
    now: Millis,
) -> Result<(), sqlx::Error> {
    catalogue(connection, document, replaces).await?;
    let rows: Vec<_> =
        document.users.iter().map(|row| vec![(&row.id).into(), (&row.username).into(), (&row.email).into()]).collect();
    bulk::upsert(connection, &USERS, &rows, replaces).await?;
    mandates(connection, document, replaces, now).await?;
    instances(connection, document, replaces).await?;
    let role = |row| {
        let crate::transfer::Role { id, role_label, mandate_id, feature_instance_id, feature_code } = row;
        vec![id.into(), role_label.into(), mandate_id.into(), feature_instance_id.into(), feature_code.into()]
    };
    bulk::upsert(connection, &ROLES, &document.roles.iter().map(role).collect::<Vec<_>>(), replaces).await?;
    memberships(connection, document, replaces).await?;
    subscriptions(connection, document, replaces).await?;
    accesses(connection, document, replaces).await?;
    notices(connection, document, replaces, now).await
}

async fn catalogue(connection: &mut AnyConnection, document: &Document, replaces: bool) -> Result<(), sqlx::Error> {
    let plan = |row| {
        let plan: &crate::transfer::Plan = row;
        vec![
            (&plan.key).into(),
            (&plan.label).into(),
            plan.price_minor.into(),
            (&plan.currency).into(),
            plan.price_includes_tax.into(),
            (&plan.stripe_price_id).into(),
            Cell::Text(Some(plan.billing_period.as_str())),
            plan.max_feature_instances.into(),
            plan.max_data_volume_mb.into(),
            plan.budget_ai_minor.into(),
        ]
    };
    bulk::upsert(connection, &PLANS, &document.plans.iter().map(plan).collect::<Vec<_>>(), replaces).await?;
    let mut features = Vec::new();
    for row in &document.features {
        features.push(vec![
            (&row.code).into(),
            Cell::Made(words::json(&row.label)?),
            Cell::Made(words::json(&row.description)?),
            (&row.icon).into(),
            (&row.category).into(),
            Cell::Made(words::json(&row.template_roles)?),
        ]);
    }
    bulk::upsert(connection, &FEATURES, &features, replaces).await?;
    let Some(resources) = &document.resources else { return Ok(()) };
    let mut rows: Vec<_> = resources
        .iter()
        .map(|row| vec![(&row.object_key).into(), (&row.meta.category).into(), (&row.meta.feature_code).into()])
        .collect();
    if rows.is_empty() {
        rows.push(vec![Cell::Text(Some(NO_RESOURCES)), Cell::Text(None), Cell::Text(None)]);
    }
    bulk::upsert(connection, &RESOURCES, &rows, replaces).await
}

async fn mandates(
    connection: &mut AnyConnection,
    document: &Document,
    replaces: bool,
    now: Millis,
) -> Result<(), sqlx::Error> {
    let mandate = |row| {
        let crate::transfer::Mandate { id, name, label, is_system, enabled, home_of } = row;
        vec![id.into(), name.into(), label.into(), (*is_system).into(), (*enabled).into(), home_of.into()]
    };
    bulk::upsert(connection, &MANDATES, &document.mandates.iter().map(mandate).collect::<Vec<_>>(), replaces).await?;
    let grant = |row: &'_ crate::transfer::Mandate| row.home_of.is_some();
    let grants: Vec<_> = document
        .mandates
        .iter()
        .filter(|row| grant(row))
        .map(|row| vec![(&row.home_of).into(), (&row.id).into(), Some(now).into()])
        .collect();
    bulk::upsert(connection, &HOME_GRANTS, &grants, false).await
}

async fn instances(connection: &mut AnyConnection, document: &Document, replaces: bool) -> Result<(), sqlx::Error> {
    let instance = |row| {
        let crate::transfer::Instance { id, feature_code, mandate_id, label, enabled } = row;
        let state = Cell::Text(Some("active"));
        vec![id.into(), mandate_id.into(), feature_code.into(), label.into(), (*enabled).into(), state]
    };
    bulk::upsert(connection, &INSTANCES, &document.instances.iter().map(instance).collect::<Vec<_>>(), replaces).await?;
    // What lives cannot be restored. A restore that waits for billing has its instance already, and is left to it.
    let ids: Vec<&str> = document.instances.iter().map(|row| row.id.as_str()).collect();
    let ended = bulk::present(connection, "ended_instances", "id", &ids).await?;
    let ended: Vec<&str> = ended.iter().map(String::as_str).collect();
    bulk::delete_where(connection, "ended_instances", "id", &ended, "restored_by_change IS NULL").await
}

async fn memberships(connection: &mut AnyConnection, document: &Document, replaces: bool) -> Result<(), sqlx::Error> {
    let membership = |row| {
        let crate::transfer::Membership { id, user_id, mandate_id, enabled, .. } = row;
        vec![id.into(), user_id.into(), mandate_id.into(), (*enabled).into()]
    };
    let rows: Vec<_> = document.memberships.iter().map(membership).collect();
    bulk::upsert(connection, &MEMBERSHIPS, &rows, replaces).await?;
    let ids: Vec<&str> = document.memberships.iter().map(|row| row.id.as_str()).collect();
    bulk::delete(connection, "membership_roles", "membership_id", &ids).await?;
    let links = |row| {
        let crate::transfer::Membership { id, role_ids, .. } = row;
        role_ids.iter().map(move |role| vec![id.into(), role.into()])
    };
    let rows: Vec<_> = document.memberships.iter().flat_map(links).collect();
    bulk::upsert(connection, &MEMBERSHIP_ROLES, &rows, false).await
}

async fn subscriptions(connection: &mut AnyConnection, document: &Document, replaces: bool) -> Result<(), sqlx::Error> {
    let mut rows = Vec::new();
    for row in &document.subscriptions {
        rows.push(vec![
            (&row.id).into(),
            (&row.mandate_id).into(),
            (&row.plan_key).into(),
            Cell::Made(words::of_status(row.status)?),
            row.starts_at.into(),
            row.ends_at.into(),
            row.trial_ends_at.into(),
            (&row.stripe_subscription_id).into(),
            (&row.stripe_item_id_instances).into(),
        ]);
    }
    bulk::upsert(connection, &SUBSCRIPTIONS, &rows, replaces).await
}

async fn accesses(connection: &mut AnyConnection, document: &Document, replaces: bool) -> Result<(), sqlx::Error> {
    let access = |row| {
        let crate::transfer::Access { id, user_id, feature_instance_id, enabled, .. } = row;
        vec![id.into(), user_id.into(), feature_instance_id.into(), (*enabled).into()]
    };
    bulk::upsert(connection, &ACCESSES, &document.accesses.iter().map(access).collect::<Vec<_>>(), replaces).await?;
    let ids: Vec<&str> = document.accesses.iter().map(|row| row.id.as_str()).collect();
    bulk::delete(connection, "access_roles", "access_id", &ids).await?;
    let links = |row| {
        let crate::transfer::Access { id, role_ids, .. } = row;
        role_ids.iter().map(move |role| vec![id.into(), role.into()])
    };
    let rows: Vec<_> = document.accesses.iter().flat_map(links).collect();
    bulk::upsert(connection, &ACCESS_ROLES, &rows, false).await
}

async fn notices(
    connection: &mut AnyConnection,
    document: &Document,
    replaces: bool,
    now: Millis,
) -> Result<(), sqlx::Error> {
    let mut rows = Vec::new();
    for row in &document.notifications {
        rows.push(vec![
            (&row.id).into(),
            (&row.mandate_id).into(),
            (&row.subject).into(),
            (&row.headline).into(),
            Cell::Made(words::json(&row.body_paragraphs)?),
            Some(now).into(),
            Cell::Text(Some("sent")),
            Some(now).into(),
        ]);
    }
    bulk::upsert(connection, &NOTICES, &rows, replaces).await
}
