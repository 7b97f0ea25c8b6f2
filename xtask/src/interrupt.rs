//! Ctrl-C and SIGTERM: stop the running command's process group, then let every guard clean up.
//!
//! Commands run in process groups of their own, so that a signal reaches them only through here
//! and a database cluster outlives the tests that use it.

use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

type Listener = Box<dyn Fn() + Send>;

struct State {
    count: u32,
    foreground: Option<Pid>,
    listener: Option<Listener>,
}

static STATE: Mutex<State> = Mutex::new(State { count: 0, foreground: None, listener: None });

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts listening for signals. The first one asks the running command to stop, the next one kills it.
pub(crate) fn install() -> anyhow::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("cannot listen for signals")?;
    thread::spawn(move || {
        for _ in signals.forever() {
            let mut state = state();
            state.count += 1;
            if let Some(group) = state.foreground {
                signal_group(group, state.count > 1);
            }
            if let Some(listener) = &state.listener {
                listener();
            }
        }
    });
    Ok(())
}

/// Whether a signal came.
pub(crate) fn requested() -> bool {
    state().count > 0
}

/// Calls `listener` on every signal from now on.
pub(crate) fn listen(listener: impl Fn() + Send + 'static) {
    state().listener = Some(Box::new(listener));
}

/// Starts a command as the one a signal stops; refuses once a signal came.
pub(crate) fn spawn_foreground(command: &mut Command) -> anyhow::Result<Child> {
    let mut state = state();
    if state.count > 0 {
        bail!("interrupted");
    }
    let child = command.spawn().with_context(|| format!("cannot start `{}`", command.get_program().display()))?;
    state.foreground = Some(group_of(&child));
    Ok(child)
}

/// The foreground command has ended.
pub(crate) fn foreground_ended() {
    state().foreground = None;
}

/// The process group of a child that was started with `process_group(0)`.
pub(crate) fn group_of(child: &Child) -> Pid {
    Pid::from_child(child)
}

/// SIGTERM, or SIGKILL when `hard`, to a whole group; a group that is gone is fine.
pub(crate) fn signal_group(group: Pid, hard: bool) {
    let signal = if hard { Signal::KILL } else { Signal::TERM };
    let _gone_is_fine = kill_process_group(group, signal);
}
