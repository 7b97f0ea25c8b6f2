//! A client of the HTTP API that keeps status, headers and body of every answer.

use reqwest::{
    Client, Method,
    header::{HeaderMap, HeaderValue},
};
use serde_json::{Value, json};

use crate::{planted, tokens};

/// One answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub text: String,
}

impl Reply {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    /// The problem's code; empty when the answer is none.
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.text).unwrap_or_default();
        body.get("code").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Status, header fields and body without what differs from request to request: the trace id and the date.
    pub fn comparable(&self) -> (u16, Vec<(String, String)>, String) {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let mut fields: Vec<(String, String)> = self
            .headers
            .iter()
            .filter(|(name, _)| !["date", "x-trace-id"].contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        fields.sort();
        (self.status, fields, self.text.replace(self.header("x-trace-id"), "(trace id)"))
    }

    /// A header as text; empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Talks to one host. Every answer is searched for what must not be told.
#[derive(Clone)]
pub struct Api {
    base: String,
    http: Client,
}

impl Api {
    /// A client of the host at this address.
    pub fn new(base: &str) -> Self {
        // An error means that another test was first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().pool_max_idle_per_host(64).build().expect("a client");
        Self { base: base.to_owned(), http }
    }

    /// A request with whatever headers; `token` goes into the authorization header.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Reply {
        self.try_send(method, path, token, headers, body).await.expect("an answer")
    }

    /// A request to a host that may die before it answers.
    async fn try_send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Result<Reply, reqwest::Error> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            // Bytes beyond ASCII are sent as they are: some tests want them refused.
            request = request.header(*name, HeaderValue::from_bytes(value.as_bytes()).expect("a header value"));
        }
        if let Some(body) = body {
            if !headers.iter().any(|(name, _)| *name == "content-type") {
                request = request.header("content-type", "application/json");
            }
            request = request.body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        planted::check_answer(&headers, &text);
        Ok(Reply { status, headers, text })
    }

    /// GET as a user.
    pub async fn get(&self, user: &str, path: &str) -> Reply {
        self.send(Method::GET, path, Some(&tokens::of(user)), &[], None).await
    }

    /// POST as a user.
    pub async fn post(&self, user: &str, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, Some(&tokens::of(user)), &[], Some(body.to_string().into_bytes())).await
    }

    /// POST as a user with an idempotency key.
    pub async fn post_keyed(&self, user: &str, path: &str, key: &str, body: &Value) -> Reply {
        let headers = [("idempotency-key", key)];
        self.send(Method::POST, path, Some(&tokens::of(user)), &headers, Some(body.to_string().into_bytes())).await
    }

    /// POST as a user with an idempotency key to a host that may die before it answers.
    pub async fn try_post_keyed(&self, user: &str, path: &str, key: &str, body: &Value) -> Option<Reply> {
        let headers = [("idempotency-key", key)];
        let body = Some(body.to_string().into_bytes());
        self.try_send(Method::POST, path, Some(&tokens::of(user)), &headers, body).await.ok()
    }

    /// Activates a feature.
    pub async fn activate(&self, user: &str, mandate: &str, feature: &str) -> Reply {
        self.post(user, "/api/store/activate", &json!({"featureCode": feature, "mandateId": mandate})).await
    }

    /// Gives up the caller's access.
    pub async fn deactivate(&self, user: &str, mandate: &str, feature: &str, instance: &str) -> Reply {
        let body = json!({"featureCode": feature, "mandateId": mandate, "instanceId": instance});
        self.post(user, "/api/store/deactivate", &body).await
    }

    /// Restores an ended instance.
    pub async fn restore(&self, user: &str, mandate: &str, instance: &str) -> Reply {
        self.post(user, "/api/store/restore", &json!({"instanceId": instance, "mandateId": mandate})).await
    }

    /// `currentFeatureInstances` of a mandate.
    pub async fn counted(&self, user: &str, mandate: &str) -> i64 {
        let reply = self.get(user, &format!("/api/store/subscription-info?mandateId={mandate}")).await;
        reply.json()["currentFeatureInstances"].as_i64().expect("a number")
    }

    /// All instances of a mandate as its admin sees them: state by id.
    pub async fn states(&self, admin: &str, mandate: &str) -> Vec<(String, String)> {
        let listed = self.get(admin, &format!("/api/store/instances?mandateId={mandate}")).await.json();
        let entries = listed.as_array().expect("a list").clone();
        entries
            .iter()
            .map(|entry| {
                (entry["instanceId"].as_str().unwrap().to_owned(), entry["state"].as_str().unwrap().to_owned())
            })
            .collect()
    }
}
