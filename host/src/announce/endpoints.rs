//! What the embedding product does about events: it manages its endpoints, reads what happened and asks for it again.

use std::{fmt, sync::Arc};

use secrecy::SecretString;
use serde_json::{Map, Value, json};

use super::signature::new_secret;
use crate::ports::{
    clock::{Clock, Millis},
    courier::{AddressFault, Courier},
    ids::Ids,
    randomness::Secrets,
    store::{
        StoreError,
        audit::{AuditEntry, Origin, Who},
        delivery::{AttemptRecord, AttemptsWanted, DeliveriesWanted, DeliveryRecord, DeliveryStore, Resend},
        endpoint::{Endpoint, EndpointAmendment, EndpointState, EndpointStore},
        event::{EventKind, EventPage, EventStore, EventsWanted},
    },
};

/// For how long the secrets before stay in force when a new one is made, unless another time is asked for.
pub const OVERLAP: Millis = 24 * 60 * 60 * 1000;

/// The store, as far as it is needed here.
pub trait EndpointsStore: EndpointStore + DeliveryStore + EventStore {}

impl<S: EndpointStore + DeliveryStore + EventStore> EndpointsStore for S {}

/// Endpoints and what is told there. Cheap to clone.
#[derive(Clone)]
pub struct Endpoints {
    store: Arc<dyn EndpointsStore>,
    courier: Arc<dyn Courier>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    secrets: Arc<dyn Secrets>,
}

/// Who asks, for the audit trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By<'a> {
    /// The service's name.
    pub service: &'a str,
    /// From where.
    pub origin: &'a Origin,
}

/// An endpoint to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEndpoint {
    /// Its address.
    pub url: String,
    /// What it is told; nothing named: everything.
    pub kinds: Vec<EventKind>,
    /// For people.
    pub description: Option<String>,
}

/// Why something is not done.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// The address cannot be an endpoint's.
    #[error(transparent)]
    Address(#[from] AddressFault),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl fmt::Debug for Endpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoints").finish_non_exhaustive()
    }
}

impl Endpoints {
    /// Endpoints in this store, at addresses that the courier goes to.
    #[must_use]
    pub fn new(
        store: Arc<dyn EndpointsStore>,
        courier: Arc<dyn Courier>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        secrets: Arc<dyn Secrets>,
    ) -> Self {
        Self { store, courier, clock, ids, secrets }
    }

    /// Events after a place.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn events(&self, wanted: &EventsWanted) -> Result<EventPage, StoreError> {
        self.store.events(wanted).await
    }

    /// Endpoints by age.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list(&self, after: Option<&str>, limit: i64) -> Result<Vec<Endpoint>, StoreError> {
        self.store.endpoints(after, limit).await
    }

    /// One endpoint.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find(&self, id: &str) -> Result<Option<Endpoint>, StoreError> {
        self.store.endpoint(id).await
    }

    /// Adds an endpoint; its secret is never told again.
    ///
    /// # Errors
    /// [`EndpointError`].
    pub async fn add(&self, by: By<'_>, new: NewEndpoint) -> Result<(Endpoint, SecretString), EndpointError> {
        self.courier.check(&new.url)?;
        let endpoint = Endpoint {
            id: self.ids.next(),
            url: new.url,
            kinds: new.kinds,
            description: new.description,
            state: EndpointState::Enabled,
            created_at: self.clock.now(),
        };
        let secret = new_secret(&self.secrets.key());
        let entry = self.entry(by, "add event endpoint", &endpoint.id, [("kinds", words(&endpoint.kinds))]);
        self.store.add_endpoint(&endpoint, &secret, &entry).await?;
        Ok((endpoint, secret))
    }

    /// Changes an endpoint; `None` when there is none of that id.
    ///
    /// # Errors
    /// [`EndpointError`].
    pub async fn amend(
        &self,
        by: By<'_>,
        id: &str,
        amendment: &EndpointAmendment,
    ) -> Result<Option<Endpoint>, EndpointError> {
        if let Some(url) = &amendment.url {
            self.courier.check(url)?;
        }
        let changed = [
            ("url", amendment.url.is_some()),
            ("kinds", amendment.kinds.is_some()),
            ("description", amendment.description.is_some()),
            ("state", amendment.enabled.is_some()),
        ];
        let changed: Vec<&str> = changed.into_iter().filter_map(|(name, is)| is.then_some(name)).collect();
        let entry = self.entry(by, "amend event endpoint", id, [("changed", json!(changed))]);
        if !self.store.amend_endpoint(id, amendment, &entry).await? {
            return Ok(None);
        }
        Ok(self.store.endpoint(id).await?)
    }

    /// Removes an endpoint; false when there is none of that id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove(&self, by: By<'_>, id: &str) -> Result<bool, StoreError> {
        self.store.remove_endpoint(id, &self.entry(by, "remove event endpoint", id, [])).await
    }

    /// Makes a new secret, which is never told again; those before stay in force for `overlap` milliseconds. With until
    /// when that is; `None` when there is no endpoint of that id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rotate(
        &self,
        by: By<'_>,
        id: &str,
        overlap: Millis,
    ) -> Result<Option<(SecretString, Millis)>, StoreError> {
        let secret = new_secret(&self.secrets.key());
        let entry = self.entry(by, "rotate event secret", id, []);
        let until = entry.at.saturating_add(overlap);
        Ok(self.store.add_secret(id, &secret, until, &entry).await?.then_some((secret, until)))
    }

    /// What was or is to be sent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn deliveries(&self, wanted: &DeliveriesWanted) -> Result<Vec<DeliveryRecord>, StoreError> {
        self.store.deliveries(wanted).await
    }

    /// The log of attempts.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attempts(&self, wanted: &AttemptsWanted) -> Result<Vec<AttemptRecord>, StoreError> {
        self.store.attempts(wanted).await
    }

    /// Sends events once more; says how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn resend(&self, by: By<'_>, id: &str, which: &Resend) -> Result<u64, StoreError> {
        let told = match which {
            Resend::Event(event) => ("event", json!(event)),
            Resend::Dead => ("dead", json!(true)),
            Resend::After(place) => ("after", json!(place)),
        };
        let entry = self.entry(by, "resend events", id, [told]);
        self.store.resend(id, which, entry.at, &entry).await
    }

    fn entry<const N: usize>(&self, by: By<'_>, action: &str, subject: &str, detail: [(&str, Value); N]) -> AuditEntry {
        AuditEntry {
            origin: by.origin.clone(),
            detail: detail.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>(),
            ..AuditEntry::new(self.clock.now(), Who::Service(by.service.to_owned()), action, subject)
        }
    }
}

fn words(kinds: &[EventKind]) -> Value {
    kinds.iter().map(|kind| kind.as_str()).collect()
}
