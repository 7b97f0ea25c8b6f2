//! Rate limits, seen from outside: per user and class, and per address before anybody is known.

use std::time::Duration;

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use tokio::time::Instant;

use crate::{
    api::{Api, Reply},
    engines,
    host::Setup,
    scene::{Scene, eventually},
    tokens,
    world::{ADMIN, FREE, MEMBER, PAID},
};

/// A host with its limits on.
async fn limited(settings: impl FnOnce(Setup) -> Setup) -> (engines::TestDatabase, Scene) {
    let database = engines::sqlite().await;
    let scene = Scene::with(&database, |setup| settings(setup.with("TURNPIKE_RATE_LIMIT", "on"))).await;
    (database, scene)
}

/// Sends requests one after the other until one is refused for the rate: how many were let through, and the refusal.
/// Time passes meanwhile, and with it comes one more request every `pace`.
async fn exhaust<F: Future<Output = Reply>>(quota: usize, pace: Duration, mut request: impl FnMut() -> F) -> Reply {
    #[expect(clippy::disallowed_methods, reason = "the limits of a running host go by the real time")]
    let start = Instant::now();
    for admitted in 0.. {
        let reply = request().await;
        if reply.status == 429 {
            let earned = usize::try_from(start.elapsed().as_nanos() / pace.as_nanos()).unwrap();
            assert!(
                (quota..=quota + earned).contains(&admitted),
                "{admitted} let through, {quota} and {earned} earned"
            );
            return reply;
        }
        assert!(admitted < 10 * quota, "no limit: {} {}", reply.status, reply.text);
    }
    unreachable!("the limit is reached or missed before")
}

#[track_caller]
fn refused(reply: &Reply, name: &str, quota: u32, longest: u64) {
    let problem = reply.json();
    assert_eq!((reply.status, reply.code().as_str()), (429, "rate-limited"), "{problem}");
    let wait: u64 = reply.header("retry-after").parse().expect("seconds");
    assert!((1..=longest).contains(&wait), "{wait}");
    assert_eq!(problem["reasons"][0]["params"]["retryAfter"], wait);
    assert_eq!(reply.header("ratelimit-policy"), format!("\"{name}\";q={quota};w=60"));
    assert_eq!(reply.header("ratelimit"), format!("\"{name}\";r=0;t={wait}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_activations_a_minute_whether_granted_or_refused() {
    let (_database, scene) = limited(|setup| setup).await;
    let granted = scene.api.activate(ADMIN, FREE, "f0").await;
    assert_eq!(granted.status, 200, "{}", granted.text);
    let reply = exhaust(9, Duration::from_secs(6), || scene.api.activate(ADMIN, FREE, "no-such-feature")).await;
    refused(&reply, "activate", 10, 6);
    // A restore is an activation.
    refused(&scene.api.restore(ADMIN, FREE, "i-none").await, "activate", 10, 6);
    // Other classes and other people have their own.
    assert_eq!(scene.api.activate(MEMBER, FREE, "f0").await.status, 403);
    assert_eq!(scene.api.deactivate(ADMIN, FREE, "f0", "i-none").await.status, 404);
    assert_eq!(scene.api.counted(ADMIN, FREE).await, 1);
    // And it comes back.
    eventually("a request is let through again", || async {
        scene.api.activate(ADMIN, FREE, "no-such-feature").await.status == 404
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_deactivations_and_sixty_reads_a_minute() {
    let (_database, scene) = limited(|setup| setup).await;
    let reply = exhaust(10, Duration::from_secs(6), || scene.api.deactivate(ADMIN, FREE, "f0", "i-none")).await;
    refused(&reply, "deactivate", 10, 6);
    let paths = [
        "/api/store/mandates",
        "/api/store/features",
        "/api/store/subscription-info",
        "/api/store/instances?mandateId=m-free",
        "/api/store/changes/none",
        "/api/store/decisions/none",
    ];
    let mut turns = paths.iter().cycle();
    let reply = exhaust(60, Duration::from_secs(1), || {
        let path = *turns.next().unwrap();
        let api = scene.api.clone();
        async move { api.get(ADMIN, path).await }
    })
    .await;
    refused(&reply, "read", 60, 1);
    assert_eq!(scene.api.get(MEMBER, "/api/store/mandates").await.status, 200, "another user's reads");
    assert_eq!(scene.api.activate(ADMIN, FREE, "no-such-feature").await.status, 404, "another class");
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_quotes_and_preflights_a_minute_together() {
    let (_database, scene) = limited(|setup| setup).await;
    let mut turns = [false, true].iter().cycle();
    let reply = exhaust(20, Duration::from_secs(3), || {
        let (quote, api) = (*turns.next().unwrap(), scene.api.clone());
        async move {
            if quote {
                api.post(ADMIN, "/api/store/quote", &json!({"mandateId": FREE, "activate": ["no-such-feature"]})).await
            } else {
                api.get(ADMIN, "/api/store/preflight?mandateId=m-free").await
            }
        }
    })
    .await;
    refused(&reply, "quote", 20, 3);
    assert_eq!(scene.api.get(ADMIN, "/api/store/mandates").await.status, 200, "another class");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_costs_nothing_and_a_refusal_for_the_rate_is_not_kept() {
    let (_database, scene) = limited(|setup| setup).await;
    let path = "/api/store/activate";
    let body = json!({"featureCode": "f0", "mandateId": PAID});
    let first = scene.api.post_keyed(ADMIN, path, "key-0", &body).await;
    assert_eq!(first.status, 200, "{}", first.text);
    for _ in 0..30 {
        assert_eq!(scene.api.post_keyed(ADMIN, path, "key-0", &body).await.comparable(), first.comparable());
    }
    // Nine are left: none of the replays was counted.
    let reply = exhaust(9, Duration::from_secs(6), || scene.api.activate(ADMIN, FREE, "no-such-feature")).await;
    refused(&reply, "activate", 10, 6);
    // With nothing left a replay is still answered, a new request is not, and its key stays free.
    assert_eq!(scene.api.post_keyed(ADMIN, path, "key-0", &body).await.comparable(), first.comparable());
    let next = json!({"featureCode": "f1", "mandateId": PAID});
    refused(&scene.api.post_keyed(ADMIN, path, "key-1", &next).await, "activate", 10, 6);
    eventually("the same key is let through", || async {
        scene.api.post_keyed(ADMIN, path, "key-1", &next).await.status == 200
    })
    .await;
    assert_eq!(scene.billed(PAID), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_limited_before_anybody_is_known() {
    let (_database, scene) = limited(|setup| setup.with("TURNPIKE_RATE_LIMIT_ADDRESS", "5")).await;
    let anybody = || scene.api.send(Method::GET, "/api/store/mandates", None, &[], None);
    let reply = exhaust(5, Duration::from_secs(12), anybody).await;
    refused(&reply, "address", 5, 12);
    assert_eq!(reply.header("www-authenticate"), "", "nobody was asked who they are");
    refused(&scene.api.get(ADMIN, "/api/store/mandates").await, "address", 5, 12);
    // Without a trusted proxy nobody changes address by saying so.
    let forwarded = [("x-forwarded-for", "192.0.2.7")];
    let reply = scene.api.send(Method::GET, "/api/store/mandates", Some(&tokens::of(ADMIN)), &forwarded, None).await;
    refused(&reply, "address", 5, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_the_page_and_the_sign_of_life_are_not_counted() {
    let (_database, scene) = limited(|setup| setup.with("TURNPIKE_RATE_LIMIT_ADDRESS", "5")).await;
    let ask = |path: String| {
        let api = scene.api.clone();
        async move { api.send(Method::GET, &path, None, &[], None).await }
    };
    refused(&exhaust(5, Duration::from_secs(12), || ask("/api/store/mandates".to_owned())).await, "address", 5, 12);
    let document = ask("/".to_owned()).await;
    assert_eq!(document.status, 200, "{}", document.text);
    let script = document.text.split('"').find(|part| part.starts_with("./assets/")).expect("a file");
    for path in [script.trim_start_matches('.'), "/livez"] {
        for _ in 0..20 {
            assert_eq!(ask(path.to_owned()).await.status, 200, "{path}");
        }
    }
    let missing = ask("/assets/none.js".to_owned()).await;
    assert_eq!(missing.status, 404, "{}", missing.text);
    // What reads the database counts, and there is nothing left.
    for path in ["/readyz", "/icons/none", "/assets", "/nowhere"] {
        assert_eq!(ask(path.to_owned()).await.status, 429, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_nothing_is_limited() {
    let database = engines::sqlite().await;
    let host = Setup::new(&database.url).with("TURNPIKE_RATE_LIMIT_ADDRESS", "5").with_world().serve();
    let api = Api::new(&host.url);
    let activations = join_all((0..40).map(|_| api.activate(ADMIN, FREE, "no-such-feature"))).await;
    assert!(activations.iter().all(|reply| reply.status == 404), "{activations:?}");
    let reads = join_all((0..80).map(|_| api.get(ADMIN, "/api/store/mandates"))).await;
    assert!(reads.iter().all(|reply| reply.status == 200), "{reads:?}");
}
