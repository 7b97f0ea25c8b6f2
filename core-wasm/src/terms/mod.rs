//! What the rules mean by their words: each term is decided here and nowhere else.
//!
//! Terms look at single facts; [`crate::rules`] look at a whole situation and say what speaks against it.

pub mod admin_role;
pub mod billing_duty;
pub mod closed;
pub mod membership;
pub mod offered;
pub mod operative;
pub mod orphan;
pub mod usability;
