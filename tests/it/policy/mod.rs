//! The sandbox: what it answers, what it refuses, and that a bad module harms nobody but itself.

mod agreement;
mod calls;
mod decider;
mod hostile;
mod info;
mod load;
mod module;
mod wat;
