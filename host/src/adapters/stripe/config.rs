//! Key and address of Stripe's API, checked so that a live key can only ever go to Stripe itself.

use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

/// Stripe's own API.
pub const STRIPE_API_BASE: &str = "https://api.stripe.com/";

/// Where requests go and with which key.
#[derive(Clone, Debug)]
pub struct StripeConfig {
    pub(super) key: SecretString,
    pub(super) base: Url,
    /// How long to wait.
    pub timeouts: Timeouts,
}

/// How long one request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands, name lookup and TLS included.
    pub connect: Duration,
    /// All of a request that changes something; payments are slow.
    pub write: Duration,
    /// All of a request that reads.
    pub read: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), write: Duration::from_secs(30), read: Duration::from_secs(10) }
    }
}

impl Timeouts {
    /// A request that changes something takes at most as long as given, and nothing takes longer than that.
    #[must_use]
    pub fn within(self, longest: Duration) -> Self {
        Self { connect: self.connect.min(longest), write: longest, read: self.read.min(longest) }
    }
}

/// Why key and address cannot be used. No message holds the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StripeConfigError {
    /// Not a secret or restricted key.
    #[error(
        "the Stripe key is not one that can be used: it must begin with `sk_test_`, `rk_test_`, `sk_live_` or `rk_live_` \
         and go on with letters, digits and underscores"
    )]
    Key,
    /// Not an address.
    #[error("`{base}` is not a base address of Stripe's API: {fault}")]
    Base {
        /// As configured, without user, password and query.
        base: String,
        /// What is wrong and what would be right.
        fault: String,
    },
    /// A live key would leave Stripe's realm.
    #[error("a live Stripe key may only be used with `{STRIPE_API_BASE}`, not with `{base}`; use a test key there")]
    LiveKeyElsewhere {
        /// As configured.
        base: String,
    },
}

impl StripeConfig {
    /// Checks a key and the address of the API ([`STRIPE_API_BASE`] unless a simulator or proxy is to be used).
    ///
    /// # Errors
    /// [`StripeConfigError`].
    pub fn new(key: SecretString, base: &str) -> Result<Self, StripeConfigError> {
        let live = is_live(key.expose_secret())?;
        let base = parse_base(base)?;
        if live && base.as_str() != STRIPE_API_BASE {
            return Err(StripeConfigError::LiveKeyElsewhere { base: base.into() });
        }
        Ok(Self { key, base, timeouts: Timeouts::default() })
    }
}

/// Whether the key moves real money.
fn is_live(key: &str) -> Result<bool, StripeConfigError> {
    let kinds = [("sk_live_", true), ("rk_live_", true), ("sk_test_", false), ("rk_test_", false)];
    let (rest, live) = kinds
        .into_iter()
        .find_map(|(prefix, live)| key.strip_prefix(prefix).map(|rest| (rest, live)))
        .ok_or(StripeConfigError::Key)?;
    let well_formed = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if well_formed { Ok(live) } else { Err(StripeConfigError::Key) }
}

/// The address with a slash at its end, so that paths can be appended.
fn parse_base(text: &str) -> Result<Url, StripeConfigError> {
    let fault = |base: String, fault: String| StripeConfigError::Base { base, fault };
    // What does not parse is not repeated: it might be a key in the wrong variable.
    let mut base = Url::parse(text.trim()).map_err(|error| fault("…".to_owned(), error.to_string()))?;
    let bare = {
        let mut bare = base.clone();
        bare.set_query(None);
        bare.set_fragment(None);
        // Both fail only where there is no host and so nobody to log in as.
        let _ = bare.set_username("");
        let _ = bare.set_password(None);
        bare
    };
    if !matches!(base.scheme(), "http" | "https") {
        return Err(fault("…".to_owned(), "it must begin with `https://` or `http://`".to_owned()));
    }
    if bare != base {
        return Err(fault(bare.into(), "it must have no user, password, query or fragment".to_owned()));
    }
    if !base.path().ends_with('/') {
        let path = format!("{}/", base.path());
        base.set_path(&path);
    }
    Ok(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIVE: [&str; 2] = ["sk_live_4eC39HqLyjWDarjtT1zdp7dc", "rk_live_4eC39HqLyjWDarjtT1zdp7dc"];
    const TEST: [&str; 2] = ["sk_test_4eC39HqLyjWDarjtT1zdp7dc", "rk_test_4eC39HqLyjWDarjtT1zdp7dc"];

    fn config(key: &str, base: &str) -> Result<StripeConfig, StripeConfigError> {
        StripeConfig::new(SecretString::from(key), base)
    }

    #[test]
    fn a_live_key_goes_to_stripe_only() {
        for key in LIVE {
            for base in [STRIPE_API_BASE, "https://api.stripe.com", "https://API.stripe.com:443/"] {
                assert!(config(key, base).is_ok(), "`{base}`");
            }
            for base in [
                "http://api.stripe.com/",
                "https://api.stripe.com:8443/",
                "https://api.stripe.com/v1/",
                "https://api.stripe.com.example.com/",
                "https://stripe.example.com/",
                "http://127.0.0.1:12111",
            ] {
                let error = config(key, base).expect_err(base);
                assert!(matches!(error, StripeConfigError::LiveKeyElsewhere { .. }), "`{base}`: {error}");
                assert!(!format!("{error} {error:?}").contains("4eC39"), "{error}");
            }
        }
    }

    #[test]
    fn a_test_key_may_go_anywhere() {
        for key in TEST {
            for (base, full) in [
                (STRIPE_API_BASE, STRIPE_API_BASE),
                ("http://127.0.0.1:12111", "http://127.0.0.1:12111/"),
                ("https://proxy.example.com/stripe", "https://proxy.example.com/stripe/"),
            ] {
                assert_eq!(config(key, base).map(|config| config.base.to_string()).as_deref(), Ok(full));
            }
        }
    }

    #[test]
    fn faults_are_named_without_the_key() {
        let secret = "4eC39HqLyjWDarjtT1zdp7dc";
        for key in [
            "",
            secret,
            "pk_test_4eC39HqLyjWDarjtT1zdp7dc",
            "sk_test_",
            " sk_test_4eC39HqLyjWDarjtT1zdp7dc",
            "sk_test_4eC39\r\nX: y",
        ] {
            let error = config(key, STRIPE_API_BASE).expect_err("not a key");
            assert_eq!(error, StripeConfigError::Key);
        }
        for base in [
            "",
            "api.stripe.com",
            "ftp://api.stripe.com/",
            "unix:/run/stripe",
            "https://user:4eC39HqLyjWDarjtT1zdp7dc@api.stripe.com/",
            "https://api.stripe.com/?key=4eC39HqLyjWDarjtT1zdp7dc",
            "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        ] {
            let error = config(TEST[0], base).expect_err(base);
            assert!(matches!(error, StripeConfigError::Base { .. }), "`{base}`: {error}");
            assert!(!format!("{error} {error:?}").contains(secret), "{error}");
        }
    }

    #[test]
    fn debug_output_hides_the_key() {
        let shown = format!("{:?}", config(TEST[0], STRIPE_API_BASE));
        assert!(shown.contains("api.stripe.com") && !shown.contains("4eC39"), "{shown}");
    }
}
