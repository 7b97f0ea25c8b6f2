//! All integration tests, one binary.

mod engines;
mod statements;
mod store;
mod transfer;
