//! The shared whole: state, planned faults, locks in flight, journal; and saving the state to a file.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::{
    errors::StripeError, faults::Plan, journal::Journal, renewal, state::State, transaction::Transaction, webhooks,
};

pub(crate) struct World {
    state: Mutex<State>,
    faults: Mutex<Plan>,
    journal: Mutex<Journal>,
    in_flight: Mutex<InFlight>,
    /// Counts changes, for those who wait for one.
    changes: watch::Sender<u64>,
    /// Counts releases of held requests.
    pub(crate) releases: watch::Sender<u64>,
    state_file: Option<PathBuf>,
    pub(crate) client: reqwest::Client,
    pub(crate) runtime: tokio::runtime::Handle,
}

#[derive(Debug, Default)]
struct InFlight {
    keys: HashSet<String>,
    subscriptions: HashSet<String>,
}

impl World {
    /// A world from its state file, or a new one. Needs a running tokio runtime.
    pub(crate) fn open(state_file: Option<PathBuf>) -> io::Result<Arc<Self>> {
        // Webhooks go out over plain HTTP, but the client wants a provider to exist; a second call is refused.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let state = match &state_file {
            Some(path) if path.exists() => serde_json::from_slice(&fs::read(path)?)?,
            _ => State::default(),
        };
        Ok(Arc::new(Self {
            state: Mutex::new(state),
            faults: Mutex::default(),
            journal: Mutex::default(),
            in_flight: Mutex::default(),
            changes: watch::Sender::new(0),
            releases: watch::Sender::new(0),
            state_file,
            client: reqwest::Client::builder()
                .no_proxy()
                // Reading the system's certificates would take longer than all the rest of a start.
                .tls_certs_only([])
                .build()
                .map_err(io::Error::other)?,
            runtime: tokio::runtime::Handle::current(),
        }))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Plan> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes those who wait for a change.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Lets every held request go on.
    pub(crate) fn release(&self) {
        self.releases.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Runs something on the state by hand (no API request), after time has done its work; saves and sends events.
    pub(crate) fn by_hand<T>(self: &Arc<Self>, run: impl FnOnce(&mut Transaction<'_>) -> T) -> T {
        let (result, events) = {
            let mut state = self.state();
            let mut tx = Transaction::by_hand(&mut state);
            renewal::catch_up(&mut tx);
            let result = run(&mut tx);
            tx.now_ms = tx.state.clock.now_ms();
            renewal::catch_up(&mut tx);
            let events = tx.events;
            self.save(&state);
            (result, events)
        };
        webhooks::dispatch(self, events);
        self.changed();
        result
    }

    /// Writes the state file, if there is one: to a new file that then takes the old one's name.
    pub(crate) fn save(&self, state: &State) {
        let Some(path) = &self.state_file else { return };
        if let Err(error) = write_atomically(path, state) {
            tracing::error!(%error, path = %path.display(), "cannot write the state file");
        }
    }

    /// Marks an idempotency key as in use until the guard is dropped.
    pub(crate) fn hold_key(self: &Arc<Self>, key: &str) -> Result<Held, StripeError> {
        let mut in_flight = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        if !in_flight.keys.insert(key.to_owned()) {
            return Err(StripeError::key_in_use(key));
        }
        Ok(Held { world: Arc::clone(self), what: What::Key(key.to_owned()) })
    }

    /// Locks a subscription for writing until the guard is dropped.
    pub(crate) fn lock_subscription(self: &Arc<Self>, id: &str) -> Result<Held, StripeError> {
        let mut in_flight = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        if !in_flight.subscriptions.insert(id.to_owned()) {
            return Err(StripeError::lock_timeout());
        }
        Ok(Held { world: Arc::clone(self), what: What::Subscription(id.to_owned()) })
    }
}

fn write_atomically(path: &Path, state: &State) -> io::Result<()> {
    let next = path.with_extension("next");
    fs::write(&next, serde_json::to_vec(state)?)?;
    fs::rename(&next, path)
}

enum What {
    Key(String),
    Subscription(String),
}

/// A key or a lock that is given back when dropped.
pub(crate) struct Held {
    world: Arc<World>,
    what: What,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut in_flight = self.world.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        match &self.what {
            What::Key(key) => in_flight.keys.remove(key),
            What::Subscription(id) => in_flight.subscriptions.remove(id),
        };
    }
}
