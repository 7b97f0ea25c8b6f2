//! The Turnpike service.

pub mod cli;
pub mod policy;
