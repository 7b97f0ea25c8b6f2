//! The integration tests of Turnpike, one binary.

mod log;
mod mail;
mod mailbox;
mod policy;
mod stripe_adapter;
