//! `PUT /api/store/caps`: an admin sets what the mandate allows itself at most.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use utoipa::ToSchema;

use super::{
    admin::preconditions::Preconditions,
    caps_answer::{self, Asked, Caps},
    desk_problem::desk_problem,
    limits::{Class, Limits},
    problem::{Problem, ProblemDocument},
    request::{FaultKind, FieldFault, Fields, FromFields, JsonBody, Query},
};
use crate::{
    activation::{Answered, Caller, Desk},
    ports::store::snapshot::{CapsRecord, MonthlyCap},
};

/// The largest integer that every client holds exactly.
const LARGEST: i64 = 9_007_199_254_740_991;

/// All limits: what is left out or null is none.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CapsBody {
    /// Most instances, at least 0.
    instances: Option<i64>,
    /// Most that all instances together may cost a month.
    monthly: Option<MonthlyBody>,
}

/// Money a month.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct MonthlyBody {
    /// In minor units, at least 0.
    minor: i64,
    /// ISO 4217: three capital letters. That of the plan; in another one nothing that costs money can be added.
    currency: String,
}

impl FromFields for CapsBody {
    const NAMES: &'static [&'static str] = &["instances", "monthly"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self {
            instances: fields.optional_whole("instances", 0, LARGEST)?,
            monthly: fields.optional_object("monthly")?,
        })
    }
}

impl FromFields for MonthlyBody {
    const NAMES: &'static [&'static str] = &["minor", "currency"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        let currency = fields.id("currency")?;
        if currency.len() != 3 || !currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
            let message = "a currency is three capital letters, such as `CHF`".to_owned();
            return Err(fields.fault("currency", FaultKind::Unfit { message }));
        }
        Ok(Self { minor: fields.whole("minor", 0, LARGEST)?, currency })
    }
}

impl From<CapsBody> for CapsRecord {
    fn from(body: CapsBody) -> Self {
        let monthly = body.monthly.map(|MonthlyBody { minor, currency }| MonthlyCap { minor, currency });
        Self { instances: body.instances, monthly }
    }
}

/// Sets the limits of a mandate. What is there and runs is not touched.
#[utoipa::path(
    put,
    path = "/api/store/caps",
    operation_id = "put_caps",
    params(
        ("mandateId" = String, Query, description = "The mandate"),
        ("If-Match" = Option<String>, Header, description = "Only where the limits are still those of this tag"),
    ),
    request_body = CapsBody,
    responses(
        (status = 200, description = "The limits as they are now, under their `ETag`", body = Caps),
        (status = 400, description = "`malformed-json`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`not-admin`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`mandate-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, description = "`precondition-failed`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, description = "`payload-too-large`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported-media-type`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn handler(
    desk: Desk,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
    Query(asked): Query<Asked>,
    Preconditions(precondition): Preconditions,
    JsonBody { value, .. }: JsonBody<CapsBody>,
) -> Result<Response, Problem> {
    limits.admit_user(Class::Share, &caller.user_id)?;
    let is_expected = |caps: &CapsRecord| caps_answer::is_expected(&precondition, caps);
    let answered = desk.set_caps(&caller, &asked.mandate_id, value.into(), &is_expected).await;
    match answered.map_err(|error| desk_problem(error, Class::Share))? {
        Answered::Granted(caps) => Ok(caps_answer::changed(asked.mandate_id, caps)),
        Answered::Refused(reasons) => Err(Problem::refused(reasons)),
    }
}
