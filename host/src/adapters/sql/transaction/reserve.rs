//! Writes what an activation or a restore reserves.

use super::SqlTransaction;
use crate::{
    adapters::sql::{
        error::{expect_rows, overtaken},
        session::{flag, tuples},
    },
    ports::store::{
        StoreError,
        change::ChangeKind,
        transaction::{NewAccess, Reservation},
    },
};

const INSTANCE: &str = "INSERT INTO instances (id, mandate_id, feature_code, label, enabled, state, activated_at, \
     activated_by, reserved_by_change) VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8)";

/// The memory of an ended instance goes with its restore …
const FORGET: &str = "DELETE FROM ended_instances WHERE id = $1 AND mandate_id = $2 AND restored_by_change IS NULL";

/// … or is put aside until billing confirmed the restore, so that a refused one can be tried again.
const PUT_ASIDE: &str = "UPDATE ended_instances SET restored_by_change = $3 \
     WHERE id = $1 AND mandate_id = $2 AND restored_by_change IS NULL";

/// Rows per INSERT: far below the number of values that either engine takes in one statement.
const CHUNK: usize = 1000;

impl SqlTransaction {
    pub(super) async fn write_reservation(&mut self, rows: &Reservation) -> Result<Option<i64>, StoreError> {
        let change = &rows.change;
        let (state, activated_at, reserved_by) = if rows.active {
            ("active", Some(change.created_at), None)
        } else {
            ("reserved", None, Some(change.id.clone()))
        };
        let instance = self
            .session
            .query(INSTANCE)
            .bind(change.instance_id.clone())
            .bind(change.mandate_id.clone())
            .bind(change.feature_code.clone())
            .bind(rows.label.clone())
            .bind(state)
            .bind(activated_at)
            .bind(change.user_id.clone())
            .bind(reserved_by);
        self.run(instance).await?;
        self.insert_roles(rows).await?;
        self.insert_accesses(&change.instance_id, &rows.accesses).await?;
        if change.kind == ChangeKind::Restore {
            self.take_memory(rows).await?;
        }
        self.insert_change(change, &rows.decision, &rows.note, rows.active).await?;
        let seq = match &rows.operation {
            Some(operation) => Some(self.insert_operation(operation).await?),
            None => None,
        };
        self.insert_notices(std::slice::from_ref(&rows.notice)).await?;
        Ok(seq)
    }

    async fn insert_roles(&mut self, rows: &Reservation) -> Result<(), StoreError> {
        for chunk in rows.roles.chunks(CHUNK) {
            let sql =
                format!("INSERT INTO roles (id, label, instance_id, feature_code) VALUES {}", tuples(chunk.len(), 4));
            let query = chunk.iter().fold(self.session.query(&sql), |query, (id, label)| {
                query
                    .bind(id.clone())
                    .bind(label.clone())
                    .bind(rows.change.instance_id.clone())
                    .bind(rows.change.feature_code.clone())
            });
            self.run(query).await?;
        }
        Ok(())
    }

    pub(super) async fn insert_accesses(
        &mut self,
        instance_id: &str,
        accesses: &[NewAccess],
    ) -> Result<(), StoreError> {
        for chunk in accesses.chunks(CHUNK) {
            let sql =
                format!("INSERT INTO accesses (id, user_id, instance_id, enabled) VALUES {}", tuples(chunk.len(), 4));
            let query = chunk.iter().fold(self.session.query(&sql), |query, access| {
                query
                    .bind(access.id.clone())
                    .bind(access.user_id.clone())
                    .bind(instance_id.to_owned())
                    .bind(flag(access.enabled))
            });
            self.run(query).await?;
        }
        self.insert_access_roles(accesses).await
    }

    pub(super) async fn insert_access_roles(&mut self, accesses: &[NewAccess]) -> Result<(), StoreError> {
        let pairs: Vec<(&String, &String)> =
            accesses.iter().flat_map(|access| access.role_ids.iter().map(move |role| (&access.id, role))).collect();
        for chunk in pairs.chunks(CHUNK) {
            let sql = format!("INSERT INTO access_roles (access_id, role_id) VALUES {}", tuples(chunk.len(), 2));
            let query = chunk.iter().fold(self.session.query(&sql), |query, (access, role)| {
                query.bind((*access).clone()).bind((*role).clone())
            });
            self.run(query).await?;
        }
        Ok(())
    }

    async fn take_memory(&mut self, rows: &Reservation) -> Result<(), StoreError> {
        let change = &rows.change;
        let query = self
            .session
            .query(if rows.active { FORGET } else { PUT_ASIDE })
            .bind(change.instance_id.clone())
            .bind(change.mandate_id.clone())
            .bind(change.id.clone());
        let touched = self.run(query).await?;
        // The purge may have been faster than a restore at the last minute.
        if touched == 0 { Err(overtaken()) } else { expect_rows("memory of an ended instance", touched, 1) }
    }
}
