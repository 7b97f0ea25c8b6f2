//! The entries of a document as rows of their tables, cell by cell in the order of `tables`.

use super::{bulk::Cell, words};
use crate::{
    ports::clock::Millis,
    transfer::{
        Access, Feature, Instance, Mandate, Membership, Notification, Plan, Resource, Role, Subscription, User,
    },
};

/// One row.
pub(super) type Cells<'a> = Vec<Cell<'a>>;

pub(super) fn plan(row: &Plan) -> Cells<'_> {
    vec![
        (&row.key).into(),
        (&row.label).into(),
        row.price_minor.into(),
        (&row.currency).into(),
        row.price_includes_tax.into(),
        (&row.stripe_price_id).into(),
        Cell::Text(Some(row.billing_period.as_str())),
        row.max_feature_instances.into(),
        row.max_data_volume_mb.into(),
        row.budget_ai_minor.into(),
    ]
}

pub(super) fn feature(row: &Feature) -> Result<Cells<'_>, sqlx::Error> {
    Ok(vec![
        (&row.code).into(),
        Cell::Made(words::json(&row.label)?),
        Cell::Made(words::json(&row.description)?),
        (&row.icon).into(),
        (&row.category).into(),
        Cell::Made(words::json(&row.template_roles)?),
    ])
}

pub(super) fn resource(row: &Resource) -> Cells<'_> {
    vec![(&row.object_key).into(), (&row.meta.category).into(), (&row.meta.feature_code).into()]
}

/// Stands in the table for a section `resources` without entries, so that such a section offers nothing instead of
/// being no section. No entry can have this key.
pub(super) const NO_RESOURCES: &str = "";

pub(super) fn no_resources() -> Cells<'static> {
    vec![Cell::Text(Some(NO_RESOURCES)), Cell::Text(None), Cell::Text(None)]
}

pub(super) fn user(row: &User) -> Cells<'_> {
    let User { id, username, email, external_id, enabled } = row;
    vec![id.into(), username.into(), email.into(), external_id.into(), (*enabled).into()]
}

pub(super) fn mandate(row: &Mandate) -> Cells<'_> {
    let Mandate { id, name, label, is_system, enabled, home_of } = row;
    vec![id.into(), name.into(), label.into(), (*is_system).into(), (*enabled).into(), home_of.into()]
}

pub(super) fn home_grant(row: &Mandate, now: Millis) -> Option<Cells<'_>> {
    row.home_of.as_ref().map(|user| vec![user.into(), (&row.id).into(), Some(now).into()])
}

pub(super) fn instance(row: &Instance) -> Cells<'_> {
    let Instance { id, feature_code, mandate_id, label, enabled } = row;
    let state = Cell::Text(Some("active"));
    vec![id.into(), mandate_id.into(), feature_code.into(), label.into(), (*enabled).into(), state]
}

pub(super) fn role(row: &Role) -> Cells<'_> {
    let Role { id, role_label, mandate_id, feature_instance_id, feature_code, external_id } = row;
    let references = [mandate_id.into(), feature_instance_id.into(), feature_code.into()];
    [id.into(), role_label.into()].into_iter().chain(references).chain([external_id.into()]).collect()
}

pub(super) fn membership(row: &Membership) -> Cells<'_> {
    vec![(&row.id).into(), (&row.user_id).into(), (&row.mandate_id).into(), row.enabled.into()]
}

pub(super) fn membership_roles(row: &Membership) -> impl Iterator<Item = Cells<'_>> {
    row.role_ids.iter().map(|role| vec![(&row.id).into(), role.into()])
}

pub(super) fn subscription(row: &Subscription) -> Result<Cells<'_>, sqlx::Error> {
    Ok(vec![
        (&row.id).into(),
        (&row.mandate_id).into(),
        (&row.plan_key).into(),
        Cell::Made(words::of_status(row.status)?),
        row.starts_at.into(),
        row.ends_at.into(),
        row.trial_ends_at.into(),
        (&row.stripe_subscription_id).into(),
        (&row.stripe_item_id_instances).into(),
    ])
}

pub(super) fn access(row: &Access) -> Cells<'_> {
    vec![(&row.id).into(), (&row.user_id).into(), (&row.feature_instance_id).into(), row.enabled.into()]
}

pub(super) fn access_roles(row: &Access) -> impl Iterator<Item = Cells<'_>> {
    row.role_ids.iter().map(|role| vec![(&row.id).into(), role.into()])
}

pub(super) fn notice(row: &Notification, now: Millis) -> Result<Cells<'_>, sqlx::Error> {
    Ok(vec![
        (&row.id).into(),
        (&row.mandate_id).into(),
        (&row.subject).into(),
        (&row.headline).into(),
        Cell::Made(words::json(&row.body_paragraphs)?),
        Some(now).into(),
        Cell::Text(Some("sent")),
        Some(now).into(),
    ])
}
