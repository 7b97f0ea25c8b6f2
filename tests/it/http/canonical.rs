//! Canonical JSON.

use turnpike::http::request::{canonical, parse_json};

#[test]
fn one_text_per_value() {
    for (written, expected) in [
        ("null", "null"),
        (" [ 1 , 2.50, -0, 1e2, true ] ", "[1,2.5,-0.0,100.0,true]"),
        (r#"{"b":1,"a":{"d":[],"c":{}}}"#, r#"{"a":{"c":{},"d":[]},"b":1}"#),
        (r#"{"\u00e9":"\u00e9\n\"","A":1,"a":2}"#, "{\"A\":1,\"a\":2,\"é\":\"é\\n\\\"\"}"),
        ("18446744073709551615", "18446744073709551615"),
    ] {
        let value = parse_json(written.as_bytes()).expect("JSON");
        assert_eq!(canonical(&value), expected, "{written}");
    }
}
