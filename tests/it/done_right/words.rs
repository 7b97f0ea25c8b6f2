//! Every refusal has a code and a sentence in the caller's language, and never an internal message.

use reqwest::Method;
use serde_json::Value;

use super::on_both_engines;
use crate::{
    engines::TestDatabase,
    scene::Scene,
    tokens,
    world::{FREE, MEMBER},
};

on_both_engines!(a_refusal_speaks_the_callers_language);

async fn a_refusal_speaks_the_callers_language(database: &TestDatabase) {
    let scene = Scene::on(database).await;
    let body = format!(r#"{{"featureCode": "f0", "mandateId": "{FREE}"}}"#).into_bytes();
    let mut details = Vec::new();
    for (asked, language) in [("", "de"), ("fr-CH, de;q=0.5", "fr"), ("it", "it"), ("en-GB", "en"), ("xx", "de")] {
        let reply = scene
            .api
            .send(
                Method::POST,
                "/api/store/activate",
                Some(&tokens::of(MEMBER)),
                &[("accept-language", asked)],
                Some(body.clone()),
            )
            .await;
        let problem: Value = reply.json();
        assert_eq!(reply.status, 403, "{problem}");
        assert_eq!(reply.header("content-type"), "application/problem+json");
        assert_eq!(reply.header("content-language"), language);
        assert_eq!(problem["code"], "not-admin");
        assert_eq!(problem["reasons"][0]["code"], "not-admin");
        for field in ["type", "title", "detail", "traceId"] {
            assert!(!problem[field].as_str().unwrap_or_default().is_empty(), "{field}: {problem}");
        }
        assert!(!problem["reasons"][0]["fix"].as_str().unwrap().is_empty(), "{problem}");
        details.push(problem["detail"].as_str().unwrap().to_owned());
    }
    assert_eq!(details[0], details[4], "German where nothing fits");
    let distinct: std::collections::BTreeSet<&String> = details.iter().collect();
    assert_eq!(distinct.len(), 4, "{details:?}");
}
