//! The subcommands of `turnpike`.

pub mod policy;
