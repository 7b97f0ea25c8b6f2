//! Requests of members for features, and how they end.

use async_trait::async_trait;
use serde::Deserialize;
use sqlx::AnyConnection;

use super::{SqlStore, audit, error::inconsistent, outbox, session::Row};
use crate::ports::{
    clock::Millis,
    store::{
        StoreError,
        audit::AuditEntry,
        feature_request::{ClosedRequest, FeatureRequest, FeatureRequestStore, NewFeatureRequest, RequestState},
        outbox::NewNotice,
    },
};

/// What of `feature_requests` is open.
macro_rules! open {
    () => {
        "feature_requests.closed IS NULL AND NOT EXISTS (SELECT 1 FROM changes c \
         WHERE c.id = feature_requests.change_id AND c.state IN ('queued', 'billing', 'done'))"
    };
}

const WRITE: &str = "INSERT INTO feature_requests (id, mandate_id, feature_code, user_id, note, price_minor, currency, \
     asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";

/// $1 request, $2 how, $3 when, $4 by whom, $5 what is said.
const CLOSE: &str = concat!(
    "UPDATE feature_requests SET closed = $2, closed_at = $3, closed_by = $4, answer = $5 WHERE id = $1 AND ",
    open!()
);

/// $1 request, $2 change.
pub(super) const APPROVE: &str = concat!("UPDATE feature_requests SET change_id = $2 WHERE id = $1 AND ", open!());

/// A change that came to nothing approves nothing.
const READ: &str = "SELECT 'request' AS kind, CAST(json_object('place', r.seq, 'id', r.id, 'mandate_id', r.mandate_id, \
     'feature_code', r.feature_code, 'user_id', r.user_id, 'username', u.username, 'note', r.note, \
     'price_minor', r.price_minor, 'currency', r.currency, 'asked_at', r.asked_at, \
     'state', CASE WHEN r.closed IS NOT NULL THEN r.closed WHEN c.state = 'done' THEN 'approved' \
     WHEN c.id IS NOT NULL THEN 'approving' ELSE 'open' END, \
     'settled_at', coalesce(r.closed_at, c.settled_at), 'settled_by', b.username, 'answer', r.answer, \
     'change_id', c.id) AS TEXT) AS json FROM feature_requests r JOIN users u ON u.id = r.user_id \
     LEFT JOIN changes c ON c.id = r.change_id AND r.closed IS NULL AND c.state IN ('queued', 'billing', 'done') \
     LEFT JOIN users b ON b.id = coalesce(r.closed_by, c.user_id) WHERE ";

/// $1 mandate, $2 user, $3 feature.
const SAME: &str = "r.mandate_id = $1 AND r.user_id = $2 AND r.feature_code = $3 AND r.closed IS NULL \
     AND (c.state IS NULL OR c.state <> 'done') ORDER BY r.seq DESC LIMIT 1";

#[derive(Deserialize)]
struct RequestRow {
    place: i64,
    id: String,
    mandate_id: String,
    feature_code: String,
    user_id: String,
    username: String,
    note: Option<String>,
    price_minor: Option<i64>,
    currency: Option<String>,
    asked_at: Millis,
    state: RequestState,
    settled_at: Option<Millis>,
    settled_by: Option<String>,
    answer: Option<String>,
    change_id: Option<String>,
}

impl From<RequestRow> for FeatureRequest {
    fn from(row: RequestRow) -> Self {
        Self {
            place: row.place,
            id: row.id,
            mandate_id: row.mandate_id,
            feature_code: row.feature_code,
            user_id: row.user_id,
            username: row.username,
            note: row.note,
            price: row.price_minor.zip(row.currency),
            asked_at: row.asked_at,
            state: row.state,
            settled_at: row.settled_at,
            settled_by: row.settled_by,
            answer: row.answer,
            change_id: row.change_id,
        }
    }
}

#[async_trait]
impl FeatureRequestStore for SqlStore {
    async fn request_feature(
        &self,
        request: &NewFeatureRequest,
        notice: &NewNotice,
        entry: &AuditEntry,
    ) -> Result<FeatureRequest, StoreError> {
        let mut transaction = self.session.begin(&self.writer).await?;
        if let Some(same) = self.same_request(&mut transaction, request).await? {
            self.session.roll_back(transaction).await?;
            return Ok(same);
        }
        let (price, currency) = request.price.clone().unzip();
        let write = self
            .session
            .query(WRITE)
            .bind(request.id.clone())
            .bind(request.mandate_id.clone())
            .bind(request.feature_code.clone())
            .bind(request.user_id.clone())
            .bind(request.note.clone())
            .bind(price)
            .bind(currency)
            .bind(request.asked_at);
        // Another request of the same person may have come first in this moment.
        if self.session.run(&mut transaction, write).await? > 0 {
            outbox::insert(&self.session, &mut transaction, std::slice::from_ref(notice)).await?;
            audit::add(&self.session, &mut transaction, entry).await?;
        }
        let written = self.same_request(&mut transaction, request).await?;
        self.session.commit(transaction).await?;
        written.ok_or_else(|| inconsistent("a request that was written is not there"))
    }

    async fn feature_request(&self, id: &str) -> Result<Option<FeatureRequest>, StoreError> {
        let query = self.session.query(&format!("{READ} r.id = $1")).bind(id.to_owned());
        let rows = self.session.rows_alone(&self.readers, query).await?;
        rows.first().map(read).transpose()
    }

    async fn feature_requests(
        &self,
        mandate_id: &str,
        user_id: Option<&str>,
        (before, limit): (Option<i64>, i64),
    ) -> Result<Vec<FeatureRequest>, StoreError> {
        let whose = if user_id.is_some() { " AND r.user_id = $4" } else { "" };
        let sql = format!("{READ} r.mandate_id = $1 AND r.seq < $2{whose} ORDER BY r.seq DESC LIMIT $3");
        let query = self.session.query(&sql).bind(mandate_id.to_owned()).bind(before.unwrap_or(i64::MAX)).bind(limit);
        let query = match user_id {
            Some(user_id) => query.bind(user_id.to_owned()),
            None => query,
        };
        self.session.rows_alone(&self.readers, query).await?.iter().map(read).collect()
    }

    async fn close_feature_request(
        &self,
        id: &str,
        closing: &ClosedRequest,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.session.begin(&self.writer).await?;
        let close = self
            .session
            .query(CLOSE)
            .bind(id.to_owned())
            .bind(closing.state.as_str())
            .bind(closing.at)
            .bind(closing.user_id.clone())
            .bind(closing.answer.clone());
        let is_closed = self.session.run(&mut transaction, close).await? > 0;
        if is_closed {
            audit::add(&self.session, &mut transaction, entry).await?;
        }
        self.session.commit(transaction).await?;
        Ok(is_closed)
    }
}

impl SqlStore {
    /// The one of the same person for the same feature of the mandate that nobody answered.
    async fn same_request(
        &self,
        on: &mut AnyConnection,
        request: &NewFeatureRequest,
    ) -> Result<Option<FeatureRequest>, StoreError> {
        let query = self
            .session
            .query(&format!("{READ}{SAME}"))
            .bind(request.mandate_id.clone())
            .bind(request.user_id.clone())
            .bind(request.feature_code.clone());
        self.session.rows(on, query).await?.first().map(read).transpose()
    }
}

fn read(row: &Row) -> Result<FeatureRequest, StoreError> {
    row.decode::<RequestRow>().map(FeatureRequest::from)
}
