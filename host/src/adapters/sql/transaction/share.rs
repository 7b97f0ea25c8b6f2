//! Gives somebody access to an instance, or another role there.

use super::SqlTransaction;
use crate::{
    adapters::sql::error::overtaken,
    ports::store::{StoreError, transaction::ShareRows},
};

const SWITCH_ON: &str = "UPDATE accesses SET enabled = 1 WHERE id = $1 AND instance_id = $2 AND user_id = $3";

const CLEAR: &str = "DELETE FROM access_roles WHERE access_id = $1";

impl SqlTransaction {
    pub(super) async fn write_share(&mut self, rows: &ShareRows) -> Result<(), StoreError> {
        let (change, access) = (&rows.change, &rows.access);
        if rows.is_new {
            self.insert_accesses(&change.instance_id, std::slice::from_ref(access)).await?;
        } else {
            let switch_on = self
                .session
                .query(SWITCH_ON)
                .bind(access.id.clone())
                .bind(change.instance_id.clone())
                .bind(access.user_id.clone());
            if self.run(switch_on).await? == 0 {
                return Err(overtaken());
            }
            self.run(self.session.query(CLEAR).bind(access.id.clone())).await?;
            self.insert_access_roles(std::slice::from_ref(access)).await?;
        }
        // It tells of the access as it is now.
        self.insert_change(change, &rows.decision, &rows.note, true).await
    }
}
