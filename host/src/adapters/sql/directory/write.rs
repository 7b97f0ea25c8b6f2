//! Writes one entry as an import would, deletes one, and tells of it where that is an event.

use sqlx::AnyConnection;

use crate::{
    adapters::sql::{
        rows::event,
        session::{Query, Session},
        transaction::SqlTransaction,
        transfer,
    },
    ports::{
        clock::Millis,
        store::{StoreError, transfer::LoadError},
    },
    transfer::{Document, Entry, Kind},
};

const NOW: &str = "SELECT 'now' AS kind, CAST(now_ms() AS TEXT) AS json";

/// Whoever gives the user a membership or an access meanwhile is waited for.
const HOLD_USER: &str = "SELECT 'user' AS kind, w.id AS json FROM users w WHERE w.id = $1 FOR UPDATE";

const REMOVE_USER: &str = "DELETE FROM users WHERE id = $1 \
     AND NOT EXISTS (SELECT 1 FROM memberships u WHERE u.user_id = users.id) \
     AND NOT EXISTS (SELECT 1 FROM accesses a WHERE a.user_id = users.id)";

/// Writes an entry, new or in place of what is there, and tells of it where that is an event.
pub(super) async fn put(session: &Session, on: &mut AnyConnection, entry: &Entry) -> Result<(), LoadError> {
    let now = now(session, on).await?;
    transfer::write(on, session.dialect, &Document::from(entry.clone()), now).await?;
    let (told, id) = match entry {
        Entry::Subscription(subscription) => (event::SUBSCRIPTION_AS_IT_IS, &subscription.id),
        Entry::Access(access) => (event::ACCESS_AS_IT_IS, &access.id),
        Entry::Role(role) => (event::ROLE_AS_IT_IS, &role.id),
        _ => return Ok(()),
    };
    session.run(on, session.query(told).bind(id.clone()).bind(now)).await?;
    Ok(())
}

/// Deletes the row of an entry with those that are only about it, and tells of that where it is an event. An access that
/// somebody has goes by ending it.
pub(super) async fn remove(
    session: &Session,
    on: &mut AnyConnection,
    kind: Kind,
    name: &str,
) -> Result<(), StoreError> {
    let about = |sql: &str| session.query(sql).bind(name.to_owned());
    match kind {
        Kind::Subscriptions => session.run(on, about(event::SUBSCRIPTION_REMOVED)).await?,
        Kind::Roles => {
            let now = now(session, on).await?;
            session.run(on, about(event::ROLE_REMOVED).bind(now)).await?
        }
        _ => 0,
    };
    let delete = format!("DELETE FROM {} WHERE {} = $1", kind.section(), kind.name_field());
    session.run(on, about(&delete)).await.map(|_| ())
}

/// The database's clock.
async fn now(session: &Session, on: &mut AnyConnection) -> Result<Millis, StoreError> {
    session.rows(on, session.query(NOW)).await?.first().map_or(Ok(0), |row| row.decode())
}

/// Deletes a user on whom nothing hangs.
pub(super) async fn remove_user(on: &mut SqlTransaction, user_id: &str) -> Result<bool, StoreError> {
    let about = |session: &Session, sql: &str| -> Query { session.query(sql).bind(user_id.to_owned()) };
    let hold = about(&on.session, HOLD_USER);
    on.rows(hold).await?;
    let remove = about(&on.session, REMOVE_USER);
    Ok(on.run(remove).await? == 1)
}
