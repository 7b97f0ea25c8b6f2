//! One HTTP request to Stripe, and what can be said for certain about its fate.
//!
//! async-stripe's own `StripeClient` answers with a body only; the ledger needs the status, the request id and the replay
//! mark as well, and whether anything was sent at all. So its typed requests are carried by this instead.

use std::{error::Error, time::Duration};

use reqwest::{
    Client, Method, Response, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER},
    redirect,
};
use secrecy::{ExposeSecret, SecretString};
use stripe_client_core::{IdempotencyKey, RequestBuilder, StripeMethod};

use super::config::{StripeConfig, Timeouts};

/// No answer that we understand is longer; more is not read.
const LONGEST_BODY: usize = 1 << 20;

/// Carries requests to Stripe.
#[derive(Debug)]
pub(super) struct Transport {
    http: Client,
    base: Url,
    key: SecretString,
    timeouts: Timeouts,
}

/// Why the transport cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for Stripe cannot be set up: {cause}")]
pub struct TransportError {
    cause: String,
}

/// A whole answer, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// `Request-Id`.
    pub(super) request_id: Option<String>,
    /// `Idempotent-Replayed`: this is what was answered the first time the key was seen.
    pub(super) replayed: bool,
    /// `Stripe-Should-Retry`.
    pub(super) should_retry: Option<bool>,
    /// `Retry-After`, in milliseconds.
    pub(super) retry_after: Option<i64>,
    /// `Stripe-Rate-Limited-Reason`: which limit a 429 is about.
    pub(super) limited_by: Option<String>,
    pub(super) body: Vec<u8>,
}

/// There is no whole answer. The causes hold neither address nor key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Interruption {
    /// No connection came about: certainly nothing was sent.
    NotSent { cause: String },
    /// The connection stood: the request may have been carried out.
    Ambiguous { cause: String },
}

impl Transport {
    pub(super) fn new(config: StripeConfig) -> Result<Self, TransportError> {
        // An error means that a provider was chosen before, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let StripeConfig { key, base, timeouts } = config;
        let http = Client::builder()
            .user_agent(concat!("turnpike/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(timeouts.connect)
            .tcp_nodelay(true)
            // A redirect would carry the key elsewhere.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| TransportError { cause: innermost(&error) })?;
        Ok(Self { http, base, key, timeouts })
    }

    /// Sends one request once.
    pub(super) async fn send(
        &self,
        request: RequestBuilder,
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<Answer, Interruption> {
        let timeout = match request.method {
            StripeMethod::Get => self.timeouts.read,
            StripeMethod::Post | StripeMethod::Delete => self.timeouts.write,
        };
        self.carry(request, idempotency_key, timeout).await
    }

    /// Sends one request once that changes nothing, whatever its method is.
    pub(super) async fn ask(&self, request: RequestBuilder) -> Result<Answer, Interruption> {
        self.carry(request, None, self.timeouts.read).await
    }

    async fn carry(
        &self,
        request: RequestBuilder,
        idempotency_key: Option<&IdempotencyKey>,
        timeout: Duration,
    ) -> Result<Answer, Interruption> {
        let request =
            self.prepare(request, idempotency_key, timeout).map_err(|cause| Interruption::NotSent { cause })?;
        let response = self.http.execute(request).await.map_err(interruption)?;
        let answer = receive(response).await?;
        tracing::debug!(
            http.status = answer.status,
            stripe.request_id = answer.request_id,
            stripe.replayed = answer.replayed,
            "stripe answered"
        );
        Ok(answer)
    }

    fn prepare(
        &self,
        request: RequestBuilder,
        idempotency_key: Option<&IdempotencyKey>,
        timeout: Duration,
    ) -> Result<reqwest::Request, String> {
        let method = match request.method {
            StripeMethod::Get => Method::GET,
            StripeMethod::Post => Method::POST,
            StripeMethod::Delete => Method::DELETE,
        };
        let mut url = self
            .base
            .join(&format!("v1{}", request.path))
            .map_err(|_| "the path of the request is not part of an address".to_owned())?;
        url.set_query(request.query.as_deref().filter(|query| !query.is_empty()));

        let mut headers = HeaderMap::new();
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", self.key.expose_secret()))
            .map_err(|_| "the key is no header value".to_owned())?;
        bearer.set_sensitive(true);
        headers.insert(AUTHORIZATION, bearer);
        headers.insert("stripe-version", HeaderValue::from_static(stripe_shared::version::VERSION.as_str()));
        if let Some(key) = idempotency_key {
            let key =
                HeaderValue::from_str(key.as_str()).map_err(|_| "the idempotency key is no header value".to_owned())?;
            headers.insert("idempotency-key", key);
        }

        let mut built = self.http.request(method, url).headers(headers).timeout(timeout);
        if let Some(body) = request.body {
            built = built.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(in_order(&body));
        }
        built.build().map_err(|error| innermost(&error.without_url()))
    }
}

/// The form with its fields sorted. async-stripe keeps metadata in a hash map whose order differs from one request to the
/// next; a repeat has to be the same to the byte.
fn in_order(form: &str) -> String {
    let mut fields: Vec<&str> = form.split('&').collect();
    fields.sort_unstable();
    fields.join("&")
}

async fn receive(mut response: Response) -> Result<Answer, Interruption> {
    let text = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let flag = |name: &str| text(name).and_then(|value| value.to_ascii_lowercase().parse().ok());
    let mut answer = Answer {
        status: response.status().as_u16(),
        request_id: text("request-id").map(str::to_owned),
        replayed: flag("idempotent-replayed").unwrap_or_default(),
        should_retry: flag("stripe-should-retry"),
        // Stripe gives seconds; a date would need a clock and is passed over.
        retry_after: text(RETRY_AFTER.as_str())
            .and_then(|value| value.parse::<u32>().ok())
            .map(|s| i64::from(s) * 1000),
        limited_by: text("stripe-rate-limited-reason").map(str::to_owned),
        body: Vec::new(),
    };
    while let Some(chunk) = response.chunk().await.map_err(interruption)? {
        if answer.body.len() + chunk.len() > LONGEST_BODY {
            return Err(Interruption::Ambiguous { cause: "the answer is too long".to_owned() });
        }
        answer.body.extend_from_slice(&chunk);
    }
    Ok(answer)
}

fn interruption(error: reqwest::Error) -> Interruption {
    let error = error.without_url();
    let cause = innermost(&error);
    // Name lookup, TCP and TLS: without a connection there was nothing to write the request to.
    if error.is_connect() {
        Interruption::NotSent { cause: format!("no connection: {cause}") }
    } else {
        Interruption::Ambiguous { cause }
    }
}

/// What lies at the bottom of an error, such as `connection refused`. The layers above repeat each other, and could name
/// the address.
fn innermost(error: &dyn Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_the_same_whatever_order_it_was_written_in() {
        let sorted = "items[0][id]=si_1&items[0][quantity]=4&metadata[b]=2&metadata[c]=3";
        assert_eq!(in_order("metadata[c]=3&items[0][quantity]=4&metadata[b]=2&items[0][id]=si_1"), sorted);
        assert_eq!(in_order(sorted), sorted);
    }
}
