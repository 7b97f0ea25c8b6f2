//! Ends instances, and takes single accesses away.

use serde_json::Value;

use super::{HOLD_SETTLEMENT, SqlTransaction};
use crate::{
    adapters::sql::{
        error::{expect_rows, overtaken},
        rows::{
            event::{self, role_labels},
            instance::ended_accesses,
        },
    },
    ports::store::{
        StoreError,
        audit::AuditEntry,
        transaction::{EndRows, LeaveRows, ReservedEnd},
    },
};

/// Remembers an active instance with who had access, for a restore, and tells of its end. $1 instance, $2 mandate, $3 ended at, $4 by whom,
/// $5 by which change, $6 label, $7 activated at.
const REMEMBER: &str = concat!(
    "INSERT INTO ended_instances (id, mandate_id, feature_code, label, activated_at, activated_by, ended_at, ended_by, \
     change_id, accesses) SELECT i.id, i.mandate_id, i.feature_code, $6, $7, i.activated_by, $3, $4, $5, ",
    ended_accesses!(),
    " FROM instances i WHERE i.id = $1 AND i.mandate_id = $2 AND i.state = 'active' \
     RETURNING 'ended' AS kind, accesses AS json"
);

const DELETE: &str = "DELETE FROM instances WHERE id = $1 AND mandate_id = $2";

const LEAVE: &str = "DELETE FROM accesses WHERE instance_id = $1 AND user_id = $2";

/// The access as it is before that, by the same values.
const LEFT: &str = concat!(
    "SELECT 'access' AS kind, CAST(json_object('userId', a.user_id, ",
    "'enabled', CASE WHEN a.enabled = 1 THEN json('true') ELSE json('false') END, 'roles', ",
    role_labels!(),
    ") AS TEXT) AS json FROM accesses a WHERE a.instance_id = $1 AND a.user_id = $2"
);

const RESERVE: &str = "UPDATE instances SET ending_by_change = $3 WHERE id = $1 AND mandate_id = $2 AND state = 'active' \
     AND ending_by_change IS NULL";

impl SqlTransaction {
    pub(super) async fn write_reserved_end(&mut self, rows: &ReservedEnd) -> Result<(), StoreError> {
        let change = &rows.change;
        let reserve = self
            .session
            .query(RESERVE)
            .bind(change.instance_id.clone())
            .bind(change.mandate_id.clone())
            .bind(change.id.clone());
        if self.run(reserve).await? == 0 {
            return Err(overtaken());
        }
        self.insert_change(change, &rows.decision, &rows.note, false).await?;
        self.insert_notices(std::slice::from_ref(&rows.notice)).await
    }

    pub(super) async fn write_end(&mut self, rows: &EndRows) -> Result<Option<i64>, StoreError> {
        let change = &rows.change;
        let remember = self
            .session
            .query(&self.session.dialect.together(&[REMEMBER.to_owned(), event::ENDS.to_owned()]))
            .bind(change.instance_id.clone())
            .bind(change.mandate_id.clone())
            .bind(change.created_at)
            .bind(change.user_id.clone())
            .bind(change.id.clone())
            .bind(rows.label.clone())
            .bind(rows.activated_at);
        // Rows returned, not touched: the events are written beside it.
        let remembered = self.rows(remember).await?;
        expect_rows("active instance to be ended", u64::try_from(remembered.len()).unwrap_or(u64::MAX), 1)?;
        let mut note = rows.note.clone();
        if let (Some(Value::Object(before)), Some(row)) = (&mut note.before, remembered.first()) {
            before.insert("accesses".to_owned(), row.decode()?);
        }
        let delete = self.session.query(DELETE).bind(change.instance_id.clone()).bind(change.mandate_id.clone());
        expect_rows("instance to be deleted", self.run(delete).await?, 1)?;
        self.insert_change(change, &rows.decision, &note, false).await?;
        let seq = match &rows.operation {
            Some(operation) => Some(self.insert_operation(operation).await?),
            None => None,
        };
        self.insert_notices(std::slice::from_ref(&rows.notice)).await?;
        Ok(seq)
    }

    pub(super) async fn write_leave(&mut self, rows: &LeaveRows) -> Result<(), StoreError> {
        let change = &rows.change;
        if rows.is_pending {
            self.run(self.session.query(HOLD_SETTLEMENT).bind(change.instance_id.clone())).await?;
        }
        let leaving = change.subject_id.as_ref().unwrap_or(&change.user_id);
        let leave = self.session.dialect.together(&[LEFT.to_owned(), LEAVE.to_owned()]);
        let query = self.session.query(&leave).bind(change.instance_id.clone()).bind(leaving.clone());
        // Billing may have refused the instance meanwhile: that does not wait for the mandate's lock.
        let left = self.rows(query).await?;
        let Some(access) = left.first() else { return Err(overtaken()) };
        let note = AuditEntry { before: Some(access.decode()?), ..rows.note.clone() };
        self.insert_change(change, &rows.decision, &note, true).await?;
        self.insert_notices(std::slice::from_ref(&rows.notice)).await
    }
}
