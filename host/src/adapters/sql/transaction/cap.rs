//! Sets what a mandate's admins allow at most.

use super::SqlTransaction;
use crate::{
    adapters::sql::{audit, error::overtaken},
    ports::store::{StoreError, audit::AuditEntry, snapshot::CapsRecord},
};

const CAP: &str = "UPDATE mandates SET cap_instances = $2, cap_monthly_minor = $3, cap_currency = $4 WHERE id = $1";

impl SqlTransaction {
    pub(super) async fn write_caps(
        &mut self,
        mandate_id: &str,
        caps: &CapsRecord,
        note: &AuditEntry,
    ) -> Result<(), StoreError> {
        let monthly = caps.monthly.as_ref();
        let query = self
            .session
            .query(CAP)
            .bind(mandate_id.to_owned())
            .bind(caps.instances)
            .bind(monthly.map(|monthly| monthly.minor))
            .bind(monthly.map(|monthly| monthly.currency.clone()));
        if self.run(query).await? == 0 {
            return Err(overtaken());
        }
        audit::add(&self.session, &mut self.transaction, note).await
    }
}
