//! Mails to admins.

use std::time::Duration;

use core_wasm::texts::Locale;
use secrecy::SecretString;

use super::{ConfigError, Setting, layers::Layers, value};

const SMTP_URL: Setting = Setting::secret("mail.smtp_url", "TURNPIKE_SMTP_URL");
const MAIL_FROM: Setting = Setting::new("mail.from", "TURNPIKE_MAIL_FROM");
const MAIL_LOCALE: Setting = Setting::new("mail.locale", "TURNPIKE_MAIL_LOCALE");
const MAIL_DIGEST_WINDOW: Setting = Setting::new("mail.digest_window", "TURNPIKE_MAIL_DIGEST_WINDOW");

pub(super) const SETTINGS: &[Setting] = &[SMTP_URL, MAIL_FROM, MAIL_LOCALE, MAIL_DIGEST_WINDOW];

/// Mails to admins.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// `TURNPIKE_SMTP_URL` and `TURNPIKE_MAIL_FROM`; without them mails are only logged as not sent.
    pub smtp: Option<Smtp>,
    /// `TURNPIKE_MAIL_LOCALE` (`de`): the language of mails: `de`, `fr`, `it` or `en`.
    pub locale: Locale,
    /// `TURNPIKE_MAIL_DIGEST_WINDOW` (`5m`): what happens in one mandate within this time goes into one mail.
    pub digest_window: Duration,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// `TURNPIKE_SMTP_URL`: `smtp://HOST:PORT` or `smtps://USER:PASSWORD@HOST:PORT`.
    pub url: SecretString,
    /// `TURNPIKE_MAIL_FROM`: the sender, `store@example.com` or `Store <store@example.com>`.
    pub from: String,
}

impl MailConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let url = layers.secret(&SMTP_URL, "`smtp://HOST:PORT` or `smtps://USER:PASSWORD@HOST:PORT`", |text| {
            value::url(text, &["smtp", "smtps"]).is_some()
        })?;
        let from = layers.get_with(
            &MAIL_FROM,
            "a mail address, such as `store@example.com` or `Store <store@example.com>`",
            // The mail adapter reads it in full before the service listens.
            |text| text.contains('@').then(|| text.to_owned()),
        )?;
        let smtp = match (url, from) {
            (Some(url), Some(from)) => Some(Smtp { url, from }),
            (Some(_), None) => {
                return Err(ConfigError::Missing {
                    what: format!("`{}` is not set", MAIL_FROM.variable),
                    right: format!("`{}` is set, so mails need a sender", SMTP_URL.variable),
                });
            }
            (None, _) => None,
        };
        let locale = layers.get_with(&MAIL_LOCALE, "`de`, `fr`, `it` or `en`", |text| match text {
            "de" => Some(Locale::De),
            "fr" => Some(Locale::Fr),
            "it" => Some(Locale::It),
            "en" => Some(Locale::En),
            _ => None,
        })?;
        Ok(Self {
            smtp,
            locale: locale.unwrap_or(Locale::De),
            digest_window: layers.get_or(&MAIL_DIGEST_WINDOW, Duration::from_secs(5 * 60))?,
        })
    }
}
