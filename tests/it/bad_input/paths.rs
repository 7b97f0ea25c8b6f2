//! Paths that lead nowhere, methods that are not there, and ids in paths.

use reqwest::Method;

use super::{Trial, shown};
use crate::{tokens, world::ADMIN};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said() {
    let trial = Trial::begin().await;
    let long = format!("/api/store/changes/{}", "x".repeat(10_000));
    for (path, expected) in [
        ("//", "404 not-found"),
        ("/api/store", "404 not-found"),
        ("/api/store/", "404 not-found"),
        ("/api/store/mandates/", "404 not-found"),
        ("//api/store/mandates", "404 not-found"),
        ("/API/store/mandates", "404 not-found"),
        ("/api/store/nothing", "404 not-found"),
        ("/api/store/changes", "422 invalid-field /mandateId missing"),
        ("/api/store/changes/", "404 not-found"),
        ("/api/store/changes/a/b", "404 not-found"),
        ("/api/store/changes/%2e%2e%2f%2e%2e", "404 not-found"),
        ("/api/store/changes/none", "404 not-found"),
        ("/api/store/changes/%ff", "404 not-found"),
        ("/api/store/changes/%00", "422 invalid-field /id control-character"),
        ("/api/store/changes/c%0d%0aset-cookie:x", "422 invalid-field /id control-character"),
        (&long, "422 invalid-field /id length"),
        ("/api/store/%00", "404 not-found"),
        ("/.env", "404 not-found"),
    ] {
        assert_eq!(shown(&trial.api.get(ADMIN, path).await), expected, "{path}");
    }
    trial.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_is_not_there_is_refused_with_those_that_are() {
    let trial = Trial::begin().await;
    let made_up = Method::from_bytes(b"BREW").unwrap();
    let others = [Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS, Method::TRACE, made_up];
    for (path, right, wrong) in [
        ("/api/store/mandates", "GET,HEAD", Some(Method::POST)),
        ("/api/store/subscription-info", "GET,HEAD", Some(Method::POST)),
        ("/api/store/features", "GET,HEAD", Some(Method::POST)),
        ("/api/store/instances", "GET,HEAD", Some(Method::POST)),
        ("/api/store/changes", "GET,HEAD,POST", None),
        ("/api/store/changes/c", "GET,HEAD", Some(Method::POST)),
        ("/api/store/quote", "POST", Some(Method::GET)),
        ("/", "GET,HEAD", Some(Method::POST)),
        ("/api/store/page", "GET,HEAD", Some(Method::POST)),
        ("/icons/mdi-puzzle.svg", "GET,HEAD", Some(Method::POST)),
        ("/livez", "GET,HEAD", Some(Method::POST)),
        ("/readyz", "GET,HEAD", Some(Method::POST)),
        ("/api/store/activate", "POST", Some(Method::GET)),
        ("/api/store/deactivate", "POST", Some(Method::GET)),
        ("/api/store/restore", "POST", Some(Method::GET)),
    ] {
        for method in others.iter().cloned().chain(wrong) {
            let reply = trial.api.send(method.clone(), path, Some(&tokens::of(ADMIN)), &[], None).await;
            assert_eq!(shown(&reply), "405 method-not-allowed", "{method} {path}");
            assert_eq!(reply.header("allow"), right, "{method} {path}");
        }
    }
    trial.end().await;
}
