//! Writes one entry as an import would, and deletes users.

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
    transfer::{Document, Entry},
};

const NOW: &str = "SELECT 'now' AS kind, CAST(now_ms() AS TEXT) AS json";

/// Whoever gives the user a membership or an access meanwhile is waited for.
const HOLD_USER: &str = "SELECT 'user' AS kind, w.id AS json FROM users w WHERE w.id = $1 FOR UPDATE";

const REMOVE_USER: &str = "DELETE FROM users WHERE id = $1 \
     AND NOT EXISTS (SELECT 1 FROM memberships u WHERE u.user_id = users.id) \
     AND NOT EXISTS (SELECT 1 FROM accesses a WHERE a.user_id = users.id)";

/// Writes an entry, new or in place of what is there, and tells of it where that is an event.
pub(super) async fn put(session: &Session, on: &mut AnyConnection, entry: &Entry) -> Result<(), LoadError> {
    let now = session.rows(on, session.query(NOW)).await?;
    let now: Millis = now.first().map_or(Ok(0), |row| row.decode())?;
    transfer::write(on, session.dialect, &Document::from(entry.clone()), now).await?;
    let (told, id) = match entry {
        Entry::Subscription(subscription) => (event::SUBSCRIPTION_AS_IT_IS, &subscription.id),
        Entry::Access(access) => (event::ACCESS_AS_IT_IS, &access.id),
        _ => return Ok(()),
    };
    session.run(on, session.query(told).bind(id.clone()).bind(now)).await?;
    Ok(())
}

/// Deletes a user on whom nothing hangs.
pub(super) async fn remove_user(on: &mut SqlTransaction, user_id: &str) -> Result<bool, StoreError> {
    let about = |session: &Session, sql: &str| -> Query { session.query(sql).bind(user_id.to_owned()) };
    let hold = about(&on.session, HOLD_USER);
    on.rows(hold).await?;
    let remove = about(&on.session, REMOVE_USER);
    Ok(on.run(remove).await? == 1)
}
