//! Bad input: each fault is named, nothing is changed, and nothing panics.

mod bodies;
mod connections;
mod headers;
mod import;
mod paths;
mod queries;

use serde_json::Value;

use crate::{
    api::{Api, Reply},
    engines::{self, TestDatabase},
    host::{Host, Setup},
};

/// A host with the common data set, and what its database held at first.
struct Trial {
    _database: TestDatabase,
    setup: Setup,
    host: Host,
    api: Api,
    before: Value,
}

impl Trial {
    async fn begin() -> Self {
        let database = engines::sqlite().await;
        let setup = Setup::new(&database.url).with_world();
        let before = setup.export();
        let host = setup.serve();
        let api = Api::new(&host.url);
        Self { _database: database, setup, host, api, before }
    }

    /// Nothing changed, nothing panicked, and the host still answers.
    async fn end(self) {
        assert_eq!(self.setup.export(), self.before, "bad input changed the data");
        let alive = self.api.get("u-admin", "/api/store/mandates").await;
        assert_eq!(alive.status, 200, "{}", alive.text);
        let log = self.host.log();
        assert!(!log.contains("panic") && !log.contains("ERROR"), "{log}");
    }
}

/// A problem as the tables write it: status, code and, for a field, its pointer and what is wrong with it.
#[track_caller]
fn shown(reply: &Reply) -> String {
    if reply.status < 400 {
        return reply.status.to_string();
    }
    let problem = reply.json();
    assert_eq!(reply.header("content-type"), "application/problem+json", "{problem}");
    assert_eq!(problem["status"], reply.status, "{problem}");
    assert_eq!(problem["traceId"], reply.header("x-trace-id"), "{problem}");
    assert!(!problem["detail"].as_str().unwrap().is_empty(), "{problem}");
    let mut words = vec![reply.status.to_string(), reply.code()];
    if let Some(pointer) = problem["pointer"].as_str() {
        let params = &problem["reasons"][0]["params"];
        assert_eq!(params["pointer"], pointer, "{problem}");
        words.push(if pointer.is_empty() { "(top)".to_owned() } else { pointer.to_owned() });
        words.push(params["problem"].as_str().unwrap().to_owned());
    }
    words.join(" ")
}
