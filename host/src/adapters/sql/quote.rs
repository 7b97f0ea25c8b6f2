//! Writes and uses quotes.

use async_trait::async_trait;
use serde::Deserialize;

use super::{SqlStore, error::inconsistent};
use crate::ports::store::{
    StoreError,
    quote::{Billed, Misquoted, OfferSource, QuoteRecord, QuoteStore},
};

const KEEP: &str = "INSERT INTO quotes (id, mandate_id, user_id, wish, revision, offer, prorated, created_at, \
     expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// A quote is used once: whoever is second touches no row. $1 quote, $2 change.
pub(super) const USE: &str = "UPDATE quotes SET used_by = $2 WHERE id = $1 AND used_by IS NULL";

/// $1 operation, $2 quote, $3 what was billed.
const KEEP_BILLED: &str = "UPDATE operations SET billed_minor = $3, \
     quoted_minor = (SELECT q.prorated FROM quotes q WHERE q.id = $2) WHERE id = $1 \
     RETURNING 'quoted' AS kind, coalesce(CAST(quoted_minor AS TEXT), 'null') AS json";

const MISQUOTED: &str = "SELECT 'misquoted' AS kind, CAST(json_object('operation_id', o.id, \
     'mandate_id', o.mandate_id, 'quoted', o.quoted_minor, 'billed', o.billed_minor) AS TEXT) AS json \
     FROM operations o WHERE o.quoted_minor IS NOT NULL \
     AND (o.billed_minor IS NULL OR o.billed_minor <> o.quoted_minor) ORDER BY o.seq DESC LIMIT 100";

#[derive(Deserialize)]
struct MisquotedRow {
    operation_id: String,
    mandate_id: String,
    quoted: i64,
    billed: Option<i64>,
}

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

    async fn misquoted(&self) -> Result<Vec<Misquoted>, StoreError> {
        let rows = self.session.rows_alone(&self.readers, self.session.query(MISQUOTED)).await?;
        rows.iter()
            .map(|row| {
                let MisquotedRow { operation_id, mandate_id, quoted, billed } = row.decode()?;
                Ok(Misquoted { operation_id, mandate_id, quoted, billed })
            })
            .collect()
    }
}
