//! The billing provider.

use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::{ConfigError, Setting, layers::Layers, value};

pub(super) const SECRET_KEY: Setting = Setting::secret("stripe.secret_key", "TURNPIKE_STRIPE_SECRET_KEY");
const API_BASE: Setting = Setting::new("stripe.api_base", "TURNPIKE_STRIPE_API_BASE");
const WEBHOOK_SECRET: Setting = Setting::secret("stripe.webhook_secret", "TURNPIKE_STRIPE_WEBHOOK_SECRET");
pub(super) const TIMEOUT: Setting = Setting::new("stripe.timeout", "TURNPIKE_STRIPE_TIMEOUT");

const ACCOUNT: Setting = Setting::new("stripe.account", "TURNPIKE_STRIPE_ACCOUNT");

pub(super) const SETTINGS: &[Setting] = &[SECRET_KEY, API_BASE, WEBHOOK_SECRET, ACCOUNT, TIMEOUT];

/// Stripe's own API.
const STRIPE: &str = "https://api.stripe.com";
/// Payments are slow.
const LONGEST_REQUEST: Duration = Duration::from_secs(30);

/// Access to Stripe.
#[derive(Clone, Debug)]
pub struct StripeConfig {
    /// `TURNPIKE_STRIPE_SECRET_KEY`: without it billable features are refused with `billing-incomplete`.
    pub secret_key: Option<SecretString>,
    /// `TURNPIKE_STRIPE_API_BASE` (`https://api.stripe.com`): another one only with a key that is not live. No slash at the end.
    pub api_base: String,
    /// `TURNPIKE_STRIPE_WEBHOOK_SECRET`: signing secrets of the webhook endpoint, several while one is rolled over; without
    /// one there is no such endpoint.
    pub webhook_secrets: Vec<SecretString>,
    /// `TURNPIKE_STRIPE_ACCOUNT`: the account's id, for webhook events that name one; unset: such events are set aside.
    pub account: Option<String>,
    /// `TURNPIKE_STRIPE_TIMEOUT` (`30s`, or three quarters of a shorter lease): how long a request that changes something
    /// may take.
    pub timeout: Duration,
}

impl StripeConfig {
    /// `lease` is how long a host holds what it sends.
    pub(super) fn read(layers: &Layers, lease: Duration) -> Result<Self, ConfigError> {
        let secret_key = layers.secret(&SECRET_KEY, "a secret or restricted key (`sk_…` or `rk_…`)", |text| {
            text.chars().all(|letter| letter.is_ascii_graphic())
                && !["pk_", "whsec_"].iter().any(|other| text.starts_with(other))
        })?;
        let api_base = layers
            .get_with(&API_BASE, "an address without path, such as `https://api.stripe.com`", |text| {
                value::url(text, &["http", "https"])
                    .filter(|url| url.path() == "/" && url.query().is_none() && url.fragment().is_none())
            })?
            .map_or_else(|| STRIPE.to_owned(), |url: Url| url.as_str().trim_end_matches('/').to_owned());
        if secret_key.as_ref().is_some_and(is_live) && api_base != STRIPE {
            return Err(ConfigError::Conflict {
                what: format!("`{}` is a live key, but `{}` is `{api_base}`", SECRET_KEY.variable, API_BASE.variable),
                right: format!("a live key is only ever sent to `{STRIPE}`"),
            });
        }
        let webhook_secrets = layers
            .get_with(
                &WEBHOOK_SECRET,
                "one or more signing secrets (`whsec_…`), separated by commas or spaces",
                secrets,
            )?
            .unwrap_or_default();
        if secret_key.is_none() && !webhook_secrets.is_empty() {
            return Err(ConfigError::Missing {
                what: format!("`{}` is not set", SECRET_KEY.variable),
                right: format!("`{}` is set, and what an event tells of is read with the key", WEBHOOK_SECRET.variable),
            });
        }
        let account = layers.get_with(&ACCOUNT, "an account's id, such as `acct_1A2b3C`", |text| {
            let rest = text.strip_prefix("acct_").unwrap_or_default();
            (!rest.is_empty() && rest.chars().all(|letter| letter.is_ascii_alphanumeric())).then(|| text.to_owned())
        })?;
        let timeout = layers.get_or(&TIMEOUT, LONGEST_REQUEST.min(lease / 4 * 3))?;
        if timeout.is_zero() {
            return Err(layers.invalid(&TIMEOUT, "a duration above zero"));
        }
        Ok(Self { secret_key, api_base, webhook_secrets, account, timeout })
    }

    /// Whether the key moves real money.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.secret_key.as_ref().is_some_and(is_live)
    }
}

fn is_live(key: &SecretString) -> bool {
    ["sk_live_", "rk_live_"].iter().any(|prefix| key.expose_secret().starts_with(prefix))
}

/// Every signing secret of a list. One that is empty, or that is a key of the API, is none: anybody could sign with the
/// first, and the second is in the wrong variable.
fn secrets(text: &str) -> Option<Vec<SecretString>> {
    let secrets = text.split(',').flat_map(|part| {
        let mut words = part.split_whitespace().peekable();
        // Nothing between two commas is an empty secret.
        let nothing = words.peek().is_none().then_some("");
        words.chain(nothing)
    });
    secrets
        .map(|secret| {
            let is_none = secret.is_empty()
                || secret == "whsec_"
                || ["sk_", "rk_", "pk_"].iter().any(|key| secret.starts_with(key));
            (!is_none && secret.chars().all(|letter| letter.is_ascii_graphic()))
                .then(|| SecretString::from(secret.to_owned()))
        })
        .collect()
}
