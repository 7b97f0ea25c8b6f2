//! Paging of lists: newest first, `limit`, `starting_after`, `ending_before`.

use serde_json::Value;

use crate::{errors::StripeError, form::Params, objects::list_of};

/// The paging parameters of a list request.
#[derive(Debug, Clone)]
pub(super) struct Page {
    limit: usize,
    starting_after: Option<String>,
    ending_before: Option<String>,
}

impl Page {
    pub(super) fn read(params: &mut Params) -> Result<Self, StripeError> {
        let limit = params.integer("limit")?.unwrap_or(10);
        if !(1..=100).contains(&limit) {
            let message = "This value must be between 1 and 100.".to_owned();
            return Err(StripeError::invalid("limit", "parameter_invalid_integer", message));
        }
        Ok(Self {
            limit: usize::try_from(limit).unwrap_or(10),
            starting_after: params.string("starting_after")?,
            ending_before: params.string("ending_before")?,
        })
    }

    /// Cuts the page out of all matching rows, which come newest first.
    pub(super) fn of<T>(
        &self,
        url: &str,
        rows: &[&T],
        id: impl Fn(&T) -> &str,
        render: impl Fn(&T) -> Value,
    ) -> Result<Value, StripeError> {
        let position = |cursor: &str, param: &str| {
            rows.iter()
                .position(|row| id(row) == cursor)
                .ok_or_else(|| StripeError::no_such_in_param("object", cursor, param))
        };
        let (page, has_more) = if let Some(cursor) = &self.ending_before {
            let end = position(cursor, "ending_before")?;
            let start = end.saturating_sub(self.limit);
            (rows.get(start..end), start > 0)
        } else {
            let start = match &self.starting_after {
                Some(cursor) => position(cursor, "starting_after")? + 1,
                None => 0,
            };
            let end = start.saturating_add(self.limit).min(rows.len());
            (rows.get(start..end), end < rows.len())
        };
        Ok(list_of(url, page.unwrap_or_default().iter().map(|row| render(row)).collect(), has_more))
    }
}
