//! The record of decisions: what is kept of a decision, how refusals get into it, and what it is kept for: every
//! decision again ([`replay`]), and what another policy or other settings would change ([`diff`]).

pub mod archive;
pub mod diff;
mod pages;
pub mod price;
pub mod pseudonym;
pub mod record;
pub mod refusals;
pub mod replay;
