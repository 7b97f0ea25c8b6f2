//! Ctrl-C and SIGTERM: stop the running command's process group, then let every guard clean up.
//!
//! Commands run in process groups of their own, so that a signal reaches them only through here
//! and a database cluster outlives the tests that use it.

use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Context, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

type Listener = Box<dyn Fn() + Send>;

struct State {
    count: u32,
    foreground: Option<Group>,
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
                if state.count > 1 { group.kill() } else { group.terminate() }
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
    state.foreground = Some(Group::of(&child));
    Ok(child)
}

/// The foreground command has ended.
pub(crate) fn foreground_ended() {
    state().foreground = None;
}

/// The process group of a child that was started with `process_group(0)`: it bears the child's id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group(u32);

impl Group {
    pub(crate) fn of(child: &Child) -> Self {
        Self(child.id())
    }

    /// Asks all of it to stop; a group that is gone is fine.
    pub(crate) fn terminate(self) {
        let _gone_is_fine = self.signal("TERM");
    }

    /// Stops all of it at once; a group that is gone is fine.
    pub(crate) fn kill(self) {
        let _gone_is_fine = self.signal("KILL");
    }

    /// Whether anything of it still runs.
    #[cfg(test)]
    pub(crate) fn exists(self) -> bool {
        self.signal("0")
    }

    /// By the shell's own `kill`, which is there on every system and needs no unsafe code here.
    fn signal(self, signal: &str) -> bool {
        let mut kill = Command::new("sh");
        kill.args(["-c", "kill -s \"$1\" -- \"-$2\"", "kill", signal, &self.0.to_string()]);
        kill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        kill.status().is_ok_and(|status| status.success())
    }
}
