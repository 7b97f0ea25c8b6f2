//! The handle that tests hold: starts and stops the simulator and reads and steers it without HTTP.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::net::{TcpListener, TcpSocket};

use crate::{
    card::CardOutcome,
    clock::Clock,
    edit::{self, Edit},
    errors::StripeError,
    faults::Fault,
    journal::RequestRecord,
    ledger::Ledger,
    limits::Limits,
    objects,
    seed::{self, Seed, SeedItem},
    server::Server,
    webhooks::{Delivery, Endpoint},
    world::World,
};

const BACKLOG: u32 = 1024;

/// How a simulator is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where to listen; a free port on loopback unless given.
    pub listen: Option<SocketAddr>,
    /// A file that keeps the state across restarts.
    pub state: Option<PathBuf>,
    /// What exists from the start; what the state file already holds stays as it is.
    pub seed: Option<Seed>,
    /// A file of JSON lines that gets every exchange.
    pub record: Option<PathBuf>,
}

/// Why a simulator did not start or refused an order.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The port, the state file or the recording.
    #[error("cannot start the simulator: {0}")]
    Io(#[from] io::Error),
    /// What was asked is not possible, in Stripe's words.
    #[error("refused: {0}")]
    Refused(Value),
}

impl From<StripeError> for SimError {
    fn from(error: StripeError) -> Self {
        Self::Refused(error.body("req_by_hand"))
    }
}

/// A running simulator. All methods can be used while requests are under way.
pub struct Sim {
    world: Arc<World>,
    address: SocketAddr,
    server: Mutex<Running>,
}

enum Running {
    Yes(Server),
    /// Stopped: the port stays bound but nobody listens, so that nobody else gets it and connections are refused.
    No(Option<TcpSocket>),
}

impl Sim {
    /// Starts an empty simulator on a free port of 127.0.0.1 in the running tokio runtime.
    ///
    /// # Panics
    /// If loopback cannot be bound: no test can go on then.
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await.expect("a free port on loopback")
    }

    /// Starts a simulator.
    ///
    /// # Errors
    /// The address cannot be bound, a file cannot be read or written, or the seed is not possible.
    pub async fn start_with(options: Options) -> Result<Self, SimError> {
        let world = World::open(options.state)?;
        if let Some(path) = &options.record {
            world.journal().record_to(path)?;
        }
        if let Some(seed) = options.seed {
            world.by_hand(|tx| seed::plant(tx, seed, true))?;
        }
        let listener =
            TcpListener::bind(options.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)))).await?;
        let (server, address) = Server::start(Arc::clone(&world), listener)?;
        Ok(Self { world, address, server: Mutex::new(Running::Yes(server)) })
    }

    /// The base URL, without a trailing slash: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stripe is gone: connections are cut and refused; the state stays. Requests that came in whole are still carried out.
    pub async fn stop(&self) {
        let running = std::mem::replace(&mut *self.running(), Running::No(None));
        if let Running::Yes(server) = running {
            server.stop().await;
            *self.running() = Running::No(self.reserve_port().ok());
        }
    }

    /// Stripe is back, on the same port and with its state. Without effect while it runs.
    ///
    /// # Errors
    /// The port cannot be bound.
    pub async fn restart(&self) -> Result<(), SimError> {
        let reserved = match &mut *self.running() {
            Running::Yes(_) => return Ok(()),
            Running::No(reserved) => reserved.take(),
        };
        let socket = match reserved {
            Some(socket) => socket,
            None => self.port_again().await?,
        };
        let (server, _) = Server::start(Arc::clone(&self.world), socket.listen(BACKLOG)?)?;
        *self.running() = Running::Yes(server);
        Ok(())
    }

    /// The port may be taken for a moment: by what is left of the server, or by somebody's outgoing connection.
    async fn port_again(&self) -> io::Result<TcpSocket> {
        for _ in 0..500 {
            match self.reserve_port() {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                reserved => return reserved,
            }
        }
        self.reserve_port()
    }

    fn reserve_port(&self) -> io::Result<TcpSocket> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(self.address)?;
        Ok(socket)
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Running> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings items with their subscriptions, customers and prices into being; existing items get the seed's quantity.
    ///
    /// # Errors
    /// The seed is not possible.
    pub fn seed(&self, seed: Seed) -> Result<(), SimError> {
        Ok(self.world.by_hand(|tx| seed::plant(tx, seed, false))?)
    }

    /// One active subscription with one item at the default price (90.00 CHF a month).
    pub fn seed_item(&self, item: &str, subscription: &str, quantity: u64) {
        let seed = Seed { items: vec![SeedItem::new(item, subscription, quantity)] };
        // Only prices that do not fit together refuse a seed; a single default one always fits.
        let _ = self.seed(seed);
    }

    /// Plans a fault after those already planned.
    pub fn fault(&self, fault: Fault) {
        self.world.faults().add(vec![fault]);
    }

    /// Forgets all planned faults.
    pub fn clear_faults(&self) {
        self.world.faults().clear();
    }

    /// How many planned faults are left.
    #[must_use]
    pub fn faults_left(&self) -> usize {
        self.world.faults().remaining().len()
    }

    /// Lets every request go on that a `hold` fault keeps waiting.
    pub fn release(&self) {
        self.world.release();
    }

    /// How many requests a `hold` fault keeps waiting now.
    #[must_use]
    pub fn held(&self) -> usize {
        self.world.journal().held
    }

    /// The quantity of an item; `None` if there is no such item.
    #[must_use]
    pub fn quantity(&self, item: &str) -> Option<u64> {
        self.world.state().item(item).map(|(_, item)| item.quantity)
    }

    /// A subscription as the API shows it.
    #[must_use]
    pub fn subscription(&self, id: &str) -> Option<Value> {
        let state = self.world.state();
        state.subscriptions.get(id).map(|subscription| objects::subscription(&state, subscription))
    }

    /// The money ledger.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        Ledger::of(&self.world.state())
    }

    /// Every API request that was dealt with, in the order in which it was done.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.world.journal().requests.clone()
    }

    /// Now on the simulator's clock, UTC milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.world.state().clock.now_ms()
    }

    /// Stops the clock at an instant, UTC milliseconds.
    pub fn set_clock(&self, now_ms: i64) {
        self.world.by_hand(|tx| tx.state.clock.set(now_ms));
    }

    /// Moves the clock forward; periods that end are billed.
    pub fn advance(&self, by: Duration) {
        self.world.by_hand(|tx| tx.state.clock.advance(by));
    }

    /// Lets the clock follow the system again.
    pub fn run_clock(&self) {
        self.world.by_hand(|tx| tx.state.clock = Clock::default());
    }

    /// The outcome of payments: of one customer, or of all.
    pub fn card(&self, customer: Option<&str>, outcome: CardOutcome) {
        self.world.by_hand(|tx| tx.state.cards.set(customer.map(str::to_owned), outcome));
    }

    /// Sets the limits per subscription.
    pub fn limits(&self, limits: Limits) {
        self.world.by_hand(|tx| tx.state.limits = limits);
    }

    /// Makes every key belong to another account.
    pub fn account(&self, id: &str) {
        self.world.by_hand(|tx| tx.state.account = Some(id.to_owned()));
    }

    /// Edits a subscription by hand, as in the Dashboard.
    ///
    /// # Errors
    /// There is no such subscription, or the edit is not possible.
    pub fn edit(&self, subscription: &str, edit: Edit) -> Result<(), SimError> {
        Ok(self.world.by_hand(|tx| edit::apply(tx, subscription, edit))?)
    }

    /// Registers a webhook endpoint.
    pub fn webhook(&self, endpoint: Endpoint) {
        self.world.by_hand(|tx| tx.state.webhook_endpoints.push(endpoint));
    }

    /// Registers a webhook endpoint in place of one with the same URL that a state file may have brought.
    pub fn replace_webhook(&self, endpoint: Endpoint) {
        self.world.by_hand(|tx| {
            tx.state.webhook_endpoints.retain(|known| known.url != endpoint.url);
            tx.state.webhook_endpoints.push(endpoint);
        });
    }

    /// Every attempt to deliver an event.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.world.journal().deliveries.clone()
    }

    /// Records every exchange to a file of JSON lines from now on, for the honesty check.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn record_to(&self, path: &Path) -> Result<(), SimError> {
        Ok(self.world.journal().record_to(path)?)
    }

    /// Waits until something holds; `false` if it does not within `timeout`. It is looked at again after every
    /// request, delivery, hold and order.
    pub async fn wait_until(&self, timeout: Duration, condition: impl Fn(&Self) -> bool) -> bool {
        let mut changes = self.world.watch();
        let holds = async {
            while !condition(self) {
                if changes.changed().await.is_err() {
                    return;
                }
            }
        };
        tokio::time::timeout(timeout, holds).await.is_ok()
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        if let Running::Yes(server) = &*self.running() {
            server.abandon();
        }
    }
}
