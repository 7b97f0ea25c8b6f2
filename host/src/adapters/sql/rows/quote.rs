//! A quote as it is read.

use serde::Deserialize;

use crate::{
    adapters::sql::session::{Row, decode},
    ports::store::{StoreError, quote::QuoteRecord},
};

/// The JSON text of a row of `quotes q`.
macro_rules! quote_json {
    () => {
        "CAST(json_object('id', q.id, 'mandate_id', q.mandate_id, 'user_id', q.user_id, 'wish', q.wish, \
         'revision', q.revision, 'offer', q.offer, 'created_at', q.created_at, 'expires_at', q.expires_at, \
         'used_by', q.used_by) AS TEXT)"
    };
}
pub(in crate::adapters::sql) use quote_json;

#[derive(Deserialize)]
struct QuoteRow {
    id: String,
    mandate_id: String,
    user_id: String,
    wish: String,
    revision: String,
    offer: String,
    created_at: i64,
    expires_at: i64,
    used_by: Option<String>,
}

/// Reads a row that was made with [`quote_json`].
///
/// # Errors
/// [`StoreError::Inconsistent`].
pub(in crate::adapters::sql) fn quote(row: &Row) -> Result<QuoteRecord, StoreError> {
    let row: QuoteRow = row.decode()?;
    Ok(QuoteRecord {
        id: row.id,
        mandate_id: row.mandate_id,
        user_id: row.user_id,
        wish: row.wish,
        revision: row.revision,
        offer: decode("offer", &row.offer)?,
        created_at: row.created_at,
        expires_at: row.expires_at,
        used_by: row.used_by,
    })
}
