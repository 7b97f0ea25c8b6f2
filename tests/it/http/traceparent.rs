//! Which `traceparent` headers give the trace id (W3C Trace Context).

use axum::http::{HeaderMap, HeaderValue};
use turnpike::http::trace::from_traceparent;

#[test]
fn only_valid_ones_count() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = "00f067aa0ba902b7";
    let zeros = "0".repeat(32);
    for (value, valid) in [
        (format!("00-{trace}-{parent}-01"), true),
        (format!("cc-{trace}-{parent}-01-what-comes-later"), true),
        (format!("00-{trace}-{parent}-01-more"), false),
        (format!("ff-{trace}-{parent}-01"), false),
        (format!("00-{zeros}-{parent}-01"), false),
        (format!("00-{trace}-0000000000000000-01"), false),
        (format!("00-{}-{parent}-01", trace.to_uppercase()), false),
        (format!("00-{}-{parent}-01", &trace[1..]), false),
        (format!("00-{trace}-{parent}"), false),
        (format!("00-{trace}\"-{parent}-01"), false),
        (String::new(), false),
    ] {
        let headers = HeaderMap::from_iter([(
            "traceparent".parse().expect("a name"),
            HeaderValue::from_str(&value).expect("a header value"),
        )]);
        assert_eq!(from_traceparent(&headers), valid.then(|| trace.to_owned()), "{value}");
    }
    assert_eq!(from_traceparent(&HeaderMap::new()), None);
}
