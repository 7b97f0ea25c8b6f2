//! Withdraws instances that billing has not confirmed yet.

use serde_json::{Value, json};

use super::SqlTransaction;
use crate::{
    adapters::sql::{
        error::{expect_rows, overtaken},
        rows::instance::ended_accesses,
    },
    ports::store::{
        StoreError,
        change::{ChangeRecord, ChangeState},
        transaction::WithdrawRows,
    },
};

/// Who has access before that.
const ACCESSES: &str = concat!(
    "SELECT 'accesses' AS kind, ",
    ended_accesses!(),
    " AS json FROM instances i WHERE i.reserved_by_change = $1"
);

/// What is in a batch is not cancelled by itself: all of it is done or nothing.
const CANCEL: &str = "UPDATE changes SET state = 'cancelled', settled_at = $2 \
     WHERE id = $1 AND state = 'queued' AND kind IN ('activate', 'restore') AND batch_id IS NULL";

/// Makes a settlement of the operation wait for us, or us for it: settlements do not take the mandate's lock.
const LOCK_OPERATION: &str = "UPDATE operations SET fence = fence \
     WHERE id = (SELECT operation_id FROM changes WHERE id = $1) AND state IN ('prepared', 'sent', 'in_doubt')";

const REMEMBER_AGAIN: &str = "UPDATE ended_instances SET restored_by_change = NULL WHERE restored_by_change = $1";

/// Nobody has to be told of what was given up before it could be used.
const UNSAID: &str = "DELETE FROM notices WHERE state = 'waiting' AND change_id = $1";

const DELETE: &str = "DELETE FROM instances WHERE id = $1 AND reserved_by_change = $2 AND state = 'reserved'";

const MARK: &str = "UPDATE instances SET withdrawn_by_change = $3 WHERE id = $1 AND reserved_by_change = $2 \
     AND state = 'reserved' AND withdrawn_by_change IS NULL";

const CLOSE: &str = "DELETE FROM accesses WHERE instance_id = $1";

impl SqlTransaction {
    pub(super) async fn write_withdrawal(&mut self, rows: &WithdrawRows) -> Result<bool, StoreError> {
        let change = &rows.change;
        let activation = &rows.activation_id;
        let look = self.session.dialect.together(&[ACCESSES.to_owned(), LOCK_OPERATION.to_owned()]);
        let accesses = self.rows(self.session.query(&look).bind(activation.clone())).await?;
        let cancel = self.session.query(CANCEL).bind(activation.clone()).bind(change.created_at);
        let gone = self.run(cancel).await? == 1;
        if gone {
            self.run(self.session.query(REMEMBER_AGAIN).bind(activation.clone())).await?;
            self.run(self.session.query(UNSAID).bind(activation.clone())).await?;
            let delete = self.session.query(DELETE).bind(change.instance_id.clone()).bind(activation.clone());
            expect_rows("reserved instance to be withdrawn", self.run(delete).await?, 1)?;
        } else {
            let mark = self
                .session
                .query(MARK)
                .bind(change.instance_id.clone())
                .bind(activation.clone())
                .bind(change.id.clone());
            // Billing was faster: what is to be done is another thing now.
            if self.run(mark).await? == 0 {
                return Err(overtaken());
            }
            self.run(self.session.query(CLOSE).bind(change.instance_id.clone())).await?;
        }
        let (state, settled_at) =
            if gone { (ChangeState::Done, Some(change.created_at)) } else { (ChangeState::Queued, None) };
        let mut note = rows.note.clone();
        if let (Some(Value::Object(before)), Some(row)) = (&mut note.before, accesses.first()) {
            before.insert("accesses".to_owned(), row.decode()?);
        }
        // What an operation carries is gone when that is settled, which says so by itself.
        note.after = (!gone).then(|| json!({ "state": "withdrawn", "accesses": [] }));
        let change = ChangeRecord { state, settled_at, ..change.clone() };
        self.insert_change(&change, &rows.decision, &note, false).await?;
        Ok(gone)
    }
}
