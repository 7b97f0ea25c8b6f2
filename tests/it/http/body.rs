//! Bodies: what is read, and how a fault is named.

use core_wasm::texts::Locale;
use serde_json::json;
use turnpike::http::{ActivateBody, DeactivateBody, problem::Cause, request::parse_body};

fn fault_of_activation(body: &str) -> (u16, String, String) {
    let Err(problem) = parse_body::<ActivateBody>(body.as_bytes()) else { return (200, String::new(), String::new()) };
    seen(&problem)
}

fn fault_of_deactivation(body: &str) -> (u16, String, String) {
    let Err(problem) = parse_body::<DeactivateBody>(body.as_bytes()) else {
        return (200, String::new(), String::new());
    };
    seen(&problem)
}

fn seen(problem: &turnpike::http::problem::Problem) -> (u16, String, String) {
    let (pointer, what) = match problem.cause() {
        Cause::InvalidField(fault) => {
            (fault.pointer.clone(), fault.params()["problem"].as_str().unwrap_or_default().to_owned())
        }
        _ => (String::new(), problem.code().to_owned()),
    };
    (problem.status().as_u16(), pointer, what)
}

#[test]
fn faults_of_an_activation() {
    let long = "x".repeat(201);
    let longest = "é".repeat(200);
    let deep = "[".repeat(10_000);
    for (body, status, pointer, what) in [
        (r#"{"featureCode":"chat","mandateId":"m"}"#.to_owned(), 200, "", ""),
        (format!(r#"{{"featureCode":"{longest}","mandateId":"m"}}"#), 200, "", ""),
        (r#"{"featureCode":"chat","mandateId":"m","color":{"a":[1]},"id":null}"#.to_owned(), 200, "", ""),
        (String::new(), 400, "", "malformed-json"),
        ("{".to_owned(), 400, "", "malformed-json"),
        (r#"{"featureCode":"chat","mandateId":"m"} x"#.to_owned(), 400, "", "malformed-json"),
        (r#"{"featureCode":"chat","mandateId":"m",}"#.to_owned(), 400, "", "malformed-json"),
        ("{'featureCode':'chat'}".to_owned(), 400, "", "malformed-json"),
        (r#"{"featureCode":NaN}"#.to_owned(), 400, "", "malformed-json"),
        (r#"{"featureCode":"\ud800","mandateId":"m"}"#.to_owned(), 400, "", "malformed-json"),
        (deep, 400, "", "malformed-json"),
        ("[]".to_owned(), 422, "", "wrong-type"),
        ("null".to_owned(), 422, "", "wrong-type"),
        (r#""featureCode""#.to_owned(), 422, "", "wrong-type"),
        ("{}".to_owned(), 422, "/featureCode", "missing"),
        (r#"{"featureCode":"chat"}"#.to_owned(), 422, "/mandateId", "missing"),
        (r#"{"featureCode":null,"mandateId":"m"}"#.to_owned(), 422, "/featureCode", "missing"),
        (r#"{"featureCode":5,"mandateId":"m"}"#.to_owned(), 422, "/featureCode", "wrong-type"),
        (r#"{"featureCode":"chat","mandateId":["m"]}"#.to_owned(), 422, "/mandateId", "wrong-type"),
        (r#"{"featureCode":"","mandateId":"m"}"#.to_owned(), 422, "/featureCode", "length"),
        (format!(r#"{{"featureCode":"{long}","mandateId":"m"}}"#), 422, "/featureCode", "length"),
        (r#"{"featureCode":"a\u0000b","mandateId":"m"}"#.to_owned(), 422, "/featureCode", "control-character"),
        (r#"{"featureCode":"chat","mandateId":"m\u0085"}"#.to_owned(), 422, "/mandateId", "control-character"),
        (r#"{"featurecode":"chat","mandateId":"m"}"#.to_owned(), 422, "/featurecode", "near-miss"),
        (r#"{"feature_code":"chat","mandateId":"m"}"#.to_owned(), 422, "/feature_code", "near-miss"),
        (r#"{"featureCode":"chat","mandate-id":"m"}"#.to_owned(), 422, "/mandate-id", "near-miss"),
        (r#"{"featureCode":"chat","mandateId":"m","mandatId":"n"}"#.to_owned(), 422, "/mandatId", "near-miss"),
        (r#"{"featureCode":"a","featureCode":"b","mandateId":"m"}"#.to_owned(), 422, "/featureCode", "duplicate"),
        (r#"{"x":[0,{"a/b":1,"a/b":1}]}"#.to_owned(), 422, "/x/1/a~1b", "duplicate"),
    ] {
        let expected = (status, pointer.to_owned(), what.to_owned());
        let shown: String = body.chars().take(80).collect();
        assert_eq!(fault_of_activation(&body), expected, "{shown}");
    }
}

#[test]
fn faults_of_a_deactivation() {
    let with = |more: &str| format!(r#"{{"featureCode":"chat","mandateId":"m","instanceId":"i"{more}}}"#);
    for (body, status, pointer, what) in [
        (with(""), 200, "", ""),
        (with(r#","scope":"mine""#), 200, "", ""),
        (with(r#","scope":"mandate","userId":null"#), 200, "", ""),
        (with(r#","userId":"u-2""#), 200, "", ""),
        (with(r#","scope":"all""#), 422, "/scope", "not-allowed"),
        (with(r#","scope":"user""#), 422, "/scope", "not-allowed"),
        (with(r#","scope":"""#), 422, "/scope", "not-allowed"),
        (with(r#","Scope":"mandate""#), 422, "/Scope", "near-miss"),
        (with(r#","scop":"mandate""#), 422, "/scop", "near-miss"),
        (with(r#","user_id":"u-2""#), 422, "/user_id", "near-miss"),
        (with(r#","userId":"""#), 422, "/userId", "length"),
        (with(r#","scope":"mandate","userId":"u-2""#), 422, "/userId", "exclusive"),
    ] {
        assert_eq!(fault_of_deactivation(&body), (status, pointer.to_owned(), what.to_owned()), "{body}");
    }
}

#[test]
fn equal_bodies_have_equal_fingerprints() {
    let fingerprint = |body: &str| parse_body::<ActivateBody>(body.as_bytes()).expect("a body").fingerprint;
    let plain = fingerprint(r#"{"featureCode":"chat","mandateId":"m"}"#);
    assert_eq!(plain, fingerprint(" {\"mandateId\" : \"\\u006d\",\n\"featureCode\":\"chat\"} "));
    for other in [
        r#"{"featureCode":"chat","mandateId":"n"}"#,
        r#"{"featureCode":"chat","mandateId":"m","quoteId":"q"}"#,
        r#"{"featureCode":"m","mandateId":"chat"}"#,
    ] {
        assert_ne!(plain, fingerprint(other), "{other}");
    }
}

#[test]
fn a_fault_is_told_with_its_pointer() {
    let problem = parse_body::<ActivateBody>(br#"{"feature_code":"chat"}"#).expect_err("a fault");
    let document = serde_json::to_value(problem.document(Locale::En, "t")).expect("JSON");
    let reason = json!({
        "code": "invalid-field",
        "params": { "in": "body", "pointer": "/feature_code", "problem": "near-miss", "expected": "featureCode" },
        "detail": "The field `/feature_code` is not known; `featureCode` is probably meant.",
        "fix": "Please correct the field.",
    });
    assert_eq!(
        document,
        json!({
            "type": "urn:turnpike:problem:invalid-field",
            "title": "Unprocessable Entity",
            "status": 422,
            "detail": reason["detail"],
            "code": "invalid-field",
            "pointer": "/feature_code",
            "reasons": [reason],
            "traceId": "t",
        })
    );
}
