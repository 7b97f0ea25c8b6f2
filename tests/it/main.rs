//! The integration tests of Turnpike, one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod engines;
mod log;
mod mail;
mod mailbox;
mod policy;
#[path = "../cases/reader.rs"]
mod reader;
mod stripe_adapter;
mod transfer;
