//! The clock behind the deadline of calls: raises the engine's epoch while calls run, and sleeps while none does.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use wasmtime::Engine;

/// How often the epoch rises.
const TICK: Duration = Duration::from_millis(10);

/// Ticks after which a call that runs for `deadline` is stopped; one more, because the running tick is partly over.
pub(super) fn ticks(deadline: Duration) -> u64 {
    let ticks = deadline.as_nanos().div_ceil(TICK.as_nanos()).saturating_add(1);
    u64::try_from(ticks).unwrap_or(u64::MAX)
}

#[derive(Debug, Default)]
struct State {
    running: AtomicU32,
    asleep: AtomicBool,
    stopped: AtomicBool,
}

/// A thread that ends with its owner.
#[derive(Debug)]
pub(super) struct Ticker {
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

/// A call that runs: while one is held, the epoch rises.
#[derive(Debug)]
pub(super) struct Running<'a>(&'a State);

impl Ticker {
    pub(super) fn start(engine: Engine) -> io::Result<Self> {
        let state = Arc::new(State::default());
        let of_thread = Arc::clone(&state);
        let thread =
            thread::Builder::new().name("policy-deadline".to_owned()).spawn(move || tick(&engine, &of_thread))?;
        Ok(Self { state, thread: Some(thread) })
    }

    /// Wakes the clock if it sleeps, at most once per tick: a call usually costs two atomic additions.
    pub(super) fn run(&self) -> Running<'_> {
        self.state.running.fetch_add(1, SeqCst);
        if self.state.asleep.swap(false, SeqCst) {
            self.wake();
        }
        Running(&self.state)
    }

    fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

fn tick(engine: &Engine, state: &State) {
    while !state.stopped.load(SeqCst) {
        if state.running.load(SeqCst) > 0 {
            thread::park_timeout(TICK);
            engine.increment_epoch();
            continue;
        }
        // Say so first, then look again: a call that began in between is either seen here or sees the sleeper.
        state.asleep.store(true, SeqCst);
        if state.running.load(SeqCst) == 0 && !state.stopped.load(SeqCst) {
            thread::park();
        }
        state.asleep.store(false, SeqCst);
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, SeqCst);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.state.stopped.store(true, SeqCst);
        self.wake();
        if let Some(thread) = self.thread.take() {
            // It holds nothing but the engine and cannot panic; there is nobody left to tell.
            drop(thread.join());
        }
    }
}
