//! The page in the binary, and what browsers may do: its files, its icons, what it is told, header fields, cookies, other
//! origins.

mod cors;
mod fields;
mod files;
mod icons;
mod session;
mod settings;

use reqwest::{Client, Method, header::HeaderMap};
use serde_json::{Value, json};

use crate::{
    engines::{self, TestDatabase},
    host::{Host, Setup},
    world,
};

/// A host with the common data set, asked as a browser asks: whatever the header fields say, and no more.
struct Visit {
    _database: TestDatabase,
    host: Host,
    client: Client,
}

/// What came back.
struct Seen {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Visit {
    async fn to(settings: impl FnOnce(Setup) -> Setup) -> Self {
        let database = engines::sqlite().await;
        let mut document = world::document();
        // One feature with an icon, one with the name of an icon that nobody drew.
        document["features"][0]["icon"] = json!("mdi-receipt-text");
        document["features"][1]["icon"] = json!("mdi-nobody-drew-this");
        let setup = settings(Setup::new(&database.url));
        setup.import(&document);
        let host = setup.serve();
        // An error means that another test was first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { _database: database, host, client: Client::builder().build().unwrap() }
    }

    /// The host's own origin.
    fn origin(&self) -> &str {
        &self.host.url
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Seen {
        let mut request = self.client.request(method, format!("{}{path}", self.host.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body.to_owned());
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Seen { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Seen {
        self.ask(Method::GET, path, headers, None).await
    }
}

impl Seen {
    /// A header as text, all its values; empty when absent.
    fn header(&self, name: &str) -> String {
        let values = self.headers.get_all(name).iter().map(|value| value.to_str().unwrap());
        values.collect::<Vec<_>>().join(", ")
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Status and, for a problem, its code.
    fn shown(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        match body.get("code").and_then(Value::as_str) {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }
}
