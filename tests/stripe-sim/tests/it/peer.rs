//! An HTTP client of a fresh simulator with one subscription: `sub_a` with `si_a` at quantity 1.

use std::time::Duration;

use serde_json::Value;
use stripe_sim::Sim;

/// Long enough for a loaded machine; no test waits for it to pass.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);
/// 2026-01-01T00:00:00Z: the seeded period is January, 31 days.
pub(crate) const NEW_YEAR: i64 = 1_767_225_600;
pub(crate) const DAY: i64 = 86_400;

pub(crate) struct Peer {
    pub(crate) sim: Sim,
    pub(crate) http: reqwest::Client,
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) headers: reqwest::header::HeaderMap,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// A field of the error object.
    pub(crate) fn error(&self, field: &str) -> Value {
        self.json()["error"][field].clone()
    }
}

/// Speaks plain HTTP only; reading the system's certificates would slow every test down.
pub(crate) fn http_client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap()
}

impl Peer {
    /// The clock stands at 2026-01-01, the start of the subscription's period.
    pub(crate) async fn start() -> Self {
        let sim = Sim::start().await;
        sim.set_clock(NEW_YEAR * 1000);
        sim.seed_item("si_a", "sub_a", 1);
        Self { sim, http: http_client() }
    }

    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.sim.url())).bearer_auth("sk_test_1").timeout(DEADLINE)
    }

    pub(crate) fn posting(&self, path: &str, form: &str, key: Option<&str>) -> reqwest::RequestBuilder {
        let request = self
            .request(reqwest::Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned());
        match key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        }
    }

    pub(crate) async fn post(&self, path: &str, form: &str, key: Option<&str>) -> Reply {
        reply(self.posting(path, form, key).send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        reply(self.request(reqwest::Method::GET, path).send().await.unwrap()).await
    }

    /// Sets the quantity of `si_a` through the subscription.
    pub(crate) async fn set(&self, quantity: u64, more: &str, key: Option<&str>) -> Reply {
        self.post("/v1/subscriptions/sub_a", &quantity_form(quantity, more), key).await
    }

    pub(crate) fn quantity(&self) -> u64 {
        self.sim.quantity("si_a").unwrap()
    }
}

pub(crate) fn quantity_form(quantity: u64, more: &str) -> String {
    format!("items[0][id]=si_a&items[0][quantity]={quantity}{more}")
}

pub(crate) async fn reply(response: reqwest::Response) -> Reply {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
}
