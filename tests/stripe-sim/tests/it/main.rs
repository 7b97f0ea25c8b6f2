//! The simulator, seen from outside: one binary, one file per subject.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod peer;

mod admin;
mod exchanges;
mod faults;
mod idempotency;
mod limits;
mod money;
mod payment;
mod refusals;
mod restart;
mod webhooks;
