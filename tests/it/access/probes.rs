//! `/livez` and `/readyz`: for everybody, and telling nothing.

use reqwest::Method;

use super::callers::unaccepted;
use crate::{api::Api, engines, host::Setup, scene::eventually};

#[tokio::test(flavor = "multi_thread")]
async fn probes_need_no_token_and_tell_nothing() {
    let database = engines::sqlite().await;
    let host = Setup::new(&database.url).with_world().serve();
    let api = Api::new(&host.url);
    for (path, body) in [("/livez", r#"{"status":"alive"}"#), ("/readyz", r#"{"status":"ready"}"#)] {
        for (name, token) in unaccepted() {
            let reply = api.send(Method::GET, path, token.as_deref(), &[], None).await;
            assert_eq!((reply.status, reply.text.as_str()), (200, body), "{path} by {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_database_a_host_lives_but_is_not_ready() {
    let database = engines::postgres().await;
    let host = Setup::new(&database.url).with("TURNPIKE_DATABASE_TIMEOUT", "1s").with_world().serve();
    let api = Api::new(&host.url);
    let ask = |path: &'static str| {
        let api = api.clone();
        async move { api.send(Method::GET, path, None, &[], None).await }
    };
    assert_eq!(ask("/readyz").await.status, 200);
    database.destroy().await;
    eventually("the host is not ready", || async { ask("/readyz").await.status == 503 }).await;
    let reply = ask("/readyz").await;
    assert_eq!((reply.status, reply.code().as_str()), (503, "service-unavailable"), "{}", reply.text);
    assert!(!reply.header("retry-after").is_empty());
    assert_eq!(ask("/livez").await.status, 200);
}
