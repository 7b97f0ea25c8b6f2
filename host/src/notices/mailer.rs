//! One pass over the notices that are due: one mail per mandate, and a record of what became of it.

use std::{fmt, sync::Arc, time::Duration};

use core_wasm::texts::Locale;

use super::{
    audience::{self, AdminJudge},
    backoff, letter,
};
use crate::ports::{
    clock::{Clock, Millis},
    notify::{Mail, Notify, NotifyError},
    store::{
        StoreError,
        outbox::{Digest, OutboxStore},
    },
};

/// Delivers what the outbox holds.
pub struct Mailer {
    /// Where notices wait.
    pub store: Arc<dyn OutboxStore>,
    /// The mail server; without one notices are only logged.
    pub notify: Option<Arc<dyn Notify>>,
    /// Who of the members is an admin.
    pub judge: Arc<dyn AdminJudge>,
    /// The present instant.
    pub clock: Arc<dyn Clock>,
    /// Chance, for jitter: every value equally likely.
    pub roll: fn() -> u32,
    /// How often, how long, in which language.
    pub settings: MailerSettings,
}

/// How notices are gathered and tried again. All spans in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailerSettings {
    /// Language of the mails.
    pub locale: Locale,
    /// Notices of one mandate are gathered this long into one mail.
    pub window: i64,
    /// How long one host may take over one mail before another takes it up.
    pub lease: i64,
    /// Pause after the first failed attempt; doubled after each further one.
    pub first_pause: i64,
    /// The pause grows no longer than this.
    pub longest_pause: i64,
    /// After this many failed attempts the notices are given up.
    pub most_attempts: i64,
    /// How often the outbox is looked at.
    pub poll: i64,
}

impl Default for MailerSettings {
    /// Five minutes are gathered; a mail server may be away for a good two days.
    fn default() -> Self {
        Self {
            locale: Locale::default(),
            window: 300_000,
            lease: 300_000,
            first_pause: 30_000,
            longest_pause: 3_600_000,
            most_attempts: 60,
            poll: 15_000,
        }
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer")
            .field("has_mail_server", &self.notify.is_some())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Mailer {
    /// Deals with every mandate whose notices are due, and says how many mandates that were. A mail that fails is put off
    /// and does not keep the others waiting.
    ///
    /// # Errors
    /// [`StoreError`]: what had been claimed is due again when its lease ends, under the same Message-ID.
    pub async fn deliver_due(&self) -> Result<usize, StoreError> {
        let mut dealt_with = 0;
        while let Some(digest) =
            self.store.claim_notices(self.clock.now(), self.settings.window, self.settings.lease).await?
        {
            self.deliver(&digest).await?;
            dealt_with += 1;
        }
        Ok(dealt_with)
    }

    async fn deliver(&self, digest: &Digest) -> Result<(), StoreError> {
        let ids: Vec<String> = digest.notices.iter().map(|notice| notice.id.clone()).collect();
        let Some(notify) = &self.notify else {
            for id in &ids {
                tracing::info!(event.id = id, "not sent: no mail server is configured");
            }
            return self.store.sent(&ids, self.clock.now()).await;
        };
        match self.send(notify.as_ref(), digest).await {
            Ok(0) => {
                tracing::info!(event.ids = ids.join(" "), "not sent: no admin of the mandate has a mail address");
                self.store.not_sent(&ids, None, "no admin of the mandate has a mail address").await
            }
            Ok(recipients) => {
                tracing::info!(event.ids = ids.join(" "), recipients, "notices mailed");
                self.store.sent(&ids, self.clock.now()).await
            }
            Err(NotifyError::Temporary { cause })
                if digest.attempts.saturating_add(1) < self.settings.most_attempts =>
            {
                let retry_at = self.retry_at(digest.attempts);
                tracing::warn!(event.ids = ids.join(" "), cause, "notices not mailed yet");
                self.store.not_sent(&ids, Some(retry_at), &cause).await
            }
            Err(NotifyError::Temporary { cause } | NotifyError::Permanent { cause }) => {
                tracing::error!(event.ids = ids.join(" "), cause, "notices given up");
                self.store.not_sent(&ids, None, &cause).await
            }
        }
    }

    /// Sends one mail and says to how many.
    async fn send(&self, notify: &dyn Notify, digest: &Digest) -> Result<usize, NotifyError> {
        let recipients = audience::addresses(self.judge.as_ref(), &digest.mandate_id, &digest.members)
            .map_err(|error| NotifyError::Temporary { cause: error.to_string() })?;
        let count = recipients.len();
        if count == 0 {
            return Ok(0);
        }
        let (subject, body) = letter::compose(digest, self.settings.locale);
        let mail = Mail { message_id: digest.mail_id.clone(), recipients, subject, body };
        // Before the lease ends and another host begins.
        let limit = Duration::from_millis(u64::try_from(self.settings.lease / 5 * 4).unwrap_or_default());
        match tokio::time::timeout(limit, notify.send(&mail)).await {
            Ok(sent) => sent.map(|()| count),
            Err(_) => Err(NotifyError::Temporary { cause: "the mail server takes too long".to_owned() }),
        }
    }

    fn retry_at(&self, attempts_before: i64) -> Millis {
        let MailerSettings { first_pause, longest_pause, .. } = self.settings;
        let pause = backoff::pause(attempts_before.saturating_add(1), first_pause, longest_pause, (self.roll)());
        self.clock.now().saturating_add(pause)
    }
}
