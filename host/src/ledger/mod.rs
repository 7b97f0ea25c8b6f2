//! Billing operations: what is formed from waiting changes ([`form()`]), how one lives ([`next`]), and who runs it
//! ([`runner`]).
//!
//! At most one operation of a subscription is unresolved, across all hosts, by a unique index. It is written before
//! anything is sent, and what came of it commits together with the state it changes.

pub mod correction;
mod execution;
pub mod form;
mod forming;
pub mod lease;
pub mod next;
mod pause;
mod pricing;
mod reading;
pub mod runner;
pub mod spacing;
pub mod standing;
pub mod waiters;

pub use form::form;
pub use runner::{Ledger, LedgerSettings};
