//! Empties the database for a document that replaces everything.
//!
//! What the file does not carry goes with the rest: ended instances, waiting mails, and the ledger with changes and
//! idempotency keys. So a subscription's confirmed quantity is unknown afterwards and is read from the provider before
//! anything is billed. Who had a home mandate is what the file's `homeOf` says. What stays is proof: the record of
//! decisions with the policy modules and settings that made them, and the audit trail. Whoever is in the file keeps the key
//! of the record's pseudonyms; whoever is not is gone, and the key with them.

use std::collections::HashSet;

use sqlx::{AnyConnection, Row};

use super::{Failure, bulk};
use crate::{ports::store::transfer::LoadError, transfer::Document};

/// Tables that are emptied, each before those that it refers to.
const EMPTIED: [&str; 17] = [
    "DELETE FROM access_roles",
    "DELETE FROM membership_roles",
    "DELETE FROM accesses",
    "DELETE FROM memberships",
    "DELETE FROM roles",
    "DELETE FROM instances",
    "DELETE FROM ended_instances",
    "DELETE FROM subscriptions",
    "DELETE FROM home_grants",
    "DELETE FROM notices",
    "DELETE FROM changes",
    "DELETE FROM operations",
    "DELETE FROM quotes",
    "DELETE FROM resources",
    "DELETE FROM features",
    "DELETE FROM plans",
    // Of the mandates that stay: the file says that they are there.
    "UPDATE mandates SET closing_at = NULL, closing_by = NULL WHERE closing_at IS NOT NULL",
];

/// Empties the database, unless billing is under way and is not to be discarded. The rows of mandates that the file has
/// too stay, because their locks are held, and those of users, because of their keys.
pub(super) async fn empty(
    connection: &mut AnyConnection,
    document: &Document,
    discard_billing: bool,
) -> Result<(), Failure> {
    if !discard_billing {
        match open_billing(connection).await? {
            0 => {}
            open => return Err(Failure::Refused(LoadError::BillingOpen { open })),
        }
    }
    for statement in EMPTIED {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    let mandates = document.mandates.iter().map(|mandate| mandate.id.as_str()).collect();
    let users = document.users.iter().map(|user| user.id.as_str()).collect();
    delete_others(connection, "mandates", "SELECT id FROM mandates", mandates).await?;
    Ok(delete_others(connection, "users", "SELECT id FROM users", users).await?)
}

/// How many changes wait for billing, or operations without one.
async fn open_billing(connection: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    let row = sqlx::query(
        "SELECT (SELECT count(*) FROM changes WHERE state IN ('queued', 'billing')),
                (SELECT count(*) FROM operations WHERE state IN ('prepared', 'sent', 'in_doubt'))",
    )
    .fetch_one(connection)
    .await?;
    let (changes, operations): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    Ok(changes.max(operations))
}

/// Deletes the rows of a table that are not to be kept.
async fn delete_others(
    connection: &mut AnyConnection,
    table: &'static str,
    ids: &'static str,
    kept: HashSet<&str>,
) -> Result<(), sqlx::Error> {
    let mut gone = Vec::new();
    for row in sqlx::query(ids).fetch_all(&mut *connection).await? {
        let id: String = row.try_get(0)?;
        if !kept.contains(id.as_str()) {
            gone.push(id);
        }
    }
    let gone: Vec<&str> = gone.iter().map(String::as_str).collect();
    bulk::delete(connection, table, "id", &gone).await
}
