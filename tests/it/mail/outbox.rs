//! The outbox in a database of its own: one mandate, its members and the notices that wait.

use std::sync::Arc;

use sqlx::{AnyConnection, Connection, Row};
use turnpike::{
    adapters::sql::SqlStore,
    ports::{clock::Millis, store::outbox::NewNotice},
};

use crate::engines::{self, TestDatabase};

/// What became of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Due again from then on, after so many attempts.
    Waiting {
        from: Millis,
        attempts: i64,
    },
    Sent(Millis),
    Dead(String),
}

/// A member: address and the label of the one role.
pub(super) type Member<'a> = (Option<&'a str>, &'a str);

/// The database.
pub(super) struct Outbox {
    pub(super) store: Arc<SqlStore>,
    database: TestDatabase,
}

impl Outbox {
    /// The mandate `m1`, called Muster AG, with these members, and the notices, as use cases write them.
    pub(super) async fn new(members: &[Member<'_>], notices: &[NewNotice]) -> Self {
        let database = engines::sqlite().await;
        let outbox = Self { store: Arc::new(database.store().await), database };
        outbox.execute("INSERT INTO mandates (id, name, label) VALUES ('m1', 'muster', 'Muster AG')", &[]).await;
        for (number, (email, role)) in members.iter().enumerate() {
            let id = Some(number.to_string());
            let email = email.map(str::to_owned);
            outbox.execute("INSERT INTO users (id, username, email) VALUES ($1, $1, $2)", &[id.clone(), email]).await;
            outbox
                .execute(
                    "INSERT INTO memberships (id, user_id, mandate_id) VALUES ($1, $1, 'm1')",
                    std::slice::from_ref(&id),
                )
                .await;
            let role = Some((*role).to_owned());
            outbox
                .execute("INSERT INTO roles (id, label, mandate_id) VALUES ($1, $2, 'm1')", &[id.clone(), role])
                .await;
            outbox.execute("INSERT INTO membership_roles (membership_id, role_id) VALUES ($1, $1)", &[id]).await;
        }
        outbox.add(notices).await;
        outbox
    }

    /// Further notices, as use cases write them.
    pub(super) async fn add(&self, notices: &[NewNotice]) {
        for notice in notices {
            let paragraphs = serde_json::to_string(&notice.body_paragraphs).expect("JSON");
            let NewNotice { id, change_id, mandate_id, subject, headline, .. } = notice.clone();
            let values = [id, change_id, mandate_id, subject, headline, paragraphs, notice.created_at.to_string()];
            self.execute(
                "INSERT INTO notices (id, change_id, mandate_id, subject, headline, body_paragraphs, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, CAST($7 AS BIGINT))",
                &values.map(Some),
            )
            .await;
        }
    }

    /// What became of the notices, in order.
    pub(super) async fn states(&self) -> Vec<State> {
        let sql = "SELECT state, not_before, attempts, coalesce(sent_at, 0), coalesce(last_error, '') FROM notices ORDER BY seq";
        let rows = sqlx::query(sql).fetch_all(&mut self.connect().await).await.expect("rows");
        let state = |row: &sqlx::any::AnyRow| match row.get::<String, _>(0).as_str() {
            "waiting" => State::Waiting { from: row.get(1), attempts: row.get(2) },
            "sent" => State::Sent(row.get(3)),
            _ => State::Dead(row.get(4)),
        };
        rows.iter().map(state).collect()
    }

    /// Takes the notices away, so that the store cannot answer, or brings them back.
    pub(super) async fn set_away(&self, away: bool) {
        let (from, to) = if away { ("notices", "gone") } else { ("gone", "notices") };
        self.database.execute(&format!("ALTER TABLE {from} RENAME TO {to}")).await;
    }

    async fn execute(&self, sql: &'static str, values: &[Option<String>]) {
        let query = values.iter().fold(sqlx::query(sql), |query, value| query.bind(value.clone()));
        query.execute(&mut self.connect().await).await.expect("a written row");
    }

    async fn connect(&self) -> AnyConnection {
        AnyConnection::connect(&self.database.url).await.expect("a connection")
    }
}
