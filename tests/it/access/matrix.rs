//! Runs the table: nobody gets another answer than it says, and nobody but the admin changes anything.

use reqwest::Method;

use super::{
    Stage,
    callers::{USERS, unaccepted},
    endpoints::{ENDPOINTS, Endpoint},
    names,
};
use crate::{
    api::{Api, Reply},
    engines,
    host::Host,
    planted,
    scene::Scene,
    tokens,
    world::{ADMIN, OPEN},
};

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_answers_every_caller_as_the_table_says() {
    let database = engines::sqlite().await;
    let scene = Scene::with(&database, |setup| {
        // All that this host itself would ever log, at the finest level.
        setup.with("TURNPIKE_JWT_ISSUER", tokens::ISSUER).with("TURNPIKE_LOG", "info,turnpike=trace")
    })
    .await;
    let stage = Stage::set(&scene).await;
    let before = scene.api.states(ADMIN, OPEN).await;

    for endpoint in ENDPOINTS {
        for (name, token) in unaccepted() {
            let reply = ask(&scene.api, &stage, endpoint, token.as_deref()).await;
            assert_eq!(shown(&reply), "401 unauthorized", "{} by {name}", endpoint.request);
            assert!(reply.header("www-authenticate").starts_with("Bearer"), "{} by {name}", endpoint.request);
            assert!(!reply.text.contains("u-admin"), "{}", reply.text);
        }
    }
    // The admin comes last: it alone changes something.
    for (column, user) in USERS.iter().enumerate() {
        if *user == ADMIN {
            assert_eq!(scene.api.states(ADMIN, OPEN).await, before, "somebody else changed something");
            assert_eq!(scene.billed(OPEN), 2);
        }
        for endpoint in ENDPOINTS {
            let reply = ask(&scene.api, &stage, endpoint, Some(&tokens::of(user))).await;
            assert_eq!(shown(&reply), endpoint.answers[column], "{} {} by {user}", endpoint.request, endpoint.body);
            names::check(user, endpoint.request, &reply.text);
        }
    }
    scene.settled(OPEN).await;
    log_tells_nothing(&scene.host);
}

async fn ask(api: &Api, stage: &Stage, endpoint: &Endpoint, token: Option<&str>) -> Reply {
    let (method, path) = endpoint.request.split_once(' ').unwrap();
    let body = (!endpoint.body.is_empty()).then(|| stage.fill(endpoint.body).into_bytes());
    api.send(method.parse::<Method>().unwrap(), &stage.fill(path), token, &[], body).await
}

/// Status and code as the table writes them; a problem must be a whole one.
fn shown(reply: &Reply) -> String {
    if reply.status < 400 {
        return reply.status.to_string();
    }
    let problem = reply.json();
    assert_eq!(reply.header("content-type"), "application/problem+json", "{problem}");
    assert_eq!(problem["status"], reply.status, "{problem}");
    assert_eq!(problem["reasons"][0]["code"], problem["code"], "{problem}");
    assert_eq!(problem["traceId"], reply.header("x-trace-id"), "{problem}");
    format!("{} {}", reply.status, reply.code())
}

fn log_tells_nothing(host: &Host) {
    let log = host.log();
    assert!(log.lines().count() > 100, "there is something to search in: {log}");
    planted::check_log(&log);
}
