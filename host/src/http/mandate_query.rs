//! The query parameter `mandateId`, where it may be left out or empty.

use super::request::{FieldFault, Fields, FromFields};

/// `?mandateId=`, if it says anything.
#[derive(Clone, Debug)]
pub(super) struct MandateQuery {
    /// The mandate.
    pub(super) mandate_id: Option<String>,
}

impl FromFields for MandateQuery {
    const NAMES: &'static [&'static str] = &["mandateId"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        let mandate_id = if fields.is_empty("mandateId") { None } else { fields.optional_id("mandateId")? };
        Ok(Self { mandate_id })
    }
}
