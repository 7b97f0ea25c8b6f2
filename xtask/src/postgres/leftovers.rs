//! Clears away clusters whose owner was killed before it could do so.

use std::fs::{self, File};
use std::path::Path;

use super::account::Account;
use super::{FOLDER_PREFIX, stop};
use crate::setup::postgres::Programs;

/// A file of the cluster's folder that its owner keeps locked.
const OWNER_FILE: &str = "owner.lock";

/// Marks a folder as held for as long as the file stays open. The file gets its name once it is locked,
/// so that nobody sees it unlocked before.
pub(crate) fn hold(folder: &Path) -> std::io::Result<File> {
    let unnamed = folder.join("owner.new");
    let owner = File::create(&unnamed)?;
    owner.lock()?;
    fs::rename(unnamed, folder.join(OWNER_FILE))?;
    Ok(owner)
}

/// Stops and deletes every cluster whose folder nobody holds. What cannot be deleted is left to the system.
pub(crate) fn clear(programs: &Programs, account: &Account) {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    for folder in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let ours =
            folder.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(FOLDER_PREFIX));
        if ours && is_abandoned(&folder) {
            let _not_running = stop(programs, account, &folder);
            let _left_to_the_system = fs::remove_dir_all(&folder);
        }
    }
}

/// A folder without the file is one that is being made at this moment.
fn is_abandoned(folder: &Path) -> bool {
    File::open(folder.join(OWNER_FILE)).is_ok_and(|file| file.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_folder_is_not_abandoned() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_abandoned(folder.path()), "just being made");
        let owner = hold(folder.path()).unwrap();
        assert!(!is_abandoned(folder.path()), "held");
        drop(owner);
        assert!(is_abandoned(folder.path()), "abandoned");
    }
}
