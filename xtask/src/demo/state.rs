//! The folder of a demo: what is in it, who holds it, and whether it must be filled.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{thread, time::Duration};

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};

/// A demo's folder, held by this program.
pub(crate) struct State {
    folder: PathBuf,
    /// The digest of the data set that is to be in the database.
    data: String,
    fresh: bool,
    _held: File,
}

impl State {
    /// Opens or makes the folder. It is emptied on `reset` and when an earlier import did not finish.
    pub(crate) fn open(folder: &Path, reset: bool, data: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
        let folder = folder.canonicalize()?;
        let held = hold(&folder)?;
        let data = Sha256::digest(fs::read(data).with_context(|| format!("cannot read `{}`", data.display()))?);
        let data: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut state = Self { folder, data, fresh: true, _held: held };
        state.fresh = reset || !state.is_complete()?;
        if state.fresh {
            state.empty()?;
        }
        fs::create_dir_all(state.mails())?;
        fs::create_dir_all(state.logs())?;
        Ok(state)
    }

    /// Whether the data set has to be imported.
    pub(crate) fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Remembers that the data set is in the database.
    pub(crate) fn imported(&self) -> anyhow::Result<()> {
        fs::write(self.stamp(), &self.data).context("cannot remember the import")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join("turnpike.db")
    }

    /// What the Stripe simulator knows.
    pub(crate) fn stripe(&self) -> PathBuf {
        self.folder.join("stripe.json")
    }

    pub(crate) fn mails(&self) -> PathBuf {
        self.folder.join("mails")
    }

    pub(crate) fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    /// Variables for a shell: addresses, tokens, folders.
    pub(crate) fn environment(&self) -> PathBuf {
        self.folder.join("env")
    }

    /// Whom a visitor of the page may sign in as, with tokens.
    pub(crate) fn people(&self) -> PathBuf {
        self.folder.join("people.json")
    }

    fn stamp(&self) -> PathBuf {
        self.folder.join("imported.sha256")
    }

    fn is_complete(&self) -> anyhow::Result<bool> {
        match fs::read_to_string(self.stamp()) {
            Ok(data) => {
                if data != self.data {
                    eprintln!("the data set has changed since it was imported: `--reset` starts afresh");
                }
                Ok(self.database().exists())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error).context("cannot read whether the data set was imported"),
        }
    }

    /// Deletes what a demo writes, and nothing else: the folder may be one that a person named.
    fn empty(&self) -> anyhow::Result<()> {
        let database = self.database();
        let beside = ["-wal", "-shm"].map(|suffix| PathBuf::from(format!("{}{suffix}", database.display())));
        let [wal, shm] = beside;
        let beside_it = [self.stripe(), self.environment(), self.people(), self.mails(), self.logs()];
        for path in [self.stamp(), database, wal, shm].into_iter().chain(beside_it) {
            let gone = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            if let Err(error) = gone
                && error.kind() != ErrorKind::NotFound
            {
                return Err(error).with_context(|| format!("cannot delete `{}`", path.display()));
            }
        }
        Ok(())
    }
}

fn hold(folder: &Path) -> anyhow::Result<File> {
    let held = File::create(folder.join("held.lock"))?;
    // A process that is just being started holds whatever its parent held, until it runs a program of its own.
    for _ in 0..20 {
        match held.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(25)),
            _ => break,
        }
    }
    match held.try_lock() {
        Ok(()) => Ok(held),
        Err(TryLockError::WouldBlock) => {
            bail!("a demo runs in `{}` already: stop it, or name another folder with `--dir`", folder.display())
        }
        Err(TryLockError::Error(error)) => Err(error).context("cannot hold the demo's folder"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_until_imported_and_after_a_reset() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data.json");
        fs::write(&data, "{}").unwrap();
        let demo = folder.path().join("demo");

        let state = State::open(&demo, false, &data).unwrap();
        assert!(state.is_fresh());
        assert!(State::open(&demo, false, &data).is_err(), "held by the first");
        fs::write(state.database(), "half an import").unwrap();
        drop(state);

        let state = State::open(&demo, false, &data).unwrap();
        assert!(state.is_fresh() && !state.database().exists(), "an unfinished import starts afresh");
        fs::write(state.database(), "rows").unwrap();
        state.imported().unwrap();
        drop(state);

        let state = State::open(&demo, false, &data).unwrap();
        assert!(!state.is_fresh() && state.database().exists());
        drop(state);

        let state = State::open(&demo, true, &data).unwrap();
        assert!(state.is_fresh() && !state.database().exists());
    }
}
