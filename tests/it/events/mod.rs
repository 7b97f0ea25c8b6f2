//! What open pages are told: that something changed, that nothing did, and that they are told nothing more.

mod revisions;
pub(crate) mod stream;
mod watcher;
