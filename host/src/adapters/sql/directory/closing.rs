//! Mandates that are being deleted: closed at once, and gone when nobody pays for anything in them any more.

use serde::Deserialize;

use crate::{
    adapters::sql::session::Row,
    ports::store::{StoreError, directory::Closing},
};

/// All of them.
pub(super) const ALL: &str = "SELECT 'closing' AS kind, CAST(json_object('id', m.id) AS TEXT) AS json \
     FROM mandates m WHERE m.closing_at IS NOT NULL ORDER BY m.closing_at, m.seq";

/// $1 mandate, $2 when, $3 by whom.
pub(super) const CLOSE: &str =
    "UPDATE mandates SET closing_at = $2, closing_by = $3, enabled = 0 WHERE id = $1 AND closing_at IS NULL";

/// What is not bound, bound to what belongs to another mandate, or over, is charged for no more. $1 mandate.
pub(super) const STATE: &str = "SELECT 'closing' AS kind, CAST(json_object('since', m.closing_at, \
     'by', m.closing_by, 'instances', (SELECT count(*) FROM instances i WHERE i.mandate_id = m.id), \
     'open', (SELECT count(*) FROM changes c WHERE c.mandate_id = m.id AND c.state IN ('queued', 'billing')) \
     + (SELECT count(*) FROM operations o WHERE o.mandate_id = m.id AND o.state IN ('prepared', 'sent', 'in_doubt'))) \
     AS TEXT) AS json FROM mandates m WHERE m.id = $1 AND m.closing_at IS NOT NULL \
     UNION ALL SELECT 'subscription', CAST(json_object('id', s.id, \
     'quantity', (SELECT o.to_quantity FROM operations o WHERE o.subscription_id = s.id \
     AND o.state IN ('applied', 'observed') AND o.stripe_subscription_id = s.stripe_subscription_id \
     AND o.stripe_item_id = s.stripe_item_id ORDER BY o.seq DESC LIMIT 1)) AS TEXT) \
     FROM subscriptions s JOIN mandates m ON m.id = s.mandate_id WHERE s.mandate_id = $1 \
     AND m.closing_at IS NOT NULL AND s.stripe_subscription_id IS NOT NULL AND s.stripe_item_id IS NOT NULL \
     AND s.status NOT IN ('CANCELED', 'EXPIRED') \
     AND (s.refused_binding IS NULL OR s.refused_binding <> s.stripe_subscription_id)";

/// Each before what it refers to; $1 mandate. Nobody is left to be told anything.
pub(super) const REMOVE: [&str; 6] = [
    "DELETE FROM notices WHERE mandate_id = $1 AND state = 'waiting' AND lease_until <= now_ms()",
    "DELETE FROM ended_instances WHERE mandate_id = $1",
    "DELETE FROM subscriptions WHERE mandate_id = $1",
    "DELETE FROM memberships WHERE mandate_id = $1",
    "DELETE FROM roles WHERE mandate_id = $1",
    "DELETE FROM mandates WHERE id = $1",
];

#[derive(Deserialize)]
struct ClosingRow {
    since: i64,
    by: Option<String>,
    instances: i64,
    open: i64,
}

#[derive(Deserialize)]
struct QuantityRow {
    id: String,
    quantity: Option<i64>,
}

/// Puts the rows of [`STATE`] together.
pub(super) fn read(rows: &[Row]) -> Result<Option<Closing>, StoreError> {
    let mut state = None;
    let mut quantities = Vec::new();
    for row in rows {
        if row.kind == "closing" {
            state = Some(row.decode::<ClosingRow>()?);
        } else {
            let QuantityRow { id, quantity } = row.decode()?;
            quantities.push((id, quantity));
        }
    }
    Ok(state.map(|row| Closing {
        since: row.since,
        by: row.by.unwrap_or_default(),
        instances: row.instances,
        open: row.open,
        quantities,
    }))
}
