//! An announcer by itself on the store's data set, its clock driven.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use turnpike::{
    adapters::{
        courier::{HttpCourier, resolver::SystemLookup},
        sql::SqlStore,
        system::{SystemDice, Uuids},
    },
    announce::{AnnounceSettings, Announcer, new_secret},
    policy::{Current, Decider},
    ports::{
        clock::Clock as _,
        store::{
            delivery::{AttemptRecord, AttemptsWanted, DeliveriesWanted, DeliveryRecord, DeliveryStore as _},
            endpoint::{Endpoint, EndpointState, EndpointStore as _},
            event::{EventRecord, EventStore as _, EventsWanted},
        },
    },
};

use crate::{
    engines::TestDatabase,
    http::steered_clock::SteeredClock,
    policy,
    store::rows::{deed, seeded},
};

/// The announcer and what it works on.
pub(super) struct Stage<'a> {
    pub(super) database: &'a TestDatabase,
    pub(super) store: SqlStore,
    pub(super) clock: Arc<SteeredClock>,
    pub(super) announcer: Announcer,
}

impl<'a> Stage<'a> {
    /// On this database, with endpoints on this machine allowed.
    pub(super) async fn on(database: &'a TestDatabase) -> Self {
        Self::with(database, true).await
    }

    /// On this database.
    pub(super) async fn with(database: &'a TestDatabase, allow_private: bool) -> Self {
        let store = seeded(database).await;
        let clock = Arc::new(SteeredClock::default());
        let announcer = announcer(&store, &clock, allow_private);
        Self { database, store, clock, announcer }
    }

    /// Another host.
    pub(super) fn another(&self) -> Announcer {
        announcer(&self.store, &self.clock, true)
    }

    /// An endpoint at this address that is told everything; its secret is made of the number.
    pub(super) async fn endpoint(&self, id: &str, url: &str, number: u8) -> SecretString {
        let endpoint = Endpoint {
            id: id.to_owned(),
            url: url.to_owned(),
            kinds: Vec::new(),
            description: None,
            state: EndpointState::Enabled,
            created_at: self.clock.now(),
        };
        let secret = new_secret(&[number; 32]);
        self.store.add_endpoint(&endpoint, &secret, &deed("add", id)).await.expect("an endpoint");
        secret
    }

    /// Something happens in a mandate: an event of this id, as if the store had written it.
    pub(super) async fn happens(&self, id: &str, mandate: &str) {
        let sql = format!(
            "INSERT INTO events (id, kind, at, mandate_id, data) \
             VALUES ('{id}', 'instance.activated', {}, '{mandate}', '{{\"instanceId\":\"i-{id}\"}}')",
            self.clock.now()
        );
        self.database.execute(&sql).await;
    }

    /// Sends what is due: how many attempts.
    pub(super) async fn tell(&self) -> usize {
        self.announcer.tell_due().await.expect("a pass")
    }

    /// All events that have a place.
    pub(super) async fn events(&self) -> Vec<EventRecord> {
        told(&self.store).await
    }

    /// What was or is to be sent to an endpoint, the oldest event first.
    pub(super) async fn deliveries(&self, endpoint: &str) -> Vec<DeliveryRecord> {
        let wanted = DeliveriesWanted { endpoint_id: Some(endpoint.to_owned()), state: None, before: None, limit: 500 };
        let mut found = self.store.deliveries(&wanted).await.expect("deliveries");
        found.reverse();
        found
    }

    /// The log of an endpoint, the oldest attempt first.
    pub(super) async fn attempts(&self, endpoint: &str) -> Vec<AttemptRecord> {
        let wanted = AttemptsWanted { endpoint_id: endpoint.to_owned(), event_id: None, before: None, limit: 500 };
        let mut found = self.store.attempts(&wanted).await.expect("attempts");
        found.reverse();
        found
    }
}

/// All events that have a place.
pub(super) async fn told(store: &SqlStore) -> Vec<EventRecord> {
    let wanted = EventsWanted { limit: 10_000, ..EventsWanted::default() };
    store.events(&wanted).await.expect("events").events
}

fn announcer(store: &SqlStore, clock: &Arc<SteeredClock>, allow_private: bool) -> Announcer {
    let courier = HttpCourier::new(Duration::from_secs(2), allow_private, Arc::new(SystemLookup)).expect("a courier");
    let decider = Decider::new(policy::embedded(), core_wasm::settings::Settings::default());
    Announcer::new(
        Arc::new(store.clone()),
        Arc::new(courier),
        Current::new(decider),
        clock.clone(),
        (Arc::new(Uuids), Arc::new(SystemDice)),
        AnnounceSettings::default(),
    )
}
