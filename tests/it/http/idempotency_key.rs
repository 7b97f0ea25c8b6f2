//! The `Idempotency-Key` header.

use axum::http::{HeaderMap, HeaderValue};
use turnpike::http::request::{FaultKind, parse_key};

fn headers(values: &[&[u8]]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append("idempotency-key", HeaderValue::from_bytes(value).expect("a header value"));
    }
    headers
}

#[test]
fn keys_are_bare_or_quoted() {
    let longest = "k".repeat(255);
    let quoted = format!("\"{longest}\"");
    for (value, key) in [
        ("abc", "abc"),
        ("\"abc\"", "abc"),
        (" abc ", "abc"),
        ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        (r#""a\"b\\c""#, r#"a"b\c"#),
        (r#"a"b"#, r#"a"b"#),
        ("~!#;=", "~!#;="),
        (longest.as_str(), longest.as_str()),
        (quoted.as_str(), longest.as_str()),
    ] {
        assert_eq!(parse_key(&headers(&[value.as_bytes()])), Ok(Some(key.to_owned())), "{value}");
    }
    assert_eq!(parse_key(&HeaderMap::new()), Ok(None));
}

#[test]
fn other_keys_are_refused() {
    let length = FaultKind::Length { min: 1, max: 255 };
    let too_long = "k".repeat(256);
    for (values, kind) in [
        (vec![b"".as_slice()], length.clone()),
        (vec![b"\"\""], length.clone()),
        (vec![too_long.as_bytes()], length),
        (vec![b"a b"], FaultKind::NotVisible),
        (vec![b"\"a b\""], FaultKind::NotVisible),
        (vec![b"a\tb"], FaultKind::NotVisible),
        (vec![b"\"abc"], FaultKind::NotVisible),
        (vec![b"\"abc\"d"], FaultKind::NotVisible),
        (vec![b"\"a\\b\""], FaultKind::NotVisible),
        (vec![b"\""], FaultKind::NotVisible),
        (vec!["clé".as_bytes()], FaultKind::NotVisible),
        (vec![b"abc", b"abc"], FaultKind::Duplicate),
    ] {
        let fault = parse_key(&headers(&values)).expect_err("a fault");
        assert_eq!(fault.kind, kind, "{values:?}");
        assert_eq!(fault.pointer, "Idempotency-Key");
    }
}
