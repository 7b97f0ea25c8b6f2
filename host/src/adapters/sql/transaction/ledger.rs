//! What is needed to form the next operation of a subscription, and writing it.

use serde::Deserialize;

use super::SqlTransaction;
use crate::{
    adapters::sql::{
        audit,
        error::{expect_rows, inconsistent},
        rows::{
            change::{change, change_json},
            flag,
            pause::billing_is_paused,
        },
        session::list,
    },
    ports::{
        billing::BillingTarget,
        clock::Millis,
        store::{
            StoreError,
            audit::AuditEntry,
            operation::{LedgerView, NewOperation},
        },
    },
};

/// $1 subscription. One for which no operation may be formed counts as unresolved. What is put off is neither among the queued nor, where it is active already, among the billed. A
/// withdrawal is not carried by an operation: it waits for that of its activation.
const LEDGER: &str = concat!(
    "SELECT 'subscription' AS kind, CAST(0 AS BIGINT) AS seq, CAST(json_object(",
    "'stripe_subscription_id', s.stripe_subscription_id, 'stripe_item_id', s.stripe_item_id, ",
    "'price_minor', p.price_minor, 'currency', p.currency, ",
    "'unresolved', (SELECT count(*) FROM operations o WHERE o.subscription_id = s.id ",
    "AND o.state IN ('prepared', 'sent', 'in_doubt')) + ",
    "(SELECT count(*) FROM checks k WHERE k.subscription_id = s.id AND k.holds = 1), ",
    "'paused', ",
    billing_is_paused!(),
    ", ",
    "'confirmed', (SELECT o.to_quantity FROM operations o WHERE o.subscription_id = s.id ",
    "AND o.state IN ('applied', 'observed') AND o.stripe_subscription_id = s.stripe_subscription_id ",
    "AND o.stripe_item_id = s.stripe_item_id ORDER BY o.seq DESC LIMIT 1), ",
    "'billed', (SELECT count(*) FROM instances i WHERE i.mandate_id = s.mandate_id AND i.state = 'active') ",
    "+ (SELECT count(*) FROM changes c WHERE c.subscription_id = s.id AND c.kind = 'end' ",
    "AND c.gate IS NULL AND c.state IN ('queued', 'billing')) ",
    "- (SELECT count(*) FROM changes c WHERE c.subscription_id = s.id AND c.kind IN ('activate', 'restore') ",
    "AND c.gate IS NULL AND c.state = 'queued' AND c.not_before > now_ms()), ",
    "'last_invoice_at', (SELECT max(coalesce(o.settled_at, o.first_sent_at, o.created_at)) FROM operations o ",
    "WHERE o.subscription_id = s.id AND o.gate = 'payment' AND o.state IN ('prepared', 'sent', 'in_doubt', 'applied') ",
    "AND (o.settled_at IS NULL OR o.settled_at > now_ms() - 86400000))) AS TEXT) AS json ",
    "FROM subscriptions s LEFT JOIN plans p ON p.key = s.plan_key WHERE s.id = $1 ",
    "UNION ALL SELECT 'change', c.seq, ",
    change_json!(),
    " FROM changes c WHERE c.subscription_id = $1 AND c.state = 'queued' ",
    "AND c.kind IN ('activate', 'restore', 'end') AND c.not_before <= now_ms() ORDER BY 2"
);

const CREDIT_FROM: &str = "UPDATE operations SET credit_from = $2 WHERE id = $1";

#[derive(Deserialize)]
struct LedgerRow {
    stripe_subscription_id: Option<String>,
    stripe_item_id: Option<String>,
    price_minor: Option<i64>,
    currency: Option<String>,
    unresolved: i64,
    #[serde(deserialize_with = "flag")]
    paused: bool,
    confirmed: Option<i64>,
    billed: i64,
    last_invoice_at: Option<i64>,
}

impl SqlTransaction {
    /// A subscription that is not on file has no target, so that nothing is formed.
    pub(super) async fn read_ledger(&mut self, subscription_id: &str) -> Result<LedgerView, StoreError> {
        let mut view = LedgerView {
            target: None,
            plan_price: None,
            unresolved: false,
            paused: false,
            confirmed: None,
            billed: 0,
            last_invoice_at: None,
            queued: Vec::new(),
        };
        let query = self.session.query(LEDGER).bind(subscription_id.to_owned());
        for row in self.rows(query).await? {
            if row.kind == "change" {
                view.queued.push(change(&row)?);
                continue;
            }
            let row: LedgerRow = row.decode()?;
            view.target = row
                .stripe_subscription_id
                .zip(row.stripe_item_id)
                .map(|(subscription, item)| BillingTarget { subscription, item });
            view.plan_price = row.price_minor.zip(row.currency);
            view.unresolved = row.unresolved > 0;
            view.paused = row.paused;
            view.confirmed = row.confirmed;
            view.billed = row.billed;
            view.last_invoice_at = row.last_invoice_at;
        }
        Ok(view)
    }

    pub(super) async fn write_correction(
        &mut self,
        operation: &NewOperation,
        credit_from: Option<Millis>,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        self.insert_operation(operation).await?;
        if credit_from.is_some() {
            let owed = self.session.query(CREDIT_FROM).bind(operation.id.clone()).bind(credit_from);
            expect_rows("operation to be credited", self.run(owed).await?, 1)?;
        }
        audit::add(&self.session, &mut self.transaction, entry).await
    }

    /// Returns the operation's `seq`.
    pub(super) async fn write_operation(
        &mut self,
        operation: &NewOperation,
        change_ids: &[String],
    ) -> Result<i64, StoreError> {
        if change_ids.is_empty() {
            return Err(inconsistent("an operation must carry a change"));
        }
        let seq = self.insert_operation(operation).await?;
        let sql = format!(
            "UPDATE changes SET state = 'billing', operation_id = $1 WHERE subscription_id = $2 AND state = 'queued' \
             AND id IN ({})",
            list(3, change_ids.len())
        );
        let query = self.session.query(&sql).bind(operation.id.clone()).bind(operation.subscription_id.clone());
        let query = change_ids.iter().fold(query, |query, id| query.bind(id.clone()));
        expect_rows("changes to be carried", self.run(query).await?, change_ids.len())?;
        Ok(seq)
    }
}
