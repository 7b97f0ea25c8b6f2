//! The rules of activation in the languages of other policy engines, asked the same situations as Turnpike's policy.
//!
//! `cargo xtask bench peers` runs the tests, which hold all answers together, and then measures.

pub mod agreement;
pub mod cedar;
pub mod rego;
pub mod situations;

/// The sandbox as it is in the service: its own source.
#[path = "../../../host/src/policy/mod.rs"]
pub mod policy;
