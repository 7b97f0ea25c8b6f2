//! Which policy module decides.

use std::path::PathBuf;

use super::{ConfigError, Setting, layers::Layers};

const POLICY: Setting = Setting::new("policy.file", "TURNPIKE_POLICY");

pub(super) const SETTINGS: &[Setting] = &[POLICY];

/// The policy module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyConfig {
    /// `TURNPIKE_POLICY`: a module in place of the one that is part of the binary.
    pub file: Option<PathBuf>,
}

impl PolicyConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        Ok(Self { file: layers.get(&POLICY)? })
    }
}
