//! The integration tests of Turnpike, one binary.

mod policy;
