//! Calling cargo from within `cargo xtask`.

use std::env;
use std::process::Command;

use crate::workspace::Workspace;

/// What `cargo run` sets for this program. Build scripts that watch such a variable would
/// run again for every change of it, and rebuild what depends on them.
const SET_BY_CARGO_RUN: [&str; 5] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];

/// A cargo command in the root of the workspace, with the environment a person's shell gives it.
pub(crate) fn command(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    as_of_a_shell(workspace, &mut command);
    command.args(arguments);
    command
}

/// Gives a command that calls cargo the folder and the environment of a person's shell.
pub(crate) fn as_of_a_shell(workspace: &Workspace, command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| SET_BY_CARGO_RUN.iter().any(|prefix| name.starts_with(prefix))) {
            command.env_remove(name);
        }
    }
    // Left unset where it was: build scripts that watch it would run again whenever a person calls cargo directly.
    if env::var_os("CARGO_TARGET_DIR").is_some() {
        command.env("CARGO_TARGET_DIR", &workspace.target);
    }
    command.env_remove("LD_LIBRARY_PATH").current_dir(&workspace.root);
}
