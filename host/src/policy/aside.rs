//! Where a call goes on that takes longer than usual: aside from the workers that serve requests, and few at a time.
//!
//! Decisions take microseconds, so they are made on the worker that serves the request: going to another thread and back
//! would cost more than the decision. But a module may run until its fuel or its deadline is over, which is up to a second
//! in which that worker serves nobody else, and there are as few as one. It cannot be known before which call that will
//! be. So every call begins on the worker with what a usual one takes at most, [`USUAL_FUEL`] and [`USUAL_TIME`]; one
//! that needs more is stopped there, and begun anew aside with all that the limits give it. Beginning anew is right
//! because a call is a pure function of its bytes, and costs a long call those few milliseconds; a usual one pays
//! nothing but the comparison of its outcome.
//!
//! Yielding in the middle, as wasmtime's async calls do, needs a stack of its own for each call, which all would pay for.

use std::{
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    time::Duration,
};

use tokio::runtime::{Handle, RuntimeFlavor};

use super::{error::PolicyError, gates::GOLDEN_FUEL};

/// Fuel that a call gets on the worker: what no golden case may exceed, so that a module that passed the gates is here with
/// unusual calls only. Over a hundred times what one decision takes in the compact form, as `cargo xtask bench decide` prints.
pub(super) const USUAL_FUEL: u64 = GOLDEN_FUEL;
/// Time that it gets there, for instructions that take long for their fuel.
pub(super) const USUAL_TIME: Duration = Duration::from_millis(10);

/// The places for long calls.
#[derive(Debug)]
pub(super) struct Aside {
    taken: AtomicU32,
    most: u32,
}

/// One of them, taken.
struct Place<'a>(&'a Aside);

impl Aside {
    pub(super) fn new(most: u32) -> Self {
        Self { taken: AtomicU32::new(0), most }
    }

    /// Runs a long call. The worker's other tasks go on elsewhere meanwhile.
    ///
    /// # Errors
    /// [`PolicyError::LongCallsExhausted`] when all places are taken: a flood of long calls takes neither all instances
    /// nor all processors from usual ones.
    pub(super) fn run<T>(&self, call: impl FnOnce() -> Result<T, PolicyError>) -> Result<T, PolicyError> {
        let _place = self.place()?;
        match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
            // Hands the worker's other tasks to another thread; where this is no worker it only runs the call.
            Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(call),
            // Without a runtime, or in one of a single thread, nothing else could go on.
            _ => call(),
        }
    }

    fn place(&self) -> Result<Place<'_>, PolicyError> {
        let taken =
            self.taken.fetch_update(SeqCst, SeqCst, |taken| (taken < self.most).then_some(taken.saturating_add(1)));
        match taken {
            Ok(_) => Ok(Place(self)),
            Err(_) => Err(PolicyError::LongCallsExhausted),
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, SeqCst);
    }
}
