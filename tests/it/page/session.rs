//! Cookies in place of tokens: who is let in, and each way in which a foreign page could try.

use reqwest::Method;

use super::Visit;
use crate::{
    host::Setup,
    tokens,
    world::{ADMIN, FREE, MEMBER},
};

const COOKIE: &str = "__Host-session";
/// What a page of the store sends beside cookie and origin.
const JSON: (&str, &str) = ("content-type", "application/json");
const MARK: (&str, &str) = ("x-turnpike", "1");
/// The answer of those who are let in: it changes nothing.
const IN: &str = "404 feature-not-found";
const CROSS: &str = "403 cross-site-request";
const NOBODY: &str = "401 unauthorized";

fn with_cookie(setup: Setup) -> Setup {
    setup
        .with("TURNPIKE_SESSION_COOKIE", COOKIE)
        .with("TURNPIKE_PUBLIC_URL", "https://store.example.com/shop")
        .with("TURNPIKE_CORS_ORIGINS", "https://app.example.com,https://partner.example")
        .with("TURNPIKE_SESSION_ORIGINS", "https://app.example.com")
}

async fn post(visit: &Visit, headers: &[(&str, &str)]) -> String {
    let body = format!(r#"{{"featureCode": "none", "mandateId": "{FREE}"}}"#);
    visit.ask(Method::POST, "/api/store/activate", headers, Some(&body)).await.shown()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_shows_that_a_page_of_the_store_made_it() {
    let visit = Visit::to(with_cookie).await;
    let session = format!("{COOKIE}={}", tokens::of(ADMIN));
    let cookie = ("cookie", session.as_str());
    let own = ("origin", visit.origin());
    let public = ("origin", "https://store.example.com");
    let same = ("sec-fetch-site", "same-origin");
    let site = ("sec-fetch-site", "same-site");
    let trusted = ("origin", "https://app.example.com");
    let behind_tls = visit.origin().replace("http://", "https://");
    let own_port = visit.origin().replace("127.0.0.1", "127.0.0.2");
    let under_public_name = ("host", "store.example.com");
    for (case, headers, expected) in [
        ("a page of this host", vec![cookie, JSON, MARK, own, same], IN),
        ("with TLS ended by a proxy", vec![cookie, JSON, MARK, ("origin", &behind_tls), same], IN),
        ("a page of the public address", vec![cookie, JSON, MARK, public, same], IN),
        ("an old browser, or no TLS", vec![cookie, JSON, MARK, public], IN),
        ("a charset", vec![cookie, ("content-type", "Application/JSON; charset=utf-8"), MARK, own, same], IN),
        ("other cookies beside it", vec![("cookie", "a=b; c=\"d\""), cookie, JSON, MARK, own, same], IN),
        ("a trusted origin of the same site", vec![cookie, JSON, MARK, trusted, site], IN),
        // Forms.
        ("a form's type", vec![cookie, ("content-type", "text/plain"), MARK, own, same], CROSS),
        (
            "a form's type that hides JSON",
            vec![cookie, ("content-type", "text/plain; application/json"), MARK, own, same],
            CROSS,
        ),
        ("no type", vec![cookie, MARK, own, same], CROSS),
        ("another JSON", vec![cookie, ("content-type", "application/csp-report+json"), MARK, own, same], CROSS),
        ("two types", vec![cookie, JSON, JSON, MARK, own, same], CROSS),
        ("no mark", vec![cookie, JSON, own, same], CROSS),
        ("another mark", vec![cookie, JSON, ("x-turnpike", "true"), own, same], CROSS),
        // Origins.
        ("no origin", vec![cookie, JSON, MARK, same], CROSS),
        ("two origins", vec![cookie, JSON, MARK, own, own, same], CROSS),
        ("a foreign origin", vec![cookie, JSON, MARK, ("origin", "https://evil.example"), same], CROSS),
        ("a sandbox", vec![cookie, JSON, MARK, ("origin", "null"), same], CROSS),
        (
            "an origin that ends alike",
            vec![cookie, JSON, MARK, ("origin", "https://evilstore.example.com"), same],
            CROSS,
        ),
        (
            "an origin that begins alike",
            vec![cookie, JSON, MARK, ("origin", "https://store.example.com.evil.example"), same],
            CROSS,
        ),
        ("a sister of the public address", vec![cookie, JSON, MARK, ("origin", "https://example.com"), same], CROSS),
        ("another port", vec![cookie, JSON, MARK, ("origin", "https://store.example.com:8443"), same], CROSS),
        ("an address with a path", vec![cookie, JSON, MARK, ("origin", "https://store.example.com/"), same], CROSS),
        ("another machine", vec![cookie, JSON, MARK, ("origin", &own_port), same], CROSS),
        (
            "the public name without TLS",
            vec![cookie, JSON, MARK, under_public_name, ("origin", "http://store.example.com")],
            CROSS,
        ),
        (
            "an origin that may call with a token only",
            vec![cookie, JSON, MARK, ("origin", "https://partner.example"), site],
            CROSS,
        ),
        // What browsers say of the site.
        ("another site", vec![cookie, JSON, MARK, own, ("sec-fetch-site", "cross-site")], CROSS),
        ("a sister that claims to be this host", vec![cookie, JSON, MARK, own, site], CROSS),
        ("typed by a person", vec![cookie, JSON, MARK, own, ("sec-fetch-site", "none")], CROSS),
        (
            "a trusted origin of another site",
            vec![cookie, JSON, MARK, trusted, ("sec-fetch-site", "cross-site")],
            CROSS,
        ),
        // Tokens and cookies.
        ("no cookie", vec![JSON, MARK, own, same], NOBODY),
        ("another cookie", vec![("cookie", "session=x"), JSON, MARK, own, same], NOBODY),
        ("an empty cookie", vec![("cookie", "__Host-session="), JSON, MARK, own, same], NOBODY),
        ("no token in it", vec![("cookie", "__Host-session=x"), JSON, MARK, own, same], NOBODY),
        ("two of that name", vec![cookie, cookie, JSON, MARK, own, same], NOBODY),
    ] {
        assert_eq!(post(&visit, &headers).await, expected, "{case}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_is_not_made_for_another_site() {
    let visit = Visit::to(with_cookie).await;
    let session = format!("{COOKIE}={}", tokens::of(ADMIN));
    let cookie = ("cookie", session.as_str());
    let trusted = ("origin", "https://app.example.com");
    for (case, headers, expected) in [
        ("a page of this host", vec![cookie, ("sec-fetch-site", "same-origin")], "200"),
        ("typed by a person", vec![cookie, ("sec-fetch-site", "none")], "200"),
        ("an old browser", vec![cookie], "200"),
        ("a trusted origin", vec![cookie, ("sec-fetch-site", "same-site"), trusted], "200"),
        ("a trusted origin, and an old browser", vec![cookie, trusted], "200"),
        ("an image on another site", vec![cookie, ("sec-fetch-site", "cross-site")], CROSS),
        ("an image on a sister", vec![cookie, ("sec-fetch-site", "same-site")], CROSS),
        (
            "a sister that is not trusted",
            vec![cookie, ("sec-fetch-site", "same-site"), ("origin", "https://blog.example.com")],
            CROSS,
        ),
        ("a foreign origin, and an old browser", vec![cookie, ("origin", "https://evil.example")], CROSS),
        ("a trusted origin of another site", vec![cookie, ("sec-fetch-site", "cross-site"), trusted], CROSS),
        ("a site that is none", vec![cookie, ("sec-fetch-site", "elsewhere")], CROSS),
    ] {
        assert_eq!(visit.get("/api/store/mandates", &headers).await.shown(), expected, "{case}");
    }
    let seen = visit.get("/api/store/mandates", &[cookie]).await;
    assert_eq!(seen.header("set-cookie"), "");
    assert_eq!(seen.header("vary"), "Authorization, Cookie, Accept-Language, origin");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bearer_token_wins_and_the_cookie_holds_the_same_token() {
    let visit = Visit::to(with_cookie).await;
    let cookie_of = |token: &str| format!("{COOKIE}={token}");
    let bearer_of = |token: &str| format!("Bearer {token}");
    let (admin, member) = (tokens::of(ADMIN), tokens::of(MEMBER));
    let expired = tokens::signed(&tokens::claims(ADMIN, -60), tokens::SECRET);
    let forged = tokens::signed(&tokens::claims(ADMIN, 60), "a-secret-of-somebody-else-with-enough-bytes");
    // Who administers nothing is told so, which shows as whom the request was taken.
    let path = format!("/api/store/instances?mandateId={FREE}");
    for (case, headers, expected) in [
        ("the cookie", vec![("cookie", cookie_of(&admin))], "200"),
        ("the member's cookie", vec![("cookie", cookie_of(&member))], "403 not-admin"),
        (
            "the member's token, the admin's cookie",
            vec![("authorization", bearer_of(&member)), ("cookie", cookie_of(&admin))],
            "403 not-admin",
        ),
        (
            "a token that is refused, the admin's cookie",
            vec![("authorization", bearer_of(&expired)), ("cookie", cookie_of(&admin))],
            NOBODY,
        ),
        ("no bearer", vec![("authorization", "Basic eDp5".to_owned()), ("cookie", cookie_of(&admin))], NOBODY),
        ("expired", vec![("cookie", cookie_of(&expired))], NOBODY),
        ("forged", vec![("cookie", cookie_of(&forged))], NOBODY),
        (
            "a token of another site's page: it knows the token",
            vec![("authorization", bearer_of(&admin)), ("sec-fetch-site", "cross-site".to_owned())],
            "200",
        ),
    ] {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(visit.get(&path, &headers).await.shown(), expected, "{case}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_setting_cookies_are_not_looked_at() {
    let visit = Visit::to(|setup| setup).await;
    let session = format!("{COOKIE}={0}; session={0}; token={0}", tokens::of(ADMIN));
    let own = ("origin", visit.origin());
    let headers = [("cookie", session.as_str()), JSON, MARK, own, ("sec-fetch-site", "same-origin")];
    assert_eq!(post(&visit, &headers).await, NOBODY);
    let seen = visit.get("/api/store/mandates", &headers).await;
    assert_eq!(seen.shown(), NOBODY);
    assert_eq!(seen.header("vary"), "Authorization, Accept-Language");
}
