//! The sandbox: what it answers, what it refuses, and that a bad module harms nobody but itself.

mod agreement;
mod aside;
pub(crate) mod calls;
mod cases;
mod compact_page;
mod decider;
mod hostile;
mod info;
mod layout;
mod load;
mod module;
mod page;
pub(crate) mod thirsty;
pub(crate) mod wat;

use std::sync::LazyLock;

use turnpike::policy::Policy;

/// The policy of this build, compiled once for all tests.
pub(crate) fn embedded() -> Policy {
    static EMBEDDED: LazyLock<Policy> = LazyLock::new(|| Policy::embedded().unwrap());
    EMBEDDED.clone()
}
