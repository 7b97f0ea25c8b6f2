//! Pages of other origins: those of the list are let in, and nobody else is told anything.

use reqwest::Method;

use super::Visit;
use crate::{host::Setup, tokens, world::ADMIN};

const LISTED: &str = "https://app.example.com";
const SESSION: &str = "https://console.example.com";

fn listed(setup: Setup) -> Setup {
    setup
        .with("TURNPIKE_CORS_ORIGINS", "https://App.Example.com:443, https://console.example.com")
        .with("TURNPIKE_SESSION_COOKIE", "__Host-session")
        .with("TURNPIKE_SESSION_ORIGINS", SESSION)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_origin_may_ask_and_read() {
    let visit = Visit::to(listed).await;
    let bearer = format!("Bearer {}", tokens::of(ADMIN));
    for (origin, allowed, credentials) in [
        (LISTED, LISTED, ""),
        (SESSION, SESSION, "true"),
        ("https://evil.example", "", ""),
        ("https://app.example.com.evil.example", "", ""),
        ("https://evilapp.example.com", "", ""),
        ("http://app.example.com", "", ""),
        ("https://app.example.com:8443", "", ""),
        ("https://APP.example.com", "", ""),
        ("null", "", ""),
        ("*", "", ""),
        ("", "", ""),
    ] {
        for path in ["/api/store/mandates", "/api/store/changes/none", "/icons/mdi-puzzle.svg", "/nothing"] {
            let seen = visit.get(path, &[("origin", origin), ("authorization", &bearer)]).await;
            assert_eq!(seen.header("access-control-allow-origin"), allowed, "{origin} {path}");
            assert_eq!(seen.header("access-control-allow-credentials"), credentials, "{origin} {path}");
            assert!(seen.header("vary").ends_with("origin"), "{origin} {path}: {}", seen.header("vary"));
            let told = seen.header("access-control-expose-headers");
            for name in ["etag", "location", "retry-after", "ratelimit", "ratelimit-policy"] {
                assert!(told.split(',').any(|told| told == name), "{name}: {told}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_told_beforehand_what_it_may_send() {
    let visit = Visit::to(listed).await;
    for (origin, allowed, credentials) in
        [(LISTED, LISTED, ""), (SESSION, SESSION, "true"), ("https://evil.example", "", ""), ("null", "", "")]
    {
        for method in ["POST", "GET", "DELETE"] {
            let asked = [
                ("origin", origin),
                ("access-control-request-method", method),
                ("access-control-request-headers", "authorization,content-type,idempotency-key,x-turnpike,x-other"),
            ];
            let seen = visit.ask(Method::OPTIONS, "/api/store/activate", &asked, None).await;
            assert_eq!(seen.status, 200);
            assert!(seen.body.is_empty());
            assert_eq!(seen.header("access-control-allow-origin"), allowed, "{origin}");
            assert_eq!(seen.header("access-control-allow-credentials"), credentials, "{origin}");
            assert_eq!(seen.header("access-control-allow-methods"), "GET,POST,PUT,DELETE");
            let mut sent: Vec<String> =
                seen.header("access-control-allow-headers").split(',').map(str::to_owned).collect();
            sent.sort();
            assert_eq!(
                sent,
                [
                    "accept-language",
                    "authorization",
                    "content-type",
                    "idempotency-key",
                    "if-match",
                    "if-none-match",
                    "last-event-id",
                    "x-turnpike"
                ]
            );
            assert_eq!(seen.header("vary"), "origin");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_list_nothing_is_said_about_origins() {
    let visit = Visit::to(|setup| setup).await;
    let asked = [("origin", LISTED), ("access-control-request-method", "POST")];
    let seen = visit.ask(Method::OPTIONS, "/api/store/activate", &asked, None).await;
    assert_eq!((seen.shown().as_str(), seen.header("allow").as_str()), ("405 method-not-allowed", "POST"));
    for seen in [seen, visit.get("/api/store/page", &asked).await] {
        assert!(seen.headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{:?}", seen.headers);
        assert!(!seen.header("vary").contains("rigin"));
    }
}
