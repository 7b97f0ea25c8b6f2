//! The one error envelope (RFC 9457), in the caller's language.
//!
//! A handler answers with a [`Problem`], which travels in the response's extensions; the outermost layer (`respond`)
//! writes the body, because only there language, trace id and time are known for every answer, those of the router
//! included.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use core_wasm::{reason::Reason, texts::Locale};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{directory_problem, limits::Exceeded, problem_texts, quote_answer::QuoteAnswer, request::FieldFault};
use crate::{
    directory::Refusal,
    ports::clock::Millis,
    scim::{Fault, FaultKind},
};

/// A refusal or failure on its way out. Never without a cause.
#[derive(Clone, Debug)]
pub struct Problem {
    first: Cause,
    others: Vec<Cause>,
    headers: Vec<(HeaderName, HeaderValue)>,
    quote: Option<Box<QuoteAnswer>>,
}

/// One cause of a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The rules or billing refused.
    Refused(Reason),
    /// No token, or none that is accepted.
    Unauthorized,
    /// A request with a cookie that a foreign page may have made.
    CrossSiteRequest,
    /// The service's token does not let it do that.
    InsufficientScope {
        /// The scope that would.
        scope: &'static str,
    },
    /// An entry is not changed.
    Entry(Refusal),
    /// A request is none that SCIM knows.
    Scim(Fault),
    /// The body is no JSON.
    MalformedJson {
        /// Where, counted from 1.
        line: usize,
        /// Where in the line, counted from 1.
        column: usize,
    },
    /// A field is not as it must be.
    InvalidField(FieldFault),
    /// The body is too long.
    PayloadTooLarge {
        /// Most bytes.
        limit: usize,
    },
    /// Events that the caller has not read are deleted.
    EventsGone,
    /// The payload is not signed with a secret of ours.
    WrongSignature,
    /// The payload was signed too long ago, or in the future.
    SignatureExpired,
    /// The body is no JSON by its own words.
    UnsupportedMediaType,
    /// There is nothing here.
    NotFound,
    /// Not with this method.
    MethodNotAllowed,
    /// Too many requests.
    RateLimited {
        /// Earliest next attempt.
        seconds: u64,
    },
    /// The user has as many event streams open as may be.
    TooManyStreams {
        /// Most streams.
        limit: usize,
    },
    /// The idempotency key belongs to another body.
    IdempotencyKeyReused,
    /// Somebody gave up what was asked for before billing was told of it.
    Withdrawn,
    /// What costs money needs a quote.
    QuoteRequired,
    /// The quote's time is over.
    QuoteExpired,
    /// The quote was used.
    QuoteUsed,
    /// The quote is about something else, or what it says is true no more.
    QuoteChanged,
    /// The instance is part of a change that waits for billing.
    ChangePending,
    /// The request for a feature was answered or taken back, or is about something else.
    RequestNotOpen,
    /// The request under this idempotency key is still being worked on.
    RequestInProgress,
    /// The database or the keys for tokens cannot be reached.
    ServiceUnavailable,
    /// The policy gave no decision.
    PolicyUnavailable,
    /// No answer in time.
    Timeout,
    /// A fault of ours.
    Internal,
}

impl Cause {
    /// Stable code and HTTP status.
    #[must_use]
    pub fn code_and_status(&self) -> (&'static str, StatusCode) {
        match self {
            Self::Refused(reason) => {
                let profile = reason.profile();
                let status = StatusCode::from_u16(profile.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                (profile.code, status)
            }
            Self::Unauthorized => ("unauthorized", StatusCode::UNAUTHORIZED),
            Self::CrossSiteRequest => ("cross-site-request", StatusCode::FORBIDDEN),
            Self::InsufficientScope { .. } => ("insufficient-scope", StatusCode::FORBIDDEN),
            Self::Entry(refusal) => directory_problem::code_and_status(refusal),
            Self::Scim(Fault { kind: FaultKind::Uniqueness, .. }) => ("value-taken", StatusCode::CONFLICT),
            Self::Scim(_) => ("invalid-field", StatusCode::BAD_REQUEST),
            Self::MalformedJson { .. } => ("malformed-json", StatusCode::BAD_REQUEST),
            Self::InvalidField(_) => ("invalid-field", StatusCode::UNPROCESSABLE_ENTITY),
            Self::EventsGone => ("events-gone", StatusCode::GONE),
            Self::WrongSignature => ("wrong-signature", StatusCode::BAD_REQUEST),
            Self::SignatureExpired => ("signature-expired", StatusCode::BAD_REQUEST),
            Self::PayloadTooLarge { .. } => ("payload-too-large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::UnsupportedMediaType => ("unsupported-media-type", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::NotFound => ("not-found", StatusCode::NOT_FOUND),
            Self::MethodNotAllowed => ("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED),
            Self::RateLimited { .. } => ("rate-limited", StatusCode::TOO_MANY_REQUESTS),
            Self::TooManyStreams { .. } => ("too-many-streams", StatusCode::TOO_MANY_REQUESTS),
            Self::IdempotencyKeyReused => ("idempotency-key-reused", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Withdrawn => ("withdrawn", StatusCode::CONFLICT),
            Self::QuoteRequired => ("quote-required", StatusCode::PRECONDITION_REQUIRED),
            Self::QuoteExpired => ("quote-expired", StatusCode::PRECONDITION_FAILED),
            Self::QuoteUsed => ("quote-used", StatusCode::PRECONDITION_FAILED),
            Self::QuoteChanged => ("quote-changed", StatusCode::PRECONDITION_FAILED),
            Self::RequestNotOpen => ("request-not-open", StatusCode::CONFLICT),
            Self::ChangePending => ("change-pending", StatusCode::CONFLICT),
            Self::RequestInProgress => ("request-in-progress", StatusCode::CONFLICT),
            Self::ServiceUnavailable => ("service-unavailable", StatusCode::SERVICE_UNAVAILABLE),
            Self::PolicyUnavailable => ("policy-unavailable", StatusCode::SERVICE_UNAVAILABLE),
            Self::Timeout => ("timeout", StatusCode::GATEWAY_TIMEOUT),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    fn params(&self) -> Value {
        match self {
            // Its texts are what `detail` and `fix` say.
            Self::Refused(Reason::Custom { rule, .. }) => json!({ "rule": rule }),
            Self::Refused(reason) => {
                // A reason is `{"code": …, "params": {…}}` on the wire.
                let wire = serde_json::to_value(reason).unwrap_or_default();
                wire.get("params").cloned().unwrap_or_else(|| json!({}))
            }
            Self::InsufficientScope { scope } => json!({ "scope": scope }),
            Self::Entry(refusal) => directory_problem::params(refusal),
            Self::MalformedJson { line, column } => json!({ "line": line, "column": column }),
            Self::InvalidField(fault) => fault.params(),
            Self::PayloadTooLarge { limit } | Self::TooManyStreams { limit } => json!({ "limit": limit }),
            Self::RateLimited { seconds } => json!({ "retryAfter": seconds }),
            Self::Unauthorized
            | Self::Scim(_)
            | Self::CrossSiteRequest
            | Self::EventsGone
            | Self::WrongSignature
            | Self::SignatureExpired
            | Self::UnsupportedMediaType
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::IdempotencyKeyReused
            | Self::Withdrawn
            | Self::QuoteRequired
            | Self::QuoteExpired
            | Self::QuoteUsed
            | Self::QuoteChanged
            | Self::ChangePending
            | Self::RequestNotOpen
            | Self::RequestInProgress
            | Self::ServiceUnavailable
            | Self::PolicyUnavailable
            | Self::Timeout
            | Self::Internal => json!({}),
        }
    }

    /// Seconds after which trying again makes sense, where it does.
    fn retry_after(&self, now: Millis) -> Option<u64> {
        match self {
            Self::Refused(Reason::InvoiceBudgetUsed { retry_at, .. }) => {
                let wait = u64::try_from(retry_at.saturating_sub(now)).unwrap_or(0);
                Some(wait.div_ceil(1000).max(1))
            }
            Self::RateLimited { seconds } => Some(*seconds),
            Self::TooManyStreams { .. } => Some(60),
            Self::RequestInProgress | Self::ChangePending => Some(1),
            Self::Entry(Refusal::BillingOpen { .. }) => Some(5),
            Self::ServiceUnavailable | Self::PolicyUnavailable => Some(5),
            Self::Refused(reason) => (reason.profile().status == 503).then_some(30),
            _ => None,
        }
    }

    fn explained(&self, locale: Locale) -> ReasonAnswer {
        let text = match self {
            Self::Refused(reason) => core_wasm::texts::explain(reason, locale),
            own => problem_texts::explain(own, locale),
        };
        let (code, _) = self.code_and_status();
        ReasonAnswer { code: code.to_owned(), params: self.params(), detail: text.detail, fix: text.fix }
    }
}

/// One reason as an answer shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReasonAnswer {
    /// Stable code in kebab case.
    code: String,
    /// What the code leaves open.
    #[schema(value_type = Object)]
    params: Value,
    /// A sentence in the language of `Accept-Language`.
    detail: String,
    /// What the caller can do.
    fix: String,
}

/// `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemDocument {
    /// Names the kind of problem: `urn:turnpike:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// A sentence in the language of `Accept-Language`.
    detail: String,
    /// Code of the first reason.
    code: String,
    /// Where in the body, for `invalid-field` and what is said about one field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// Everything that stands against the request, as far as the caller may know.
    reasons: Vec<ReasonAnswer>,
    /// What would be quoted now, with `quote-changed`, where it can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<QuoteAnswer>,
    /// Finds the request in the log; also in the header `X-Trace-Id`.
    trace_id: String,
}

impl Problem {
    /// A problem with one cause.
    #[must_use]
    pub fn of(cause: Cause) -> Self {
        Self { first: cause, others: Vec::new(), headers: Vec::new(), quote: None }
    }

    /// A refusal with its reasons; the first one gives the status.
    #[must_use]
    pub fn refused(reasons: Vec<Reason>) -> Self {
        let mut causes = reasons.into_iter().map(Cause::Refused);
        match causes.next() {
            Some(first) => Self { first, others: causes.collect(), headers: Vec::new(), quote: None },
            None => {
                tracing::error!("a refusal came without a reason");
                Self::of(Cause::Internal)
            }
        }
    }

    /// The same with one more header field.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same with what would be quoted now.
    #[must_use]
    pub(super) fn with_quote(mut self, quote: QuoteAnswer) -> Self {
        self.quote = Some(Box::new(quote));
        self
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.first.code_and_status().1
    }

    /// The code of the first cause.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.first.code_and_status().0
    }

    /// The first cause.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.first
    }

    /// Seconds after which trying again makes sense, where it does.
    #[must_use]
    pub fn retry_after(&self, now: Millis) -> Option<u64> {
        self.first.retry_after(now)
    }

    /// The sentence of the first cause in a language.
    #[must_use]
    pub(super) fn detail(&self, locale: Locale) -> String {
        self.first.explained(locale).detail
    }

    /// The document in a language.
    #[must_use]
    pub fn document(&self, locale: Locale, trace_id: &str) -> ProblemDocument {
        let (code, status) = self.first.code_and_status();
        let first = self.first.explained(locale);
        let pointer = match &self.first {
            Cause::InvalidField(fault) => Some(fault.pointer.clone()),
            Cause::Entry(refusal) => directory_problem::pointer(refusal),
            _ => None,
        };
        ProblemDocument {
            kind: format!("urn:turnpike:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Problem").to_owned(),
            status: status.as_u16(),
            detail: first.detail.clone(),
            code: code.to_owned(),
            pointer,
            reasons: std::iter::once(first).chain(self.others.iter().map(|cause| cause.explained(locale))).collect(),
            quote: self.quote.as_deref().cloned(),
            trace_id: trace_id.to_owned(),
        }
    }
}

/// Reasons as answers other than problems show them.
#[must_use]
pub fn explain_all(reasons: &[Reason], locale: Locale) -> Vec<ReasonAnswer> {
    reasons.iter().map(|reason| Cause::Refused(reason.clone()).explained(locale)).collect()
}

impl From<FieldFault> for Problem {
    fn from(fault: FieldFault) -> Self {
        Self::of(Cause::InvalidField(fault))
    }
}

impl From<Exceeded> for Problem {
    fn from(exceeded: Exceeded) -> Self {
        let fields = exceeded.fields();
        let problem = Self::of(Cause::RateLimited { seconds: exceeded.retry_after });
        fields.into_iter().fold(problem, |problem, (name, value)| problem.with_header(name, value))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        for (name, value) in &self.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response.extensions_mut().insert(self);
        response
    }
}
