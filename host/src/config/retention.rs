//! For how long is kept what goes by its age. The table of all of it is docs/retention.md.

use std::time::Duration;

use super::{ConfigError, Setting, layers::Layers};

/// Idempotency keys.
pub const KEYS: Setting = Setting::new("keys.kept", "TURNPIKE_KEYS_KEPT");
/// Quotes.
pub const QUOTES: Setting = Setting::new("quotes.kept", "TURNPIKE_QUOTES_KEPT");
/// Requests for features.
pub const FEATURE_REQUESTS: Setting = Setting::new("requests.kept", "TURNPIKE_REQUESTS_KEPT");
/// Mails that were sent.
pub const NOTICES: Setting = Setting::new("mail.kept", "TURNPIKE_MAIL_KEPT");
/// Mails that were given up.
pub const DEAD_NOTICES: Setting = Setting::new("mail.unsent_kept", "TURNPIKE_MAIL_UNSENT_KEPT");
/// Webhook events of the billing provider.
pub const WEBHOOKS: Setting = Setting::new("stripe.webhooks_kept", "TURNPIKE_STRIPE_WEBHOOKS_KEPT");
/// Changes and operations.
pub const LEDGER: Setting = Setting::new("ledger.kept", "TURNPIKE_LEDGER_KEPT");

pub(super) const SETTINGS: &[Setting] = &[KEYS, QUOTES, FEATURE_REQUESTS, NOTICES, DEAD_NOTICES, WEBHOOKS, LEDGER];

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// For how long is kept what goes by its age and has no other settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetentionConfig {
    /// `TURNPIKE_KEYS_KEPT` (`7d`): idempotency keys, after their change was settled.
    pub keys: Duration,
    /// `TURNPIKE_QUOTES_KEPT` (`7d`): quotes, after they expired.
    pub quotes: Duration,
    /// `TURNPIKE_REQUESTS_KEPT` (`90d`): requests for features, after they were answered or taken back.
    pub feature_requests: Duration,
    /// `TURNPIKE_MAIL_KEPT` (`30d`): mails, after they were sent.
    pub notices: Duration,
    /// `TURNPIKE_MAIL_UNSENT_KEPT` (`90d`): mails that were given up, after they were written.
    pub dead_notices: Duration,
    /// `TURNPIKE_STRIPE_WEBHOOKS_KEPT` (`30d`): webhook events that are dealt with.
    pub webhooks: Duration,
    /// `TURNPIKE_LEDGER_KEPT` (`3653d`): changes and operations, after they were settled.
    pub ledger: Duration,
}

impl RetentionConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let config = Self {
            keys: layers.get_or(&KEYS, 7 * DAY)?,
            quotes: layers.get_or(&QUOTES, 7 * DAY)?,
            feature_requests: layers.get_or(&FEATURE_REQUESTS, 90 * DAY)?,
            notices: layers.get_or(&NOTICES, 30 * DAY)?,
            dead_notices: layers.get_or(&DEAD_NOTICES, 90 * DAY)?,
            webhooks: layers.get_or(&WEBHOOKS, 30 * DAY)?,
            ledger: layers.get_or(&LEDGER, 3653 * DAY)?,
        };
        for (setting, value) in [
            (&KEYS, config.keys),
            (&QUOTES, config.quotes),
            (&FEATURE_REQUESTS, config.feature_requests),
            (&NOTICES, config.notices),
            (&WEBHOOKS, config.webhooks),
        ] {
            if value.is_zero() {
                return Err(layers.invalid(setting, "a duration above zero"));
            }
        }
        // A mail is tried for days before it is given up, and somebody has to see that it was.
        if config.dead_notices < 7 * DAY {
            return Err(layers.invalid(&DEAD_NOTICES, "a duration of at least 7 days"));
        }
        // An invoice is argued about for months; the law is the operator's to know.
        if config.ledger < 400 * DAY {
            return Err(layers.invalid(&LEDGER, "a duration of at least 400 days"));
        }
        Ok(config)
    }
}
