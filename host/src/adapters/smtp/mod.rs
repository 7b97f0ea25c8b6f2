//! Mails over SMTP with lettre: every recipient gets a copy of their own.

mod config;
mod message;
mod progress;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::{self, response::Severity},
};

pub use self::config::{SmtpConfig, SmtpConfigError};
use self::{message::Letter, progress::Progress};
use crate::ports::notify::{Mail, Notify, NotifyError};

/// How long one copy may take, from connecting to the server's last word.
const COPY_TIMEOUT: Duration = Duration::from_secs(30);
/// Replies that are about our login, not about the mail: the operator can mend them, so they are no last word.
const LOGIN_REPLIES: [u16; 4] = [530, 534, 535, 538];

/// A mail server behind the notify port.
pub struct SmtpNotifier {
    server: AsyncSmtpTransport<Tokio1Executor>,
    sender: lettre::message::Mailbox,
    progress: Progress,
}

/// What became of one copy. The causes hold neither addresses nor the server's words, which may.
enum Fate {
    Accepted,
    /// Not now; others may have better luck.
    PutOff(String),
    /// Not now, nor would any other copy be: the server is not there.
    Unreachable(String),
    Refused(String),
}

impl fmt::Debug for SmtpNotifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // lettre's own output would hold the password.
        f.debug_struct("SmtpNotifier").finish_non_exhaustive()
    }
}

impl SmtpNotifier {
    /// Prepares the transport; no connection is made yet.
    #[must_use]
    pub fn new(config: SmtpConfig) -> Self {
        let SmtpConfig { server, sender } = config;
        Self { server: server.timeout(Some(COPY_TIMEOUT)).build(), sender, progress: Progress::default() }
    }

    async fn send_copy(&self, letter: &Letter<'_>, recipient: &str) -> Fate {
        let Ok(address) = recipient.parse::<Address>() else {
            return Fate::Refused("not a mail address".to_owned());
        };
        let is_ascii = recipient.is_ascii();
        let message = match letter.to(address) {
            Ok(message) => message,
            Err(cause) => return Fate::Refused(cause),
        };
        match self.hand_over(message).await {
            None => Fate::Unreachable("no answer in time".to_owned()),
            Some(Ok(())) => Fate::Accepted,
            Some(Err(error)) => judge(&error, is_ascii),
        }
    }

    /// `None` when it takes too long. lettre's own limit holds for connecting only.
    async fn hand_over(&self, message: Message) -> Option<Result<(), smtp::Error>> {
        let sent = tokio::time::timeout(COPY_TIMEOUT, self.server.send(message)).await.ok()?;
        Some(sent.map(|_| ()))
    }
}

#[async_trait]
impl Notify for SmtpNotifier {
    /// A copy per recipient: what one mailbox refuses does not keep the others from being told. While copies are left
    /// to be tried again the mail as a whole is, under the same Message-ID, and those who have theirs are passed over.
    async fn send(&self, mail: &Mail) -> Result<(), NotifyError> {
        let letter = Letter::new(mail, &self.sender);
        let mut accepted = 0_usize;
        let mut put_off = None;
        let mut refused = None;
        for recipient in mail.recipients.iter().collect::<std::collections::BTreeSet<_>>() {
            if self.progress.has(&mail.message_id, recipient) {
                accepted += 1;
                continue;
            }
            match self.send_copy(&letter, recipient).await {
                Fate::Accepted => {
                    self.progress.note(&mail.message_id, recipient);
                    accepted += 1;
                }
                Fate::PutOff(cause) => put_off = Some(cause),
                Fate::Refused(cause) => {
                    tracing::warn!(mail.message_id, cause, "the mail server refused a copy for good");
                    refused = Some(cause);
                }
                Fate::Unreachable(cause) => {
                    put_off = Some(cause);
                    break;
                }
            }
        }
        if let Some(cause) = put_off {
            return Err(NotifyError::Temporary { cause });
        }
        self.progress.forget(&mail.message_id);
        if accepted == 0 {
            return Err(NotifyError::Permanent { cause: refused.unwrap_or_else(|| "nobody to send it to".to_owned()) });
        }
        Ok(())
    }
}

fn judge(error: &smtp::Error, recipient_is_ascii: bool) -> Fate {
    let Some(code) = error.status() else {
        return if error.is_client() && !recipient_is_ascii {
            Fate::Refused("the mail server takes no addresses beyond ASCII".to_owned())
        } else if error.is_tls() {
            Fate::Unreachable("no TLS connection".to_owned())
        } else if error.is_client() {
            // No STARTTLS, or no way to log in that both sides know.
            Fate::Unreachable("the mail server does not offer what the configuration asks for".to_owned())
        } else {
            Fate::Unreachable("no connection".to_owned())
        };
    };
    let number = u16::from(code);
    let cause = format!("status {number}");
    if LOGIN_REPLIES.contains(&number) {
        Fate::Unreachable(format!("{cause}: the login is not accepted"))
    } else if code.severity == Severity::PermanentNegativeCompletion {
        Fate::Refused(cause)
    } else {
        Fate::PutOff(cause)
    }
}
