//! Compares every subscription with the billing provider, for ever, and repairs only what is safe.
//!
//! [`matrix`] says what is a difference and what becomes of it; [`guard`] when anything may be repaired at all; [`look`]
//! compares one subscription, [`repair`] carries out, [`runner`] is what a host does all day, [`review`] what an
//! operator does once, and [`operator`] how that is written down.

pub mod account;
pub mod guard;
pub mod look;
pub mod matrix;
pub mod operator;
pub mod pace;
pub mod repair;
pub mod review;
pub mod runner;

use std::sync::Arc;

use self::{account::Account, pace::Pace};
use crate::{
    ledger::Ledger,
    ports::{billing::Billing, clock::Clock, ids::Ids, randomness::Randomness, store::Store},
};

/// How subscriptions are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReconcileSettings {
    /// How often each subscription is compared, in milliseconds.
    pub every: i64,
    /// For how long a comparison is this host's, in milliseconds; longer than reading may take.
    pub lease: i64,
    /// Whether our key moves real money.
    pub is_live: bool,
}

/// Compares and repairs. Cheap to clone.
#[derive(Clone)]
pub struct Reconciler {
    store: Arc<dyn Store>,
    billing: Arc<dyn Billing>,
    ledger: Ledger,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    randomness: Arc<dyn Randomness>,
    settings: ReconcileSettings,
    pace: Arc<Pace>,
    account: Arc<tokio::sync::Mutex<Account>>,
}

impl Reconciler {
    /// A reconciler that does nothing until it is asked to.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        billing: Arc<dyn Billing>,
        ledger: Ledger,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        randomness: Arc<dyn Randomness>,
        settings: ReconcileSettings,
    ) -> Self {
        let pace = Arc::new(Pace::new(clock.clone(), pace::reads_per_second(settings.is_live)));
        Self { store, billing, ledger, clock, ids, randomness, settings, pace, account: Arc::default() }
    }
}
