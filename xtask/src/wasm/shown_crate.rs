//! The crate that docs/custom-policy.md shows, built as the page says: so a reader gets what the tests run.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{TARGET, write_if_changed};
use crate::workspace::Workspace;
use crate::{cargo, process};

const PAGE: &str = "docs/custom-policy.md";
/// Its files, each named in the first line of its block.
const FILES: [&str; 4] = ["Cargo.toml", ".cargo/config.toml", "src/lib.rs", "src/yearly_plan.rs"];
/// Where core-wasm is for a reader.
const CORE_WASM: &str = "../turnpike/core-wasm";

/// Builds it and gives the module.
pub(super) fn build(workspace: &Workspace) -> anyhow::Result<Vec<u8>> {
    let page = fs::read_to_string(workspace.root.join(PAGE)).with_context(|| format!("cannot read `{PAGE}`"))?;
    let folder = workspace.root.join("target/custom-policy");
    for name in FILES {
        let shown = block(&page, name).with_context(|| format!("`{PAGE}` shows no `{name}`"))?;
        let text = if name == "Cargo.toml" { placed(shown, &workspace.root)? } else { shown.to_owned() };
        write_if_changed(&folder.join(name), text.as_bytes())?;
    }
    // The versions that are built everywhere else here; cargo takes out of it what this crate does not need.
    let lock = folder.join("Cargo.lock");
    if !lock.exists() {
        fs::copy(workspace.root.join("Cargo.lock"), &lock).context("cannot copy Cargo.lock")?;
    }
    let built = workspace.target.join("custom-policy-build");
    let mut build = cargo::command(workspace, &["build", "--quiet", "--release", "--target", TARGET]);
    // In its folder, whose .cargo/config.toml holds: variables would come before it.
    build.current_dir(&folder).env("CARGO_TARGET_DIR", &built);
    build.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    process::run(&mut build)?;
    let file: PathBuf = built.join(TARGET).join("release/custom_policy.wasm");
    fs::read(&file).with_context(|| format!("cannot read `{}`", file.display()))
}

/// The text of the block whose first line is the file's name in a comment.
fn block<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let mut blocks = page.split("\n```").skip(1).step_by(2);
    blocks.find_map(|block| {
        let (_, text) = block.split_once('\n')?;
        let (first, text) = text.split_once('\n')?;
        [format!("# {name}"), format!("// {name}")].iter().any(|title| title == first).then_some(text)
    })
}

/// The manifest with the core-wasm of this checkout, as a workspace of its own: its folder lies in ours.
fn placed(manifest: &str, root: &Path) -> anyhow::Result<String> {
    anyhow::ensure!(manifest.contains(CORE_WASM), "the manifest in `{PAGE}` does not name `{CORE_WASM}`");
    let core_wasm = root.join("core-wasm").display().to_string();
    Ok(format!("{}\n[workspace]\n", manifest.replace(CORE_WASM, &core_wasm)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_by_the_name_in_their_first_line() {
        let page = "a\n```toml\n# Cargo.toml\n[package]\n```\nb\n\n```rust\n// src/lib.rs\nmod a;\n\nfn b() {}\n```\n";
        assert_eq!(block(page, "Cargo.toml"), Some("[package]"));
        assert_eq!(block(page, "src/lib.rs"), Some("mod a;\n\nfn b() {}"));
        assert_eq!(block(page, "lib.rs"), None);
    }
}
