//! The port through which mails leave.

use async_trait::async_trait;

/// Hands mails to a mail server.
#[async_trait]
pub trait Notify: Send + Sync {
    /// Hands over one mail. `Ok` means that a mail server took responsibility for it.
    ///
    /// # Errors
    /// See [`NotifyError`].
    async fn send(&self, mail: &Mail) -> Result<(), NotifyError>;
}

/// One mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Unique per event, so that a repeat is recognised: the part before the `@` of the Message-ID.
    pub message_id: String,
    /// Addresses; each gets it without seeing the others.
    pub recipients: Vec<String>,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// Why a mail was not handed over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotifyError {
    /// Worth trying again later.
    #[error("the mail server did not take the mail: {cause}")]
    Temporary {
        /// For the log; holds no address.
        cause: String,
    },
    /// It will never be taken.
    #[error("the mail server refused the mail: {cause}")]
    Permanent {
        /// For the log; holds no address.
        cause: String,
    },
}
