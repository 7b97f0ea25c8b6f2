//! What a configuration is made of: a file, the environment and the flags, handed in so that nothing global is read.

use std::{ffi::OsString, path::PathBuf};

use super::Setting;

/// The layers above the defaults.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The TOML file from `--config`. Without it the one named by `TURNPIKE_CONFIG`, if any.
    pub file: Option<PathBuf>,
    /// The environment.
    pub variables: Vec<(OsString, OsString)>,
    /// Flags of the command line.
    pub flags: Vec<Flag>,
}

/// A setting given as a flag.
#[derive(Clone, Debug)]
pub struct Flag {
    /// Which setting.
    pub setting: Setting,
    /// How the flag is called, for messages.
    pub flag: &'static str,
    /// Its value.
    pub value: String,
}

impl Sources {
    /// The process's environment with a file and flags.
    #[must_use]
    pub fn of_process(file: Option<PathBuf>, flags: Vec<Flag>) -> Self {
        Self { file, variables: std::env::vars_os().collect(), flags }
    }
}
