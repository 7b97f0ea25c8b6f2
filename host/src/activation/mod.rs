//! The use cases: what a request does between asking and answering.
//!
//! Each follows the same way: facts, decision, and only if allowed one short transaction under the mandate's lock in
//! which facts and decision are made once more and written. Billing is told afterwards, by the ledger.

mod accesses;
mod activate;
mod batch;
mod caps;
mod carry_through;
mod change;
mod deactivate;
mod decision;
mod earlier;
mod feature_requests;
mod features;
mod history;
mod inventory;
mod mandates;
mod occasion;
mod preflight;
mod quote;
mod recording;
mod reserve;
mod restore;
mod share;
mod subscription;
mod wait;
mod wanted;

use std::{sync::Arc, time::Duration};

use core_wasm::reason::Reason;
use serde_json::Value;

pub use accesses::{AccessesView, ColleaguesView};
pub use activate::Activate;
pub use deactivate::Deactivate;
pub use decision::DecisionView;
pub use feature_requests::{FeatureRequestView, RequestFeature};
pub use features::{FeatureView, InstanceView};
pub use history::{HistoryPage, HistoryView};
pub use inventory::InventoryView;
pub use preflight::{ActivationVerdict, DeactivationVerdict, Preflight, RestoreVerdict};
pub use quote::QuoteFault;
pub use restore::Restore;
pub use share::Share;
pub use subscription::SubscriptionInfo;
pub use wanted::Wanted;

pub use crate::facts::PreflightFacts;
use crate::{
    decisions::refusals::Refusals,
    ledger::Ledger,
    policy::{Current, Decider, PolicyError},
    ports::{
        clock::Clock,
        ids::Ids,
        randomness::Secrets,
        store::{
            Store, StoreError,
            audit::{AuditEntry, Origin, Who, state},
            change::ChangeRecord,
        },
    },
};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The user's id.
    pub user_id: String,
    /// The user's name, for the home mandate and for mails.
    pub username: String,
    /// The trace id of the request.
    pub trace_id: String,
    /// The client's address, where it is known.
    pub address: Option<String>,
}

impl Caller {
    /// From where the request came, for the audit trail.
    fn origin(&self) -> Origin {
        Origin { address: self.address.clone(), trace_id: Some(self.trace_id.clone()) }
    }

    /// What is written down about a change of theirs.
    fn note(&self, change: &ChangeRecord, before: Option<Value>, after: Option<Value>) -> AuditEntry {
        let entry = state::of_change(change, Who::User(self.user_id.clone()), self.origin());
        AuditEntry { before, after, ..entry }
    }
}

/// The caller's rate is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limited {
    /// When a request is let in again.
    pub retry_after_seconds: u64,
}

/// Takes one unit of the caller's rate. Called once per request: before the first read, or, when there is a key, once it
/// is clear that the request is no replay.
pub type Admit<'a> = &'a (dyn Fn() -> Result<(), Limited> + Send + Sync);

/// A refusal is an answer, not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered<T> {
    /// What was asked for.
    Granted(T),
    /// Why not: all reasons the caller may know, in order. Empty when nothing of the kind is known to the caller.
    Refused(Vec<Reason>),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The caller's rate is used up.
    #[error("too many requests")]
    Limited(Limited),
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The request with this key is being processed.
    #[error("a request with this idempotency key is being processed")]
    InProgress,
    /// The instance is part of a change that waits for billing.
    #[error("another change of this instance waits for billing")]
    Pending,
    /// What was to be changed is not what the caller takes for granted.
    #[error("it was changed meanwhile")]
    Overtaken,
    /// The request of a member that is to be approved is not open, or is about something else.
    #[error("the request for a feature is not open")]
    RequestNotOpen,
    /// The quote that the request names, or should name, does not serve.
    #[error("the quote does not serve")]
    Quote(QuoteFault),
    /// The billing provider does not tell what it would cost.
    #[error("the billing provider does not tell a price")]
    Unpriced,
    /// The store went away in the middle of a commit: whether it happened is not known.
    #[error("the store did not say whether the change was committed")]
    Uncertain,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The policy gave no answer.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

/// What the use cases are set to.
#[derive(Clone, Debug)]
pub struct DeskSettings {
    /// How long a request waits for billing.
    pub billing_wait: Duration,
    /// Plan of a home mandate.
    pub home_plan: String,
    /// Length of its trial in milliseconds.
    pub home_trial: i64,
    /// Whether an activation that costs money must name a quote.
    pub require_quote: bool,
    /// Language of mails.
    pub mail_locale: core_wasm::texts::Locale,
}

/// Makes a desk for each request. It holds no policy itself: what decided before a swap is gone with the last request that
/// it decided. Cheap to clone.
#[derive(Clone)]
pub struct Desks {
    inner: Arc<Inner>,
}

/// Where one request is served. Cheap to clone; all clones decide by the same policy, whatever is swapped meanwhile.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
    /// What decides for this request.
    decider: Arc<Decider>,
}

struct Inner {
    store: Arc<dyn Store>,
    policy: Current,
    ledger: Ledger,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    settings: DeskSettings,
    refusals: Refusals,
    secrets: Arc<dyn Secrets>,
    previews: quote::PreviewBudget,
}

impl Desks {
    /// Desks over a store, whatever policy decides, and a ledger, which hands refusals over to be kept.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        policy: Current,
        ledger: Ledger,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        settings: DeskSettings,
        (refusals, secrets): (Refusals, Arc<dyn Secrets>),
    ) -> Self {
        let previews = quote::PreviewBudget::default();
        let inner = Inner { store, policy, ledger, clock, ids, settings, refusals, secrets, previews };
        Self { inner: Arc::new(inner) }
    }

    /// A desk for one request: it decides by what decides now.
    #[must_use]
    pub fn for_request(&self) -> Desk {
        Desk { inner: self.inner.clone(), decider: self.inner.policy.decider() }
    }
}
