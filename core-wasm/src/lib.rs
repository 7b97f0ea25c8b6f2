//! The rules of Turnpike: pure functions from facts to a decision that names every reason.
//!
//! A caller builds [`Facts`](facts), wraps them in a [`Question`](question::Question) together with
//! [`Settings`](settings::Settings) and gets an [`Answer`](question::Answer). There is no clock, no randomness and no
//! I/O in here, and nothing can panic: `now` is a fact, and malformed input is an answer.
//!
//! Features of the crate decide what is compiled: the types alone (what a host needs), `rules` (native decisions, for
//! tests and tools), `abi` (the zero-import module), `policy` (what a crate needs that builds a module with rules of its
//! own), `texts` (sentences for every reason) and `js` (the rules for JavaScript).

#![deny(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unreachable,
    clippy::unwrap_used
)]
#![deny(missing_docs)]

pub mod compact;
mod copy;
pub mod decision;
pub mod facts;
pub mod instants;
pub mod question;
pub mod reason;
pub mod settings;

#[cfg(feature = "rules")]
pub mod activation;
#[cfg(feature = "rules")]
pub mod deactivation;
#[cfg(feature = "rules")]
pub mod json;
#[cfg(feature = "rules")]
pub mod mandates;
#[cfg(feature = "rules")]
pub mod overview;
#[cfg(feature = "rules")]
pub mod own;
#[cfg(feature = "rules")]
pub mod rules;
#[cfg(feature = "rules")]
pub mod sharing;
#[cfg(feature = "rules")]
pub mod situation;
#[cfg(feature = "rules")]
pub mod terms;
#[cfg(feature = "rules")]
pub mod wire;

#[cfg(feature = "texts")]
pub mod texts;

#[cfg(feature = "js")]
pub mod js;

#[cfg(feature = "policy")]
#[expect(unsafe_code, reason = "the ABI hands raw memory to the caller")]
pub mod abi;

#[cfg(all(target_arch = "wasm32", any(feature = "policy", feature = "js")))]
#[expect(unsafe_code, reason = "an allocator hands out raw memory; every other file but the ABI is safe")]
mod allocator;

/// Version of the module's ABI and of the wire format; a host refuses any other.
pub const ABI_VERSION: i32 = 1;
