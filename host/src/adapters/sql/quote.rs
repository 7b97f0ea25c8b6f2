//! Writes and uses quotes.

use async_trait::async_trait;

use super::{SqlStore, error::inconsistent};
use crate::ports::store::{
    StoreError,
    quote::{Billed, OfferSource, QuoteRecord, QuoteStore},
};

const KEEP: &str = "INSERT INTO quotes (id, mandate_id, user_id, wish, revision, offer, prorated, created_at, \
     expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// A quote is used once: whoever is second touches no row. $1 quote, $2 change.
pub(super) const USE: &str = "UPDATE quotes SET used_by = $2 WHERE id = $1 AND used_by IS NULL";

/// $1 operation, $2 quote, $3 what was billed.
const KEEP_BILLED: &str = "UPDATE operations SET billed_minor = $3, \
     quoted_minor = (SELECT q.prorated FROM quotes q WHERE q.id = $2) WHERE id = $1 \
     RETURNING 'quoted' AS kind, coalesce(CAST(quoted_minor AS TEXT), 'null') AS json";

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
            .bind((quote.offer.source == OfferSource::Stripe).then_some(quote.offer.prorated))
            .bind(quote.created_at)
            .bind(quote.expires_at);
        self.session.run_alone(&self.writer, query).await.map(|_| ())
    }

    async fn keep_billed(&self, billed: &Billed) -> Result<Option<i64>, StoreError> {
        let query = self
            .session
            .query(KEEP_BILLED)
            .bind(billed.operation_id.clone())
            .bind(billed.quote_id.clone())
            .bind(billed.billed);
        match self.session.rows_alone(&self.writer, query).await?.first() {
            Some(row) => row.decode(),
            None => Ok(None),
        }
    }
}
