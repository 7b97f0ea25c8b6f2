//! The subcommands of `turnpike`.

pub mod export;
pub mod import;
pub mod policy;
