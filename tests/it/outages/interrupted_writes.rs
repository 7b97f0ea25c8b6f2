//! The connection to the database breaks at every single message of a change: it happened wholly or not at all, and a
//! repeat under the same key makes it happen once.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::proxy::{CutAt, Proxy};
use crate::{
    api::{Api, Reply},
    crashes::Lock,
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
            let case = Case { proxy: &proxy, api: &api, database: &database, messages, at };
            let body = json!({"featureCode": "f0", "mandateId": FREE});
            let (activated, is_cut) = case.interrupted("/api/store/activate", &body, [[0; 5], [1, 1, 3, 1, 3]]).await;
            let body = json!({
                "featureCode": "f0", "mandateId": FREE, "instanceId": activated.json()["instanceId"].as_str().unwrap()
            });
            let (_, is_cut_too) = case.interrupted("/api/store/deactivate", &body, [[1, 1, 3, 1, 3], [0; 5]]).await;
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

/// One place and way to cut.
struct Case<'a> {
    proxy: &'a Proxy,
    api: &'a Api,
    database: &'a TestDatabase,
    messages: i64,
    at: CutAt,
}

impl Case<'_> {
    /// Makes a request whose connection to the database is cut, and repeats it under its key until it is answered;
    /// whether anything was cut. `rows` are those before and those afterwards.
    async fn interrupted(&self, path: &str, body: &Value, rows: [[i64; 5]; 2]) -> (Reply, bool) {
        let case = format!("{path}-{:?}-{}", self.at, self.messages);
        let post = || self.api.post_keyed(ADMIN, path, &case, body);
        self.proxy.cut_after(self.messages, self.at);
        let first = post().await;
        let is_cut = self.proxy.was_cut();
        // Whatever is left of the transaction has ended when the mandate can be locked.
        Lock::of_mandates(self.database).await.release().await;
        let [before, after] = rows;
        match first.status {
            200 => assert_eq!(self.rows().await, after, "{case}: {}", first.text),
            503 if is_cut => assert_eq!(self.rows().await, before, "{case}: 503 says that nothing happens"),
            _ => panic!("{case}: {} {}", first.status, first.text),
        }
        let answer = RefCell::new(None);
        eventually("the repeat is answered", || async {
            let reply = post().await;
            assert!([200, 409, 503].contains(&reply.status), "{case}: {} {}", reply.status, reply.text);
            let is_done = reply.status == 200;
            answer.replace(Some(reply));
            is_done
        })
        .await;
        assert_eq!(self.rows().await, after, "{case}");
        (answer.take().expect("an answer"), is_cut)
    }

    /// Instances, accesses, roles of instances, roles of accesses, and three for each that is active.
    async fn rows(&self) -> [i64; 5] {
        let mut rows = [0; 5];
        for (count, sql) in rows.iter_mut().zip([
            "SELECT count(*) FROM instances",
            "SELECT count(*) FROM accesses",
            "SELECT count(*) FROM roles WHERE instance_id IS NOT NULL",
            "SELECT count(*) FROM access_roles",
            "SELECT count(*) * 3 FROM instances WHERE state = 'active'",
        ]) {
            *count = self.database.number(sql).await;
        }
        rows
    }
}
