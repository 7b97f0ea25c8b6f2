//! A Stripe account with a clock and cards that can be steered: a test account by test clocks and test cards, the simulator
//! by its own orders. Everything else is the same requests.

use std::time::Duration;

use reqwest::{Client, Method, Url};
use secrecy::SecretString;
use serde_json::{Value, json};
use stripe_sim::Sim;
use tokio::time::{Instant, sleep};
use turnpike::{
    adapters::stripe::{STRIPE_API_BASE, StripeBilling, StripeConfig},
    ports::billing::BillingTarget,
};

/// The key of a test account.
const KEY: &str = "STRIPE_TEST_KEY";
/// Another address than Stripe's, where a simulator listens.
const BASE: &str = "STRIPE_TEST_API_BASE";
/// How long a test clock may take to advance.
const PATIENCE: Duration = Duration::from_secs(120);

/// How payments of a customer go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Card {
    Good,
    Declined,
    /// Its owner has to confirm each payment.
    NeedsOwner,
}

/// An answer of the API.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
    /// Told from memory, not executed.
    pub(super) replayed: bool,
}

/// A subscription to be tried on.
#[derive(Clone, Debug)]
pub(super) struct Subscribed {
    pub(super) target: BillingTarget,
    /// Start and end of its first period, UTC seconds.
    pub(super) period: (i64, i64),
    customer: String,
    clock: Option<String>,
}

/// The account.
pub(super) struct Account {
    /// The adapter under test.
    pub(super) billing: StripeBilling,
    base: String,
    key: String,
    http: Client,
    /// Orders of the simulator's are understood.
    simulated: bool,
    _sim: Option<Sim>,
}

impl Account {
    /// The account of `STRIPE_TEST_KEY`, or a simulator.
    pub(super) async fn open() -> Self {
        // An error means that another test was first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (key, base, sim) = match std::env::var(KEY) {
            Ok(key) => {
                let test = ["sk_test_", "rk_test_"].iter().any(|start| key.starts_with(start));
                assert!(test, "{KEY} must begin with `sk_test_` or `rk_test_`: nothing here runs on real money");
                (key, std::env::var(BASE).unwrap_or_else(|_| STRIPE_API_BASE.to_owned()), None)
            }
            Err(_) => {
                let sim = Sim::start().await;
                ("sk_test_planted_key".to_owned(), sim.url(), Some(sim))
            }
        };
        let config = StripeConfig::new(SecretString::from(key.clone()), &base).expect("key and address");
        Self {
            billing: StripeBilling::new(config).expect("an adapter"),
            simulated: base != STRIPE_API_BASE,
            base: base.trim_end_matches('/').to_owned(),
            key,
            http: Client::new(),
            _sim: sim,
        }
    }

    /// POST of form fields.
    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)], key: Option<&str>) -> Answer {
        self.send(Method::POST, path, fields, key).await
    }

    /// A customer with a good card who subscribed to `quantity` units at `price` minor units a month, at the instant `at`
    /// of a clock of its own, UTC seconds.
    pub(super) async fn subscribed(&self, quantity: i64, price: i64, at: i64) -> Subscribed {
        let (clock, customer) = self.customer(at).await;
        let price = price.to_string();
        let price = [
            ("currency", "chf"),
            ("unit_amount", price.as_str()),
            ("recurring[interval]", "month"),
            ("product_data[name]", "Turnpike test"),
        ];
        let price = text(&self.made("/v1/prices", &price).await["id"]);
        let quantity = quantity.to_string();
        let fields = [
            ("customer", customer.as_str()),
            ("items[0][price]", price.as_str()),
            ("items[0][quantity]", quantity.as_str()),
            ("billing_mode[type]", "flexible"),
            ("payment_behavior", "error_if_incomplete"),
        ];
        let made = self.made("/v1/subscriptions", &fields).await;
        let item = &made["items"]["data"][0];
        let second = |name: &str| item[name].as_i64().expect("an instant");
        Subscribed {
            target: BillingTarget { subscription: text(&made["id"]), item: text(&item["id"]) },
            period: (second("current_period_start"), second("current_period_end")),
            customer,
            clock,
        }
    }

    /// From now on payments of this customer go like this.
    pub(super) async fn card(&self, of: &Subscribed, card: Card) {
        if self.simulated {
            let outcome = match card {
                Card::Good => "ok",
                Card::Declined => "declined",
                Card::NeedsOwner => "requires_action",
            };
            self.order("/_sim/card", &json!({"customer": of.customer, "outcome": outcome})).await;
            return;
        }
        let method = match card {
            Card::Good => "pm_card_visa",
            Card::Declined => "pm_card_chargeCustomerFail",
            Card::NeedsOwner => "pm_card_authenticationRequired",
        };
        let attach = format!("/v1/payment_methods/{method}/attach");
        let attached = text(&self.made(&attach, &[("customer", &of.customer)]).await["id"]);
        let default = [("invoice_settings[default_payment_method]", attached.as_str())];
        self.made(&format!("/v1/customers/{}", of.customer), &default).await;
    }

    /// Lets the subscription's clock go on to an instant, UTC seconds, and waits until all that falls due has happened.
    pub(super) async fn advance(&self, of: &Subscribed, to: i64) {
        let Some(clock) = &of.clock else {
            return self.order("/_sim/clock", &json!({"set": to})).await;
        };
        let path = format!("/v1/test_helpers/test_clocks/{clock}");
        self.made(&format!("{path}/advance"), &[("frozen_time", &to.to_string())]).await;
        let until = Instant::now() + PATIENCE;
        while self.send(Method::GET, &path, &[], None).await.body["status"] != "ready" {
            assert!(Instant::now() < until, "the test clock did not advance in time");
            sleep(Duration::from_secs(1)).await;
        }
    }

    /// Takes the customer away with all that hangs on it.
    pub(super) async fn close(&self, of: Subscribed) {
        if let Some(clock) = of.clock {
            let gone = self.send(Method::DELETE, &format!("/v1/test_helpers/test_clocks/{clock}"), &[], None).await;
            assert_eq!(gone.status, 200, "{gone:?}");
        }
    }

    /// The clock, where it is a test clock, and a customer on it with a good card.
    async fn customer(&self, at: i64) -> (Option<String>, String) {
        if self.simulated {
            self.order("/_sim/clock", &json!({"set": at})).await;
            return (None, text(&self.made("/v1/customers", &[("name", "Turnpike test")]).await["id"]));
        }
        let clock = [("frozen_time", &*at.to_string()), ("name", "Turnpike test")];
        let clock = text(&self.made("/v1/test_helpers/test_clocks", &clock).await["id"]);
        let fields = [
            ("name", "Turnpike test"),
            ("test_clock", clock.as_str()),
            ("payment_method", "pm_card_visa"),
            ("invoice_settings[default_payment_method]", "pm_card_visa"),
        ];
        let customer = text(&self.made("/v1/customers", &fields).await["id"]);
        (Some(clock), customer)
    }

    /// What a POST made, which must succeed.
    async fn made(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        let answer = self.post(path, fields, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    async fn send(&self, method: Method, path: &str, fields: &[(&str, &str)], key: Option<&str>) -> Answer {
        let form = Url::parse_with_params("http://form", fields).expect("fields");
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.key)
            .header("stripe-version", "2026-09-30.endive")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.query().unwrap_or_default().to_owned());
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = request.send().await.expect("an answer");
        let replayed = response.headers().get("idempotent-replayed").is_some_and(|value| value == "true");
        let status = response.status().as_u16();
        let body = serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON");
        Answer { status, body, replayed }
    }

    async fn order(&self, path: &str, body: &Value) {
        let request = self.http.post(format!("{}{path}", self.base)).header("content-type", "application/json");
        let status = request.body(body.to_string()).send().await.expect("an answer").status();
        assert!(status.is_success(), "{path}: {status}");
    }
}

/// An instant for clocks to begin at: the first of a month of 31 days, so that a period is long and round.
pub(super) const BEGIN: i64 = 1_798_761_600;

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
