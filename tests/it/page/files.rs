//! The files of the page: types, caching, compressed variants, and that the document needs nothing that its policy forbids.

use std::collections::BTreeSet;

use reqwest::Method;
use turnpike::http::page::{Files, media_type};

use super::Visit;

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The files that the page's document names.
fn named(document: &str) -> BTreeSet<String> {
    document
        .split(['"', '\''])
        .filter_map(|text| text.strip_prefix("./").or_else(|| text.strip_prefix('/')))
        .filter(|name| name.starts_with("assets/"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_always_asked_for_and_its_files_are_kept_for_ever() {
    let visit = Visit::to(|setup| setup).await;
    let document = visit.get("/", &[]).await;
    assert_eq!(document.status, 200);
    assert_eq!(document.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(document.header("cache-control"), "no-cache");
    assert_eq!(document.header("vary"), "Accept-Encoding");
    assert_eq!(document.header("content-encoding"), "");

    let named = named(&String::from_utf8(document.body).unwrap());
    assert!(named.iter().any(|name| name.ends_with(".js")), "{named:?}");
    let all: BTreeSet<String> = Files::names().collect();
    assert!(all.contains("index.html") && named.is_subset(&all), "{all:?}");
    for name in all.iter().filter(|name| *name != "index.html") {
        assert!(name.starts_with("assets/"), "{name} has no address");
        let file = visit.get(&format!("/{name}"), &[]).await;
        assert_eq!((file.status, file.header("cache-control").as_str()), (200, FOR_EVER), "{name}");
        assert_eq!(Some(file.header("content-type").as_str()), media_type(name), "{name}");
        assert_eq!(file.header("x-content-type-options"), "nosniff", "{name}");
        let asked_only = visit.ask(Method::HEAD, &format!("/{name}"), &[], None).await;
        assert!(asked_only.body.is_empty());
        assert_eq!(asked_only.header("content-length"), file.body.len().to_string(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_needs_nothing_that_its_policy_forbids() {
    let visit = Visit::to(|setup| setup).await;
    let document = String::from_utf8(visit.get("/", &[]).await.body).unwrap();
    for tag in document.split('<').filter(|tag| !tag.starts_with(['/', '!'])) {
        let tag = tag.split('>').next().unwrap_or_default();
        let attributes: Vec<&str> = tag.split_whitespace().skip(1).collect();
        let has = |name: &str| attributes.iter().any(|attribute| attribute.starts_with(name));
        assert!(!tag.starts_with("script") || has("src="), "a script in the document: <{tag}>");
        assert!(!tag.starts_with("style") && !has("style="), "a style in the document: <{tag}>");
        assert!(!has("on"), "a script in an attribute: <{tag}>");
        assert!(!tag.contains("://") && !tag.contains("data:"), "something of another place: <{tag}>");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_as_the_caller_accepts_it() {
    let visit = Visit::to(|setup| setup).await;
    let script = Files::names().find(|name| name.ends_with(".js")).expect("a script");
    for path in ["/".to_owned(), format!("/{script}")] {
        let whole = visit.get(&path, &[]).await;
        let mut tags = BTreeSet::from([whole.header("etag")]);
        for (accepted, coding) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip", "gzip"),
            ("identity", ""),
            ("zstd", ""),
        ] {
            let file = visit.get(&path, &[("accept-encoding", accepted)]).await;
            assert_eq!((file.status, file.header("content-encoding").as_str()), (200, coding), "{path} {accepted}");
            assert_eq!(file.header("content-type"), whole.header("content-type"));
            assert_eq!(file.header("vary"), "Accept-Encoding");
            match coding {
                "" => assert_eq!(file.body, whole.body),
                "gzip" => assert_eq!(unzipped(&file.body), whole.body),
                _ => assert!(file.body.len() < whole.body.len()),
            }
            tags.insert(file.header("etag"));
        }
        assert_eq!(tags.len(), 3, "each variant has a tag of its own: {tags:?}");
    }
}

/// What a gzip file of one part without a name holds (RFC 1952).
fn unzipped(file: &[u8]) -> Vec<u8> {
    assert_eq!(file[..4], [0x1f, 0x8b, 8, 0]);
    miniz_oxide::inflate::decompress_to_vec(&file[10..file.len() - 8]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_caller_has_is_not_sent_again() {
    let visit = Visit::to(|setup| setup).await;
    let br = [("accept-encoding", "br")];
    let tag = visit.get("/", &br).await.header("etag");
    for (known, expected) in
        [(tag.clone(), 304), (format!("W/{tag}"), 304), (format!("\"x\", {tag}"), 304), ("\"x\"".to_owned(), 200)]
    {
        let seen = visit.get("/", &[br[0], ("if-none-match", &known)]).await;
        assert_eq!(seen.status, expected, "{known}");
        assert_eq!(seen.body.is_empty(), expected == 304);
        assert_eq!(seen.header("etag"), tag);
        // The stored answer takes the fields of this one over.
        assert!(seen.header("content-security-policy").contains("script-src 'self'"), "{known}");
        assert_eq!(seen.header("cache-control"), "no-cache");
    }
    let other = visit.get("/", &[("accept-encoding", "gzip"), ("if-none-match", &tag)]).await;
    assert_eq!(other.status, 200, "the tag is that of another variant");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_addresses_are_problems() {
    let visit = Visit::to(|setup| setup).await;
    let script = Files::names().find(|name| name.ends_with(".js")).expect("a script");
    let (packed, above) = (format!("/{script}.br"), format!("/assets/..%2f{script}"));
    for path in [
        "/index.html",
        "/store",
        "/assets",
        "/assets/",
        "/assets/none.js",
        "/assets/..%2findex.html",
        "/assets/%2e%2e%2f%2e%2e%2fCargo.toml",
        "/assets//etc/passwd",
        "/assets/index.html",
        "/favicon.ico",
        &packed,
        &above,
    ] {
        let seen = visit.get(path, &[("accept", "text/html")]).await;
        assert_eq!(seen.shown(), "404 not-found", "{path}");
        assert_eq!(seen.header("content-type"), "application/problem+json", "{path}");
    }
    for path in ["/", &format!("/{script}")] {
        let seen = visit.ask(Method::POST, path, &[], Some("{}")).await;
        assert_eq!((seen.shown().as_str(), seen.header("allow").as_str()), ("405 method-not-allowed", "GET,HEAD"));
    }
}
