//! Keeps what was read from the provider outside of an operation.

use crate::{
    adapters::sql::{SqlStore, session::flag, transaction::LOCK},
    ports::store::{StoreError, operation::Reading},
};

/// Says that the newest confirmation, if it is a reading of the same, was seen again. $1 subscription, $2 when,
/// $3 quantity, $4 price at odds, $5 and $6 target.
const SEEN_AGAIN: &str = "UPDATE operations SET settled_at = $2 WHERE state = 'observed' AND to_quantity = $3 \
     AND price_at_odds = $4 AND stripe_subscription_id = $5 AND stripe_item_id = $6 \
     AND id = (SELECT o.id FROM operations o WHERE o.subscription_id = $1 AND o.state IN ('applied', 'observed') \
     ORDER BY o.seq DESC LIMIT 1)";

/// Writes a reading, unless an operation is under way or was settled after the reading: then it may tell of the past.
const OBSERVE: &str = "INSERT INTO operations (id, mandate_id, subscription_id, stripe_subscription_id, \
     stripe_item_id, to_quantity, price_at_odds, state, created_at, settled_at) \
     SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), \
     CAST($6 AS BIGINT), CAST($7 AS BIGINT), 'observed', CAST($8 AS BIGINT), CAST($8 AS BIGINT) \
     WHERE NOT EXISTS (SELECT 1 FROM operations o WHERE o.subscription_id = $3 \
     AND (o.state IN ('prepared', 'sent', 'in_doubt') OR (o.state <> 'observed' AND o.settled_at > $8)))";

impl SqlStore {
    /// The mandate's lock keeps an operation from being formed between the question and the row.
    pub(super) async fn write_reading(&self, reading: &Reading) -> Result<(), StoreError> {
        let session = &self.session;
        let mut transaction = session.begin(&self.writer).await?;
        session.run(&mut transaction, session.query(LOCK).bind(reading.mandate_id.clone())).await?;
        let again = session
            .query(SEEN_AGAIN)
            .bind(reading.subscription_id.clone())
            .bind(reading.at)
            .bind(reading.quantity)
            .bind(flag(reading.price_at_odds))
            .bind(reading.target.subscription.clone())
            .bind(reading.target.item.clone());
        if session.run(&mut transaction, again).await? == 0 {
            let observe = session
                .query(OBSERVE)
                .bind(reading.id.clone())
                .bind(reading.mandate_id.clone())
                .bind(reading.subscription_id.clone())
                .bind(reading.target.subscription.clone())
                .bind(reading.target.item.clone())
                .bind(reading.quantity)
                .bind(flag(reading.price_at_odds))
                .bind(reading.at);
            session.run(&mut transaction, observe).await?;
        }
        session.commit(transaction).await
    }
}
