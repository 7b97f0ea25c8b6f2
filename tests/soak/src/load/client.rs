//! One user's requests to whichever host.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio::time::sleep;

use crate::{hosts::Hosts, tally::Tally};

/// Longer than a host lets anybody wait.
const PATIENCE: Duration = Duration::from_secs(30);
/// The pause after a request that nobody answered.
const PAUSE: Duration = Duration::from_millis(250);

/// An answer; the status is 0 when there was none.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Reply {
    /// The id of the instance that it is about.
    pub(super) fn instance(&self) -> &str {
        self.body["instanceId"].as_str().unwrap_or_default()
    }

    /// Whether a client that wants to be sure asks again with the same key.
    pub(super) fn leaves_open(&self) -> bool {
        matches!(self.status, 0 | 409 | 500..)
    }
}

/// Sends requests as one user.
#[derive(Clone, Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    hosts: Arc<Hosts>,
    tally: Arc<Tally>,
    token: String,
}

impl Client {
    pub(super) fn new(http: reqwest::Client, hosts: Arc<Hosts>, tally: Arc<Tally>, token: String) -> Self {
        Self { http, hosts, tally, token }
    }

    /// `GET`, from the host with this number.
    pub(super) async fn get(&self, what: &str, host: usize, path: &str) -> Reply {
        self.send(what, host, path, |url| self.http.get(url)).await
    }

    /// `POST /api/store/{what}`, to the host with this number.
    pub(super) async fn post(&self, what: &str, host: usize, key: Option<&str>, body: &Value) -> Reply {
        self.send(what, host, &format!("/api/store/{what}"), |url| {
            let request = self.http.post(url).json(body);
            match key {
                Some(key) => request.header("idempotency-key", key),
                None => request,
            }
        })
        .await
    }

    async fn send(
        &self,
        what: &str,
        host: usize,
        path: &str,
        request: impl FnOnce(String) -> reqwest::RequestBuilder,
    ) -> Reply {
        let Some(base) = self.hosts.url(host) else {
            self.tally.outcome(what, 0, "");
            sleep(PAUSE).await;
            return Reply::default();
        };
        let answer = async {
            let response = request(format!("{base}{path}")).bearer_auth(&self.token).timeout(PATIENCE).send().await?;
            let status = response.status().as_u16();
            Ok::<_, reqwest::Error>(Reply { status, body: response.json().await? })
        };
        let reply = answer.await.unwrap_or_default();
        if reply.status == 0 {
            // The host is gone for a moment: who asks again at once, asks in vain.
            sleep(PAUSE).await;
        }
        let code = reply.body["code"].as_str().unwrap_or_default();
        self.tally.outcome(what, reply.status, code);
        reply
    }
}
