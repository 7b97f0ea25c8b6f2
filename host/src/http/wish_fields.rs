//! The fields that say what is wished as one: a mandate, features to activate, instances to end.

use super::request::{FaultKind, FieldFault, Fields};
use crate::activation::Wanted;

/// Most entries of both lists together: so many changes go into one operation.
const MOST: usize = 20;

/// Reads `mandateId`, `activate` and `deactivate`. At least one thing must be wished, and an instance ends once.
pub(super) fn wanted(fields: &Fields<'_>) -> Result<Wanted, FieldFault> {
    let mandate_id = fields.id("mandateId")?;
    let activate = fields.ids("activate")?;
    let deactivate = fields.ids("deactivate")?;
    let all = activate.len() + deactivate.len();
    if all == 0 || all > MOST {
        let longer = if activate.len() >= deactivate.len() { "activate" } else { "deactivate" };
        return Err(fields.fault(longer, FaultKind::Entries { min: 1, max: MOST }));
    }
    if deactivate.iter().enumerate().any(|(index, id)| deactivate.iter().take(index).any(|earlier| earlier == id)) {
        return Err(fields.fault("deactivate", FaultKind::Duplicate));
    }
    Ok(Wanted { mandate_id, activate, deactivate })
}
