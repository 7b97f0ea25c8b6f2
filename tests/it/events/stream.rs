//! The stream over HTTP, on real hosts: read as a page reads it.

use std::time::{Duration, Instant};

use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::{task::block_in_place, time::timeout};

use crate::{
    done_right::on_both_engines,
    engines::{self, TestDatabase},
    planted,
    scene::{Scene, eventually},
    tokens,
    world::{ADMIN, FREE, MEMBER, PAID, STRANGER},
};

on_both_engines!(a_page_is_told_by_whichever_host_it_asked, a_stopping_host_lets_its_pages_go_in_time);

/// A stream that is read line by line.
pub(crate) struct Stream {
    response: Response,
    text: String,
}

impl Stream {
    pub(crate) async fn open(base: &str, token: &str, mandate: &str) -> Self {
        let response = Client::new()
            .get(format!("{base}/api/store/events?mandateId={mandate}"))
            .bearer_auth(token)
            .send()
            .await
            .expect("an answer");
        Self { response, text: String::new() }
    }

    /// The next block of lines, at most half a minute from now; `None` at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                planted::check_answer(self.response.headers(), &block);
                self.text = rest;
                return Some(block);
            }
            let chunk = timeout(Duration::from_secs(30), self.response.chunk()).await.expect("something in time");
            match chunk.expect("a whole stream") {
                Some(bytes) => self.text.push_str(std::str::from_utf8(&bytes).expect("UTF-8")),
                None => return None,
            }
        }
    }

    /// The next event: its name and data.
    pub(crate) async fn event(&mut self) -> Option<(String, Value)> {
        loop {
            let block = self.block().await?;
            let field =
                |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim_start());
            if let (Some(name), Some(data)) = (field("event:"), field("data:")) {
                return Some((name.to_owned(), serde_json::from_str(data).expect("JSON")));
            }
            assert!(block.starts_with(':'), "neither an event nor a comment: {block}");
        }
    }

    /// The next revision that is another one than this.
    async fn revision(&mut self, known: &str) -> String {
        loop {
            let (name, data) = self.event().await.expect("an event");
            assert_eq!(name, "revision", "{data}");
            let revision = data["revision"].as_str().expect("a revision").to_owned();
            if revision != known {
                return revision;
            }
        }
    }
}

async fn a_page_is_told_by_whichever_host_it_asked(database: &TestDatabase) {
    // A stream is not cut by the limit on requests.
    let scene =
        Scene::with(database, |setup| setup.with("TURNPIKE_REQUEST_TIMEOUT", "2s").with("TURNPIKE_BILLING_WAIT", "1s"))
            .await;
    let begun = Instant::now();
    let (other, elsewhere) = scene.another_host();
    let mut here = Stream::open(&scene.host.url, &tokens::of(ADMIN), FREE).await;
    let mut there = Stream::open(&other.url, &tokens::of(MEMBER), FREE).await;
    let header =
        |name: &str| here.response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(
        (here.response.status().as_u16(), header("content-type"), header("cache-control"), header("x-accel-buffering")),
        (200, "text/event-stream", "no-store", "no")
    );
    let (name, data) = here.event().await.expect("an event");
    let digest = &scene.api.get(ADMIN, &format!("/api/store/preflight?mandateId={FREE}")).await.json()["policyDigest"];
    assert_eq!((name.as_str(), &data["digest"]), ("revision", digest));
    let mut mine = data["revision"].as_str().expect("a revision").to_owned();
    let mut theirs = there.revision("").await;

    // Written by either host, by an operator's import, by hand.
    for (api, feature) in [(&scene.api, "f0"), (&elsewhere, "f1")] {
        assert_eq!(api.activate(ADMIN, FREE, feature).await.status, 200);
        (mine, theirs) = (here.revision(&mine).await, there.revision(&theirs).await);
    }
    scene.setup.import(&json!({
        "format": "feature-store-fixture/1",
        "plans": [{"key": "FREE3", "label": "L", "pricePerFeatureInstanceCHF": 0, "billingPeriod": "MONTHLY", "maxFeatureInstances": 9}]
    }));
    (mine, theirs) = (here.revision(&mine).await, there.revision(&theirs).await);
    database.execute("UPDATE mandates SET enabled = 0 WHERE id = 'm-free'").await;
    (mine, theirs) = (here.revision(&mine).await, there.revision(&theirs).await);
    eventually("longer than a request may take", async || begun.elapsed() > Duration::from_secs(3)).await;
    database.execute("UPDATE mandates SET enabled = 1 WHERE id = 'm-free'").await;
    (_, _) = (here.revision(&mine).await, there.revision(&theirs).await);

    database.execute("DELETE FROM memberships WHERE user_id = 'u-member'").await;
    assert_eq!(there.event().await, Some(("end".to_owned(), json!({"reason": "membership-ended"}))));
    assert_eq!(there.block().await, None);
}

async fn a_stopping_host_lets_its_pages_go_in_time(database: &TestDatabase) {
    let mut scene = Scene::with(database, |setup| setup.with("TURNPIKE_SHUTDOWN_TIMEOUT", "20s")).await;
    let mut pages = Vec::new();
    for mandate in [FREE, PAID] {
        let mut page = Stream::open(&scene.host.url, &tokens::of(ADMIN), mandate).await;
        page.revision("").await;
        pages.push(page);
    }
    let begun = Instant::now();
    let code = block_in_place(|| scene.host.terminate());
    assert_eq!(code, Some(0), "{}", scene.host.log());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    for page in &mut pages {
        assert_eq!(page.event().await, Some(("end".to_owned(), json!({"reason": "draining"}))));
        assert_eq!(page.block().await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_token() {
    let database = engines::sqlite().await;
    let scene = Scene::with(&database, |setup| setup.with("TURNPIKE_JWT_LEEWAY", "0s")).await;
    let token = tokens::signed(&tokens::claims(ADMIN, 4), tokens::SECRET);
    let mut page = Stream::open(&scene.host.url, &token, FREE).await;
    page.revision("").await;
    assert_eq!(page.event().await, Some(("end".to_owned(), json!({"reason": "token-expired"}))));
    assert_eq!(page.block().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn four_streams_are_enough_for_one() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    let path = format!("/api/store/events?mandateId={FREE}");
    let mut pages = Vec::new();
    for _ in 0..4 {
        let mut page = Stream::open(&scene.host.url, &tokens::of(ADMIN), FREE).await;
        page.revision("").await;
        pages.push(page);
    }
    let refused = scene.api.get(ADMIN, &path).await;
    assert_eq!((refused.status, refused.code().as_str()), (429, "too-many-streams"));
    assert_eq!((&refused.json()["reasons"][0]["params"], refused.header("retry-after")), (&json!({"limit": 4}), "60"));
    let mut other = Stream::open(&scene.host.url, &tokens::of(MEMBER), FREE).await;
    other.revision("").await;
    // A page that is closed gives up its place without a word.
    pages.pop();
    eventually("there is a place again", || async {
        Stream::open(&scene.host.url, &tokens::of(ADMIN), FREE).await.response.status() == 200
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_no_member_gets_no_stream() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    for (user, mandate) in [(STRANGER, FREE), (ADMIN, "m-none")] {
        let reply = scene.api.get(user, &format!("/api/store/events?mandateId={mandate}")).await;
        assert_eq!((reply.status, reply.code().as_str()), (404, "mandate-not-found"), "{user} {mandate}");
    }
    let reply = scene.api.send(reqwest::Method::GET, "/api/store/events?mandateId=m-free", None, &[], None).await;
    assert_eq!((reply.status, reply.code().as_str()), (401, "unauthorized"));
}
