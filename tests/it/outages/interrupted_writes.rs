//! The connection to the database breaks at every single message of a change: it happened wholly or not at all, and a
//! repeat under the same key makes it happen once.

use serde_json::{Value, json};

use super::proxy::{CutAt, Proxy};
use crate::{
    api::{Api, Reply},
    engines::{TestDatabase, postgres},
    host::Setup,
    scene::eventually,
    world::{ADMIN, FREE},
};

/// More messages than any change needs.
const MANY: i64 = 100;

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_cut_at_any_message_leaves_no_half_of_a_change() {
    let database = postgres().await;
    let (proxy, url) = Proxy::before(&database.url).await;
    // Nobody but the requests talks to the database.
    let host = Setup::new(&url).with("TURNPIKE_LEDGER_TICK", "1h").with_world().serve();
    let api = Api::new(&host.url);
    let mut cuts = 0;
    for at in [CutAt::Request, CutAt::Answer] {
        for messages in 0..MANY {
            let case = format!("{at:?} {messages}");
            let body = json!({"featureCode": "f0", "mandateId": FREE});
            let (activated, is_cut) =
                interrupted(&proxy, &api, (messages, at), ("/api/store/activate", &body, &case)).await;
            let instance = activated.json()["instanceId"].as_str().unwrap().to_owned();
            assert_eq!(rows(&database).await, [1, 1, 3, 1, 3], "{case}: {}", host.log());

            let body = json!({"featureCode": "f0", "mandateId": FREE, "instanceId": instance});
            let (_, is_cut_too) =
                interrupted(&proxy, &api, (messages, at), ("/api/store/deactivate", &body, &case)).await;
            assert_eq!(rows(&database).await, [0, 0, 0, 0, 0], "{case}: {}", host.log());
            cuts += i32::from(is_cut) + i32::from(is_cut_too);
            if !is_cut && !is_cut_too {
                break;
            }
            assert!(messages < MANY - 1, "no change needs that many messages");
        }
    }
    println!("{cuts} cuts");
    assert!(cuts >= 20, "{cuts} cuts: every statement of both changes, before and after it");
    assert!(!host.log().contains("panicked"), "{}", host.log());
}

/// Makes a request whose connection to the database is cut, and repeats it until it is answered; whether anything was
/// cut.
async fn interrupted(
    proxy: &Proxy,
    api: &Api,
    (messages, at): (i64, CutAt),
    (path, body, case): (&str, &Value, &str),
) -> (Reply, bool) {
    proxy.cut_after(messages, at);
    let first = api.post_keyed(ADMIN, path, &format!("{path} {case}").replace(' ', "-"), body).await;
    let is_cut = proxy.was_cut();
    if is_cut {
        // A connection may also break while the request can do without it.
        assert!([200, 503].contains(&first.status), "{case}: {} {}", first.status, first.text);
    } else {
        assert_eq!(first.status, 200, "{case}: {}", first.text);
    }
    let answer = std::cell::RefCell::new(None);
    eventually("the repeat is answered", || async {
        let reply = api.post_keyed(ADMIN, path, &format!("{path} {case}").replace(' ', "-"), body).await;
        assert!([200, 409, 503].contains(&reply.status), "{case}: {} {}", reply.status, reply.text);
        let is_done = reply.status == 200;
        answer.replace(Some(reply));
        is_done
    })
    .await;
    (answer.take().expect("an answer"), is_cut)
}

/// Instances, accesses and their roles, roles of instances, and what is active of it.
async fn rows(database: &TestDatabase) -> [i64; 5] {
    let mut rows = [0; 5];
    for (count, sql) in rows.iter_mut().zip([
        "SELECT count(*) FROM instances",
        "SELECT count(*) FROM accesses",
        "SELECT count(*) FROM roles WHERE instance_id IS NOT NULL",
        "SELECT count(*) FROM access_roles",
        "SELECT count(*) * 3 FROM instances WHERE state = 'active'",
    ]) {
        *count = database.number(sql).await;
    }
    rows
}
