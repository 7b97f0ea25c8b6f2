//! The mail server's address and the sender, checked at start. No message holds the password.

use std::net::IpAddr;

use lettre::{AsyncSmtpTransport, Tokio1Executor, message::Mailbox, transport::smtp::AsyncSmtpTransportBuilder};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

/// A mail server and who writes.
pub struct SmtpConfig {
    pub(super) server: AsyncSmtpTransportBuilder,
    pub(super) sender: Mailbox,
}

/// Why the mail server cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpConfigError {
    /// The address of the server.
    #[error(
        "the mail server's address cannot be used: {fault}; right is \
         `smtps://[USER:PASSWORD@]HOST[:PORT]` or `smtp://[USER:PASSWORD@]HOST[:PORT][?tls=required|opportunistic]`"
    )]
    Server {
        /// What is wrong.
        fault: String,
    },
    /// The sender.
    #[error("`{from}` is not a sender; right is `Name <name@example.com>` or `name@example.com`")]
    From {
        /// As configured.
        from: String,
    },
}

impl std::fmt::Debug for SmtpConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // lettre's own output would hold the password.
        f.debug_struct("SmtpConfig").finish_non_exhaustive()
    }
}

impl SmtpConfig {
    /// Checks an address such as `smtps://user:password@mail.example.com` (TLS from the start, port 465) or
    /// `smtp://mail.example.com?tls=required` (STARTTLS, port 587), and a sender. Without `tls` a `smtp` connection stays
    /// unencrypted (port 25). User and password are percent-encoded; a path is the name given with EHLO.
    ///
    /// # Errors
    /// [`SmtpConfigError`].
    pub fn new(url: &SecretString, from: &str) -> Result<Self, SmtpConfigError> {
        let url = url.expose_secret();
        check(url)?;
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| SmtpConfigError::Server { fault: "the mail library does not understand it".to_owned() })?;
        let sender = from.parse().map_err(|_| SmtpConfigError::From { from: from.to_owned() })?;
        Ok(Self { server, sender })
    }
}

/// What lettre would pass over in silence, or say with the password in it.
fn check(url: &str) -> Result<(), SmtpConfigError> {
    let fault = |fault: &str| Err(SmtpConfigError::Server { fault: fault.to_owned() });
    let Ok(url) = Url::parse(url) else {
        return fault("it is not an address");
    };
    let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
        return fault("it names no host");
    };
    let mut tls = None;
    for (name, value) in url.query_pairs() {
        match (name.as_ref(), value.as_ref()) {
            ("tls", "required" | "opportunistic") if url.scheme() == "smtp" && tls.is_none() => tls = Some(value),
            _ => return fault("after `?` there can only be `tls=required` or `tls=opportunistic`, with `smtp`"),
        }
    }
    if !matches!(url.scheme(), "smtp" | "smtps") {
        return fault("it begins neither with `smtps://` nor with `smtp://`");
    }
    if url.username().is_empty() != url.password().is_none() {
        return fault("user and password go together");
    }
    let guarded = url.scheme() == "smtps" || tls.as_deref() == Some("required");
    if url.password().is_some() && !guarded && !is_loopback(host) {
        return fault("a password would travel unencrypted: add `?tls=required` or use `smtps`");
    }
    Ok(())
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str, from: &str) -> Result<SmtpConfig, SmtpConfigError> {
        SmtpConfig::new(&SecretString::from(url), from)
    }

    #[test]
    fn usable_addresses_and_senders() {
        for url in [
            "smtp://127.0.0.1:2525",
            "smtp://mail.example.com",
            "smtp://mail.example.com/turnpike.example.com?tls=opportunistic",
            "smtp://user:hunter2@mail.example.com?tls=required",
            "smtps://us%40er:hunter%232@mail.example.com:465",
            "smtp://user:hunter2@localhost:2525",
            "smtp://user:hunter2@[::1]:2525",
        ] {
            for from in ["turnpike@example.com", "Turnpike <turnpike@example.com>", "Müller & Söhne <a.b@example.com>"]
            {
                assert!(config(url, from).is_ok(), "`{url}` `{from}`: {:?}", config(url, from));
            }
        }
    }

    #[test]
    fn faults_are_named_without_the_password() {
        for url in [
            "",
            "mail.example.com:25",
            "http://mail.example.com",
            "smtp:",
            "smtp://",
            "smtp://user:hunter2@mail.example.com",
            "smtp://user:hunter2@mail.example.com?tls=opportunistic",
            "smtp://user:hunter2@mail.example.com?tls=no",
            "smtp://user:hunter2@mail.example.com?tls=required&tls=opportunistic",
            "smtp://user:hunter2@mail.example.com?password=hunter2",
            "smtps://user:hunter2@mail.example.com?tls=required",
            "smtps://user@mail.example.com",
            "smtps://:hunter2@mail.example.com",
            "smtps://user:hunter2@mail.example.com:99999",
        ] {
            let error = config(url, "turnpike@example.com").expect_err(url);
            assert!(matches!(error, SmtpConfigError::Server { .. }), "`{url}`: {error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
        for from in ["", "Turnpike", "turnpike@", "a@example.com, b@example.com", "a@example.com\r\nBcc: b@example.com"]
        {
            let error = config("smtp://127.0.0.1:2525", from).expect_err(from);
            assert_eq!(error, SmtpConfigError::From { from: from.to_owned() });
        }
    }

    #[test]
    fn debug_output_hides_the_password() {
        let config = config("smtps://user:hunter2@mail.example.com", "turnpike@example.com").expect("usable");
        assert!(!format!("{config:?}").contains("hunter2"));
        assert!(!format!("{:?}", super::super::SmtpNotifier::new(config)).contains("hunter2"));
    }
}
