//! The way to the server: a connection for each request, so that none suffers from another's fate.

use std::io;

use crate::message::{Answer, Message, of_the_message};

/// Sends requests to one server.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    client: reqwest::Client,
    base: String,
}

impl Upstream {
    pub(crate) fn new(base: &str) -> io::Result<Self> {
        // The client wants a provider to exist, also for plain HTTP; an error means that there is one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            // Each request is sent as often as the fault says.
            .retry(reqwest::retry::never());
        let client = if base.starts_with("http://") {
            // Reading the system's certificates takes longer than all the rest of a start.
            builder.tls_certs_only([]).build()
        } else {
            builder.build()
        };
        Ok(Self { client: client.map_err(io::Error::other)?, base: base.trim_end_matches('/').to_owned() })
    }

    /// Sends a request once and waits for the whole answer.
    pub(crate) async fn send(&self, message: &Message) -> Result<Answer, reqwest::Error> {
        let response = self
            .client
            .request(message.method.clone(), format!("{}{}", self.base, message.path))
            .headers(message.headers.clone())
            .body(message.body.clone())
            .send()
            .await?;
        let (status, headers) = (response.status(), of_the_message(response.headers().clone()));
        Ok(Answer { status, headers, body: response.bytes().await? })
    }
}
