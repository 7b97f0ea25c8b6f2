//! The integration tests of Turnpike, one binary.

mod policy;
#[path = "../cases/reader.rs"]
mod reader;
