//! Writes the sections of a document into their tables, each after those that it refers to.

use sqlx::AnyConnection;

use super::{
    bulk::{self, Target},
    cells::{self, Cells},
    tables,
};
use crate::{ports::clock::Millis, transfer::Document};

/// Writes everything. Entries that are there already keep their place, unless the document `replaces` all: then its
/// order is the order.
pub(super) async fn write(
    on: &mut AnyConnection,
    document: &Document,
    replaces: bool,
    now: Millis,
) -> Result<(), sqlx::Error> {
    catalogue(on, document, replaces).await?;
    put(on, &tables::USERS, document.users.iter().map(cells::user), replaces).await?;
    put(on, &tables::MANDATES, document.mandates.iter().map(cells::mandate), replaces).await?;
    let grants = document.mandates.iter().filter_map(|row| cells::home_grant(row, now));
    put(on, &tables::HOME_GRANTS, grants, false).await?;
    instances(on, document, replaces).await?;
    put(on, &tables::ROLES, document.roles.iter().map(cells::role), replaces).await?;
    memberships(on, document, replaces).await?;
    try_put(on, &tables::SUBSCRIPTIONS, document.subscriptions.iter().map(cells::subscription), replaces).await?;
    accesses(on, document, replaces).await?;
    let notices = document.notifications.iter().map(|row| cells::notice(row, now));
    try_put(on, &tables::NOTICES, notices, replaces).await
}

async fn catalogue(on: &mut AnyConnection, document: &Document, replaces: bool) -> Result<(), sqlx::Error> {
    put(on, &tables::PLANS, document.plans.iter().map(cells::plan), replaces).await?;
    try_put(on, &tables::FEATURES, document.features.iter().map(cells::feature), replaces).await?;
    match document.resources.as_deref() {
        None => Ok(()),
        Some([]) => put(on, &tables::RESOURCES, [cells::no_resources()].into_iter(), replaces).await,
        Some(entries) => put(on, &tables::RESOURCES, entries.iter().map(cells::resource), replaces).await,
    }
}

async fn instances(on: &mut AnyConnection, document: &Document, replaces: bool) -> Result<(), sqlx::Error> {
    put(on, &tables::INSTANCES, document.instances.iter().map(cells::instance), replaces).await?;
    // What lives cannot be restored. A restore that waits for billing has its instance already, and is left to it.
    let ids: Vec<&str> = document.instances.iter().map(|row| row.id.as_str()).collect();
    bulk::delete(on, "ended_instances", "restored_by_change IS NULL AND id", &ids).await
}

async fn memberships(on: &mut AnyConnection, document: &Document, replaces: bool) -> Result<(), sqlx::Error> {
    put(on, &tables::MEMBERSHIPS, document.memberships.iter().map(cells::membership), replaces).await?;
    let ids: Vec<&str> = document.memberships.iter().map(|row| row.id.as_str()).collect();
    bulk::delete(on, "membership_roles", "membership_id", &ids).await?;
    put(on, &tables::MEMBERSHIP_ROLES, document.memberships.iter().flat_map(cells::membership_roles), false).await
}

async fn accesses(on: &mut AnyConnection, document: &Document, replaces: bool) -> Result<(), sqlx::Error> {
    put(on, &tables::ACCESSES, document.accesses.iter().map(cells::access), replaces).await?;
    let ids: Vec<&str> = document.accesses.iter().map(|row| row.id.as_str()).collect();
    bulk::delete(on, "access_roles", "access_id", &ids).await?;
    put(on, &tables::ACCESS_ROLES, document.accesses.iter().flat_map(cells::access_roles), false).await
}

async fn put<'a>(
    on: &mut AnyConnection,
    target: &Target,
    rows: impl Iterator<Item = Cells<'a>> + Send,
    reordered: bool,
) -> Result<(), sqlx::Error> {
    let rows: Vec<Cells<'a>> = rows.collect();
    bulk::upsert(on, target, &rows, reordered).await
}

async fn try_put<'a>(
    on: &mut AnyConnection,
    target: &Target,
    rows: impl Iterator<Item = Result<Cells<'a>, sqlx::Error>> + Send,
    reordered: bool,
) -> Result<(), sqlx::Error> {
    let rows = rows.collect::<Result<Vec<Cells<'a>>, _>>()?;
    bulk::upsert(on, target, &rows, reordered).await
}
