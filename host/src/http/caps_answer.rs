//! The limits that a mandate's admins set, as they are told: with a tag that a change can be held to.

use axum::{
    Json,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    etag,
    request::{FieldFault, Fields, FromFields},
};
use crate::{
    directory::Precondition,
    ports::store::snapshot::{CapsRecord, MonthlyCap},
};

/// Where they are.
pub(super) const PATH: &str = "/api/store/caps";

/// Of which mandate.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// Its id.
    pub(super) mandate_id: String,
}

impl FromFields for Asked {
    const NAMES: &'static [&'static str] = &["mandateId"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self { mandate_id: fields.id("mandateId")? })
    }
}

/// What the admins of a mandate allow at most; null is no limit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Caps {
    mandate_id: String,
    /// Most instances.
    instances: Option<i64>,
    /// Most that all instances together may cost a month.
    monthly: Option<Monthly>,
}

/// Money a month.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Monthly {
    /// In minor units.
    minor: i64,
    /// Currency, ISO 4217.
    currency: String,
}

/// The answer under its tag.
pub(super) fn of(request: &HeaderMap, mandate_id: String, caps: CapsRecord) -> Response {
    let tag = format!("\"{}\"", digest(&caps));
    let monthly = caps.monthly.map(|MonthlyCap { minor, currency }| Monthly { minor, currency });
    let answer = Caps { mandate_id, instances: caps.instances, monthly };
    etag::tagged(request, &tag, || Json(answer).into_response())
}

/// The answer to whoever changed them: whole, whatever they had.
pub(super) fn changed(mandate_id: String, caps: CapsRecord) -> Response {
    of(&HeaderMap::new(), mandate_id, caps)
}

/// Whether limits are what a caller takes for granted about them.
pub(super) fn is_expected(precondition: &Precondition, caps: &CapsRecord) -> bool {
    let is_one = precondition.one_of.as_ref().is_none_or(|digests| digests.contains(&digest(caps)));
    is_one && (!precondition.absent || caps.is_empty())
}

fn digest(caps: &CapsRecord) -> String {
    let monthly = caps.monthly.as_ref();
    let parts = [
        caps.instances.map_or_else(String::new, |instances| instances.to_string()),
        monthly.map_or_else(String::new, |cap| cap.minor.to_string()),
        monthly.map_or_else(String::new, |cap| cap.currency.clone()),
    ];
    etag::digest(&parts.each_ref().map(String::as_str))
}
