//! The parts of the HTTP layer that stand alone, and the configuration. Whole servers are tested elsewhere.

mod authentication;
mod body;
mod canonical;
mod config;
mod idempotency_key;
mod key_set;
mod limits;
mod openapi;
mod problem;
mod query;
mod signers;
pub(crate) mod steered_clock;
mod traceparent;
