//! A service of the embedding product: its tokens, and a client that speaks with them.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use turnpike::http::authentication::Scope;

use crate::{api::Reply, host::Setup, tokens};

/// The secrets that service tokens are signed with: the second one is being rolled over to.
pub(super) const SECRETS: [&str; 2] =
    ["a-secret-of-services-with-enough-bytes", "another-secret-of-services-with-enough"];
/// Who issues them.
pub(super) const ISSUER: &str = "https://services.example";
/// For whom they are meant.
pub(super) const AUDIENCE: &str = "turnpike-machine";

/// A host that knows services.
pub(crate) fn with_services(setup: Setup) -> Setup {
    setup
        .with("TURNPIKE_SERVICE_ISSUER", ISSUER)
        .with("TURNPIKE_SERVICE_AUDIENCE", AUDIENCE)
        .with("TURNPIKE_SERVICE_JWT_SECRETS", &SECRETS.join(","))
}

/// The same, where a test holds a lock: whoever waits for it waits until the test goes on, however slow the machine is.
pub(crate) fn patient(setup: Setup) -> Setup {
    with_services(setup).with("TURNPIKE_DATABASE_TIMEOUT", "60s").with("TURNPIKE_REQUEST_TIMEOUT", "60s")
}

/// Claims of a service with these scopes.
pub(super) fn claims(scopes: &[Scope]) -> Value {
    let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    let mut claims = tokens::claims("sync", 3600);
    claims["iss"] = json!(ISSUER);
    claims["aud"] = json!(AUDIENCE);
    claims["scope"] = json!(words.join(" "));
    claims
}

/// A token of a service with these scopes.
pub(super) fn token(scopes: &[Scope]) -> String {
    tokens::signed(&claims(scopes), SECRETS[0])
}

/// A service that may do everything. What it is told is not searched: it may know names, mails and Stripe's ids.
#[derive(Clone)]
pub(crate) struct Machine {
    base: String,
    http: Client,
    token: String,
}

impl Machine {
    /// A service that asks the host at this address.
    pub(crate) fn new(base: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().build().expect("a client");
        Self { base: base.to_owned(), http, token: token(&Scope::ALL) }
    }

    /// Its token.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The same with another token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    /// A request to the machine API, or with a `/` before it to whatever address.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Reply {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/api/admin/{path}") };
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Reply { status, headers, text: response.text().await.expect("a body") }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], None).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PUT, path, &[], Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PATCH, path, &[], Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, &[], None).await
    }
}
