//! Writes and uses quotes.

use async_trait::async_trait;

use super::{SqlStore, error::inconsistent};
use crate::ports::store::{
    StoreError,
    quote::{QuoteRecord, QuoteStore},
};

const KEEP: &str = "INSERT INTO quotes (id, mandate_id, user_id, wish, revision, offer, prorated, created_at, \
     expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// A quote is used once: whoever is second touches no row. $1 quote, $2 change.
pub(super) const USE: &str = "UPDATE quotes SET used_by = $2 WHERE id = $1 AND used_by IS NULL";

#[async_trait]
impl QuoteStore for SqlStore {
    async fn keep_quote(&self, quote: &QuoteRecord) -> Result<(), StoreError> {
        let offer = serde_json::to_string(&quote.offer).map_err(|_| inconsistent("an offer cannot be stored"))?;
        let query = self
            .session
            .query(KEEP)
            .bind(quote.id.clone())
            .bind(quote.mandate_id.clone())
            .bind(quote.user_id.clone())
            .bind(quote.wish.clone())
            .bind(quote.revision.clone())
            .bind(offer)
            .bind(quote.offer.prorated)
            .bind(quote.created_at)
            .bind(quote.expires_at);
        self.session.run_alone(&self.writer, query).await.map(|_| ())
    }
}
