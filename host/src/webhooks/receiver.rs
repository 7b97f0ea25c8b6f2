//! Takes an event in: checked, kept as an envelope, and only then acknowledged.

use std::{fmt, sync::Arc};

use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

use super::{
    envelope::Envelope,
    signature::{self, SignatureFault},
};
use crate::ports::{
    clock::{Clock, Millis},
    store::{
        StoreError,
        inbox::{Fate, InboxStore, NewEvent},
    },
};

/// Which events are ours.
#[derive(Clone, Debug)]
pub struct ReceiverSettings {
    /// Secrets that events may be signed with; several while one is rolled over.
    pub secrets: Vec<SecretString>,
    /// Whether our key moves real money.
    pub is_live: bool,
    /// The provider's id of our account, for events that name one.
    pub account: Option<String>,
}

/// Takes events in. Cheap to clone.
#[derive(Clone)]
pub struct Receiver {
    store: Arc<dyn InboxStore>,
    clock: Arc<dyn Clock>,
    wake: Arc<Notify>,
    settings: Arc<ReceiverSettings>,
}

/// What became of an event that was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// It is kept.
    New,
    /// It had come before.
    Repeated,
}

/// Why an event was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// Not from the provider, or not of now.
    #[error(transparent)]
    Signature(#[from] SignatureFault),
    /// It could not be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Receiver {
    /// A receiver that wakes whoever works the inbox off.
    #[must_use]
    pub fn new(
        store: Arc<dyn InboxStore>,
        clock: Arc<dyn Clock>,
        wake: Arc<Notify>,
        settings: ReceiverSettings,
    ) -> Self {
        Self { store, clock, wake, settings: Arc::new(settings) }
    }

    /// Takes an event in: `header` is `Stripe-Signature`, `payload` the body as it came. Whatever is signed right is
    /// kept, readable or not: to refuse it would only have it sent again for days.
    ///
    /// # Errors
    /// [`ReceiveError`].
    pub async fn receive(&self, header: &str, payload: &[u8]) -> Result<Received, ReceiveError> {
        let now = self.clock.now();
        signature::verify(header, payload, &self.settings.secrets, now)?;
        let event = self.event(payload, now);
        if !self.store.keep_event(&event).await? {
            return Ok(Received::Repeated);
        }
        match &event.fate {
            Fate::Read { .. } => self.wake.notify_one(),
            Fate::Ignored => {}
            Fate::Foreign => tracing::warn!(
                event.id,
                kind = event.kind,
                "a webhook event is not readable, or of another mode or account than the key: nothing is done about it"
            ),
        }
        Ok(Received::New)
    }

    fn event(&self, payload: &[u8], received_at: Millis) -> NewEvent {
        let Some(envelope) = Envelope::parse(payload) else { return unreadable(payload, received_at) };
        let ReceiverSettings { is_live, account, .. } = &*self.settings;
        let fate = match envelope.subscription() {
            _ if !envelope.is_ours(*is_live, account.as_deref()) => Fate::Foreign,
            Some(subscription) => Fate::Read { subscription: subscription.to_owned() },
            None => Fate::Ignored,
        };
        NewEvent {
            id: envelope.id,
            kind: envelope.kind,
            created_at: envelope.created.map(|seconds| seconds.saturating_mul(1000)),
            livemode: envelope.livemode,
            // One that is not ours may be any text.
            account: envelope.account.filter(|account| Some(account) == self.settings.account.as_ref()),
            object: envelope.object,
            fate,
            received_at,
        }
    }
}

/// What cannot be read is known by its digest.
fn unreadable(payload: &[u8], received_at: Millis) -> NewEvent {
    let digest: String = Sha256::digest(payload).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    NewEvent {
        id: format!("unreadable:{digest}"),
        kind: "unreadable".to_owned(),
        created_at: None,
        livemode: None,
        account: None,
        object: None,
        fate: Fate::Foreign,
        received_at,
    }
}
