//! Header fields that keep page and answers safe, as a table.

use super::Visit;
use crate::{tokens, world::ADMIN};

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; \
     require-trusted-types-for 'script'; trusted-types lit-html; frame-ancestors ";
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// Fields that every answer has, in this order.
const NAMES: [&str; 5] = [
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-resource-policy",
    "cross-origin-opener-policy",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_its_fields() {
    let visit = Visit::to(|setup| setup).await;
    let bearer = format!("Bearer {}", tokens::of(ADMIN));
    let page = format!("{POLICY}'none'");
    for (path, status, expected) in [
        ("/", 200, [page.as_str(), "nosniff", "same-origin", "same-origin", "same-origin"]),
        ("/api/store/page", 200, [NOTHING, "nosniff", "no-referrer", "same-origin", ""]),
        ("/api/store/mandates", 200, [NOTHING, "nosniff", "no-referrer", "same-origin", ""]),
        ("/api/store/instances?mandateId=none", 404, [NOTHING, "nosniff", "no-referrer", "same-origin", ""]),
        ("/icons/mdi-puzzle.svg", 200, [NOTHING, "nosniff", "no-referrer", "same-origin", ""]),
        ("/nothing", 404, [NOTHING, "nosniff", "no-referrer", "same-origin", ""]),
        ("/livez", 200, [NOTHING, "nosniff", "no-referrer", "same-origin", ""]),
    ] {
        let seen = visit.get(path, &[("authorization", &bearer)]).await;
        assert_eq!(seen.status, status, "{path}");
        assert_eq!(NAMES.map(|name| seen.header(name)), expected.map(str::to_owned), "{path}");
        assert_eq!(seen.header("set-cookie"), "", "{path}");
        assert_eq!(seen.header("access-control-allow-origin"), "", "{path}");
    }
    let page = visit.get("/", &[]).await;
    let permissions = page.header("permissions-policy");
    for power in ["camera", "geolocation", "microphone", "payment", "usb"] {
        assert!(permissions.contains(&format!("{power}=()")), "{permissions}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn listed_origins_may_frame_the_page_and_nothing_else() {
    let frames = "https://app.example.com, http://127.0.0.1:3000";
    let visit = Visit::to(|setup| setup.with("TURNPIKE_FRAME_ANCESTORS", frames)).await;
    let page = visit.get("/", &[]).await;
    let expected = format!("{POLICY}https://app.example.com http://127.0.0.1:3000");
    assert_eq!(page.header("content-security-policy"), expected);
    assert_eq!(page.header("cross-origin-resource-policy"), "cross-origin");
    for path in ["/api/store/page", "/icons/mdi-puzzle.svg", "/nothing"] {
        assert_eq!(visit.get(path, &[]).await.header("content-security-policy"), NOTHING, "{path}");
    }
}
