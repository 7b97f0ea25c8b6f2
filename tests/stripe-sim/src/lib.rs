//! A stateful simulator of the part of Stripe's API (2026-09-30) that Turnpike uses: subscriptions with prorations by the
//! second, invoices, idempotency keys, limits, signed webhooks; and what tests need on top: planned faults, a clock,
//! and a ledger of every quantity change and every line billed. For tests and the demo only.
//!
//! Its answers are held against Stripe's own OpenAPI by `tests/stripe-sim-honesty`.

#![recursion_limit = "256"] // The invoice is one large `json!`.

mod admin;
mod birth;
mod card;
mod change;
mod clock;
mod connection;
mod edit;
mod errors;
mod faults;
mod form;
mod idempotency;
mod invoicing;
mod journal;
mod ledger;
mod limits;
mod model;
mod objects;
mod pending_update;
mod pipeline;
mod proration;
mod renewal;
mod routes;
mod seed;
mod server;
mod sim;
mod state;
mod table;
mod transaction;
mod webhooks;
mod world;

pub use card::CardOutcome;
pub use clock::Clock;
pub use edit::Edit;
pub use faults::{Action, BodyKind, Cut, Fault, Forever, Matches, Stage, Times};
pub use journal::RequestRecord;
pub use ledger::{Ledger, LedgerInvoice, QuantityChange};
pub use limits::Limits;
pub use model::{Interval, InvoiceStatus, Line, Origin, ProrationBehavior, Status};
pub use seed::{Seed, SeedError, SeedItem, SeedPrice};
pub use sim::{Options, Sim, SimError};
pub use webhooks::{Delivery, Endpoint, signature};
