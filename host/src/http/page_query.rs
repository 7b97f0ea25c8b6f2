//! `?limit=&after=` of a list.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::request::{FaultKind, FieldFault, Fields, FromFields, Place};
use crate::directory::LONGEST_PAGE;

/// Entries of a page unless asked otherwise.
const USUAL_PAGE: i64 = 100;

/// Which page.
#[derive(Clone, Debug)]
pub(super) struct PageQuery {
    /// At most so many entries.
    pub(super) limit: i64,
    after: Option<String>,
}

impl FromFields for PageQuery {
    const NAMES: &'static [&'static str] = &["limit", "after"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        let limit = match fields.optional_id("limit")? {
            None => USUAL_PAGE,
            Some(text) => text.parse().ok().filter(|limit| (1..=LONGEST_PAGE).contains(limit)).ok_or_else(|| {
                let message = format!("`{}` is out of range, expected 1 to {LONGEST_PAGE}", text.escape_debug());
                fields.fault("limit", FaultKind::Unfit { message })
            })?,
        };
        Ok(Self { limit, after: fields.optional_id("after")? })
    }
}

/// Which page of a mandate's list.
#[derive(Clone, Debug)]
pub(super) struct MandatePage {
    /// The mandate.
    pub(super) mandate_id: String,
    /// The page.
    pub(super) page: PageQuery,
}

impl FromFields for MandatePage {
    const NAMES: &'static [&'static str] = &["mandateId", "limit", "after"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self { mandate_id: fields.id("mandateId")?, page: PageQuery::read(fields)? })
    }
}

impl PageQuery {
    /// The place behind which the page of this list begins.
    pub(super) fn place(&self, list: &str) -> Result<i64, FieldFault> {
        self.place_if_any(list).map(Option::unwrap_or_default)
    }

    /// The same, of a list that begins at no certain place.
    pub(super) fn place_if_any(&self, list: &str) -> Result<Option<i64>, FieldFault> {
        let Some(cursor) = &self.after else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap_or_default();
        let text = String::from_utf8(bytes).unwrap_or_default();
        let place = text.strip_prefix(list).and_then(|rest| rest.strip_prefix(':')?.parse().ok());
        place.map(Some).ok_or_else(|| {
            let message = "no cursor of this list, expected `next` of an answer".to_owned();
            FieldFault::new(Place::Query, "after", FaultKind::Unfit { message })
        })
    }
}

/// The cursor of a place in a list.
pub(super) fn cursor(list: &str, place: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}:{place}"))
}
