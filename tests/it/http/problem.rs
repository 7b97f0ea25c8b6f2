//! The error envelope: codes, statuses, languages.

use std::collections::BTreeSet;

use core_wasm::{reason::Reason, texts::Locale};
use turnpike::{
    directory::Refusal,
    http::{
        problem::{Cause, Problem},
        request::{FaultKind, FieldFault, Place},
    },
};

fn host_causes() -> Vec<(Cause, &'static str, u16, Option<u64>)> {
    vec![
        (Cause::Unauthorized, "unauthorized", 401, None),
        (Cause::CrossSiteRequest, "cross-site-request", 403, None),
        (Cause::InsufficientScope { scope: "directory:read" }, "insufficient-scope", 403, None),
        (Cause::Entry(Refusal::Missing), "not-found", 404, None),
        (Cause::Entry(Refusal::Dangling { field: "userId", value: "u".to_owned() }), "invalid-field", 422, None),
        (Cause::Entry(Refusal::Precondition), "precondition-failed", 412, None),
        (Cause::Entry(Refusal::Taken { field: "userId", value: "u".to_owned() }), "value-taken", 409, None),
        (Cause::Entry(Refusal::Fixed { pointer: "/userId" }), "field-fixed", 409, None),
        (Cause::Entry(Refusal::Closing), "mandate-closing", 409, None),
        (Cause::Entry(Refusal::NotMember), "not-a-member", 409, None),
        (Cause::Entry(Refusal::BillingOpen { open: 2 }), "billing-open", 409, Some(5)),
        (Cause::Entry(Refusal::StillBilled { quantity: 2 }), "still-billed", 409, None),
        (Cause::Entry(Refusal::FollowsBilling { pointer: "/status" }), "follows-billing", 409, None),
        (Cause::Entry(Refusal::PlanBilled { subscriptions: 2 }), "plan-billed", 409, None),
        (Cause::Entry(Refusal::InUse { by: "instances", count: 2 }), "entry-in-use", 409, None),
        (Cause::MalformedJson { line: 1, column: 2 }, "malformed-json", 400, None),
        (Cause::InvalidField(FieldFault::new(Place::Body, "scope", FaultKind::Missing)), "invalid-field", 422, None),
        (Cause::PayloadTooLarge { limit: 1_000_000 }, "payload-too-large", 413, None),
        (Cause::EventsGone, "events-gone", 410, None),
        (Cause::WrongSignature, "wrong-signature", 400, None),
        (Cause::SignatureExpired, "signature-expired", 400, None),
        (Cause::UnsupportedMediaType, "unsupported-media-type", 415, None),
        (Cause::NotFound, "not-found", 404, None),
        (Cause::MethodNotAllowed, "method-not-allowed", 405, None),
        (Cause::RateLimited { seconds: 7 }, "rate-limited", 429, Some(7)),
        (Cause::TooManyStreams { limit: 4 }, "too-many-streams", 429, Some(60)),
        (Cause::IdempotencyKeyReused, "idempotency-key-reused", 422, None),
        (Cause::Withdrawn, "withdrawn", 409, None),
        (Cause::QuoteRequired, "quote-required", 428, None),
        (Cause::QuoteExpired, "quote-expired", 412, None),
        (Cause::QuoteUsed, "quote-used", 412, None),
        (Cause::QuoteChanged, "quote-changed", 412, None),
        (Cause::ChangePending, "change-pending", 409, Some(1)),
        (Cause::RequestInProgress, "request-in-progress", 409, Some(1)),
        (Cause::ServiceUnavailable, "service-unavailable", 503, Some(5)),
        (Cause::PolicyUnavailable, "policy-unavailable", 503, Some(5)),
        (Cause::Timeout, "timeout", 504, None),
        (Cause::Internal, "internal", 500, None),
    ]
}

#[test]
fn every_cause_has_its_code_status_and_a_text_of_its_own_in_four_languages() {
    let mut sentences = BTreeSet::new();
    let causes = host_causes();
    for (cause, code, status, retry_after) in &causes {
        let problem = Problem::of(cause.clone());
        assert_eq!((problem.code(), problem.status().as_u16()), (*code, *status));
        for locale in Locale::ALL {
            let document = serde_json::to_value(problem.document(locale, "t")).expect("JSON");
            sentences.insert(document["detail"].as_str().expect("a sentence").to_owned());
            assert!(!document["reasons"][0]["fix"].as_str().expect("a sentence").is_empty());
        }
        assert_eq!(problem.retry_after(0), *retry_after, "{code}");
    }
    assert_eq!(sentences.len(), causes.len() * Locale::ALL.len(), "no two sentences are the same");
}

#[test]
fn a_refusal_until_an_instant_says_how_many_seconds_that_is() {
    let problem = Problem::refused(vec![Reason::InvoiceBudgetUsed { limit: 15, retry_at: 10_000 }]);
    for (now, seconds) in
        [(0, 10), (1, 10), (9_000, 1), (9_999, 1), (10_000, 1), (99_000, 1), (i64::MIN, i64::MAX / 1000 + 1)]
    {
        assert_eq!(problem.retry_after(now), u64::try_from(seconds).ok(), "{now}");
    }
    let waiting = Problem::refused(vec![Reason::TooManyWaiting { limit: 20 }]);
    assert_eq!(waiting.retry_after(0), Some(30));
}

#[test]
fn the_first_reason_gives_code_and_status_and_all_are_told() {
    let reasons = vec![
        Reason::CapacityReached { limit: 3, used: 3, adding: 1 },
        Reason::BillingOutOfSync { confirmed: 2, counted: 3 },
    ];
    let problem = Problem::refused(reasons);
    let document = serde_json::to_value(problem.document(Locale::De, "t")).expect("JSON");
    assert_eq!(document["status"], 402);
    assert_eq!(document["code"], "capacity-reached");
    assert_eq!(document["detail"], document["reasons"][0]["detail"]);
    assert_eq!(document["reasons"][0]["params"], serde_json::json!({ "limit": 3, "used": 3, "adding": 1 }));
    assert_eq!(document["reasons"][1]["code"], "billing-out-of-sync");
    assert!(document.get("pointer").is_none());
}
