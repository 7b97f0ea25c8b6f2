//! Bodies that are no JSON, no object, or not the object that is asked for.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Trial, shown};
use crate::{
    tokens,
    world::{ADMIN, FREE},
};

/// The endpoints with a good body each, and what a good one that names nothing real is answered.
fn endpoints() -> [(&'static str, Value, &'static str); 3] {
    [
        ("/api/store/activate", json!({"featureCode": "none", "mandateId": FREE}), "404 feature-not-found"),
        (
            "/api/store/deactivate",
            json!({"featureCode": "f0", "mandateId": FREE, "instanceId": "none"}),
            "404 instance-not-found",
        ),
        ("/api/store/restore", json!({"instanceId": "none", "mandateId": FREE}), "404 instance-not-found"),
    ]
}

const BROKEN: &str = "400 malformed-json";
const NO_OBJECT: &str = "422 invalid-field (top) wrong-type";

/// Bodies that are wrong at every endpoint.
fn wrong_everywhere() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        ("nothing", text(""), BROKEN),
        ("spaces", text("  \n"), BROKEN),
        ("an open brace", text("{"), BROKEN),
        ("no quotes", text("{mandateId: 1}"), BROKEN),
        ("single quotes", text("{'mandateId': 'm-free'}"), BROKEN),
        ("a comma too many", text(r#"{"mandateId": "m-free",}"#), BROKEN),
        ("a comment", text(r#"{"mandateId": "m-free" /* mine */}"#), BROKEN),
        ("a second value", text(r#"{"mandateId": "m-free"} {}"#), BROKEN),
        ("a byte order mark", text("\u{feff}{}"), BROKEN),
        ("not a number", text(r#"{"x": NaN}"#), BROKEN),
        ("a number out of range", text(r#"{"x": 1e999}"#), BROKEN),
        ("a raw control character in a text", text("{\"mandateId\": \"m\u{1}\"}"), BROKEN),
        ("half a surrogate pair", text(r#"{"mandateId": "\ud800"}"#), BROKEN),
        ("an unknown escape", text(r#"{"mandateId": "\x41"}"#), BROKEN),
        ("invalid UTF-8", b"{\"mandateId\": \"\xff\xfe\"}".to_vec(), BROKEN),
        ("another encoding", "{}".encode_utf16().flat_map(u16::to_le_bytes).collect(), BROKEN),
        ("10,000 open lists", text(&"[".repeat(10_000)), BROKEN),
        ("10,000 levels", text(&format!("{}1{}", r#"{"a":"#.repeat(10_000), "}".repeat(10_000))), BROKEN),
        ("bytes", (0..=255).collect(), BROKEN),
        ("a form", text("mandateId=m-free"), BROKEN),
        ("null", text("null"), NO_OBJECT),
        ("a list", text(r#"["m-free"]"#), NO_OBJECT),
        ("a text", text(r#""m-free""#), NO_OBJECT),
        ("a number", text("7"), NO_OBJECT),
        ("true", text("true"), NO_OBJECT),
        ("5 MB of spaces", vec![b' '; 5_000_000], "413 payload-too-large"),
        ("5 MB of braces", vec![b'{'; 5_000_000], "413 payload-too-large"),
        (
            "one field of 5 MB",
            text(&format!(r#"{{"mandateId": "{}"}}"#, "x".repeat(5_000_000))),
            "413 payload-too-large",
        ),
        ("one byte too many", vec![b' '; 1_000_001], "413 payload-too-large"),
        (
            "a name twice in what is not looked at",
            text(r#"{"more": [{"a": 1, "a": 2}]}"#),
            "422 invalid-field /more/0/a duplicate",
        ),
    ]
}

/// What is put in place of a field's good value, with what is wrong then.
fn wrong_values() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("null", json!(null), "missing"),
        ("a number", json!(7), "wrong-type"),
        ("true", json!(true), "wrong-type"),
        ("a list", json!(["m-free"]), "wrong-type"),
        ("an object", json!({"id": "m-free"}), "wrong-type"),
        ("empty", json!(""), "length"),
        ("201 characters", json!("x".repeat(201)), "length"),
        ("10,000 characters", json!("x".repeat(10_000)), "length"),
        ("201 characters of four bytes", json!("\u{1f600}".repeat(201)), "length"),
        ("a NUL", json!("m-free\u{0}"), "control-character"),
        ("a NUL alone", json!("\u{0}"), "control-character"),
        ("a line feed", json!("m-free\n"), "control-character"),
        ("an escape sequence", json!("\u{1b}[31mm-free"), "control-character"),
        ("DEL", json!("m-free\u{7f}"), "control-character"),
        ("a C1 control character", json!("m-free\u{85}"), "control-character"),
    ]
}

/// Names that are a slip for a known one.
const SLIPS: [(&str, &str); 6] = [
    ("mandateId", "mandate_id"),
    ("mandateId", "mandateID"),
    ("mandateId", "MandateId"),
    ("mandateId", "mandatId"),
    ("instanceId", "instance-id"),
    ("featureCode", "feature_code"),
];

/// Bodies that are odd but say what they have to.
fn odd_but_good(good: &Value) -> Vec<(&'static str, String)> {
    let mut more = good.clone();
    more["colour"] = json!({"deep": [null, 1.5, {"x": "\u{0}"}]});
    more["quantity"] = json!(1_000_000);
    let text = good.to_string();
    let padded = format!("{text}{}", " ".repeat(1_000_000 - text.len()));
    vec![
        ("unknown fields", more.to_string()),
        ("space around", format!("\r\n\t {text} \n")),
        ("exactly 1 MB", padded),
        ("escaped letters", text.replace("m-free", r"\u006d-free")),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_body_is_said() {
    let trial = Trial::begin().await;
    for (path, good, answer) in endpoints() {
        for (name, body, expected) in wrong_everywhere() {
            assert_eq!(post(&trial, path, body).await, expected, "{path}: {name}");
        }
        for field in good.as_object().unwrap().keys() {
            let pointed = |problem: &str| format!("422 invalid-field /{field} {problem}");
            let mut body = good.clone();
            body.as_object_mut().unwrap().remove(field);
            assert_eq!(post(&trial, path, body.to_string()).await, pointed("missing"), "{path}: no {field}");
            for (name, value, problem) in wrong_values() {
                let mut body = good.clone();
                body[field] = value;
                assert_eq!(post(&trial, path, body.to_string()).await, pointed(problem), "{path}: {field} is {name}");
            }
            let twice = good.to_string().replacen('{', &format!(r#"{{"{field}": "f1","#), 1);
            assert_eq!(post(&trial, path, twice).await, pointed("duplicate"), "{path}: {field} twice");
        }
        for (field, slip) in SLIPS.into_iter().filter(|(field, _)| good.get(field).is_some()) {
            let expected = format!("422 invalid-field /{slip} near-miss");
            let mut beside = good.clone();
            beside[slip] = json!("m-free");
            let mut instead = beside.clone();
            instead.as_object_mut().unwrap().remove(field);
            for body in [beside, instead] {
                assert_eq!(post(&trial, path, body.to_string()).await, expected, "{path}: {body}");
            }
        }
        for (name, body) in odd_but_good(&good) {
            assert_eq!(post(&trial, path, body).await, answer, "{path}: {name}");
        }
    }
    trial.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_optional_is_checked_too() {
    let trial = Trial::begin().await;
    let path = "/api/store/deactivate";
    for (fields, expected) in [
        (json!({"scope": "all"}), "422 invalid-field /scope not-allowed"),
        (json!({"scope": "Mine"}), "422 invalid-field /scope not-allowed"),
        (json!({"scope": ""}), "422 invalid-field /scope not-allowed"),
        (json!({"scope": 1}), "422 invalid-field /scope wrong-type"),
        (json!({"scope": ["mine"]}), "422 invalid-field /scope wrong-type"),
        (json!({"userId": ""}), "422 invalid-field /userId length"),
        (json!({"userId": 7}), "422 invalid-field /userId wrong-type"),
        (json!({"userId": "u\u{0}"}), "422 invalid-field /userId control-character"),
        (json!({"userId": "u-member", "scope": "mine"}), "422 invalid-field /userId exclusive"),
        (json!({"user_id": "u-member"}), "422 invalid-field /user_id near-miss"),
        (json!({"Scope": "mandate"}), "422 invalid-field /Scope near-miss"),
        (json!({"scope": null, "userId": null}), "404 instance-not-found"),
        (json!({"scope": "mandate"}), "404 instance-not-found"),
    ] {
        let mut body = json!({"featureCode": "f0", "mandateId": FREE, "instanceId": "none"});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        assert_eq!(post(&trial, path, body.to_string()).await, expected, "{fields}");
    }
    trial.end().await;
}

async fn post(trial: &Trial, path: &str, body: impl Into<Vec<u8>>) -> String {
    shown(&trial.api.send(Method::POST, path, Some(&tokens::of(ADMIN)), &[], Some(body.into())).await)
}
