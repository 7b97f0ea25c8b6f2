//! The integration tests of Turnpike, one binary.

mod mail;
mod mailbox;
mod stripe_adapter;
