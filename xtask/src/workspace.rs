//! Where things are: the root of the workspace and the folders that builds and tools write to.

use std::env;
use std::path::PathBuf;

use anyhow::Context;

/// The folders of this checkout.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// The folder of the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// Cargo's target folder: `CARGO_TARGET_DIR` or `target`. Holds what can be shared between checkouts.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Finds the root from the manifest folder cargo names at run time: a binary from a shared target
    /// folder may have been built in another checkout.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().context("the folder of xtask has no parent")?.to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
            Some(folder) => env::current_dir()?.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The module the host embeds. Always in the checkout: the host's build script looks for it there.
    pub(crate) fn policy_module(&self) -> PathBuf {
        self.root.join("target/policy/policy.wasm")
    }

    /// The store page the host embeds. Always in the checkout, as the module is.
    pub(crate) fn page(&self) -> PathBuf {
        self.root.join("target/page")
    }

    /// The icons the host embeds. Always in the checkout, as the module is.
    pub(crate) fn icons(&self) -> PathBuf {
        self.root.join("target/icons")
    }

    /// What tests leave behind for a person or a later step to read.
    pub(crate) fn test_artifacts(&self) -> PathBuf {
        self.root.join("target/it")
    }

    /// A binary of the dev profile.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }
}
