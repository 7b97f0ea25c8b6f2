//! `cargo xtask js`: the rules for browsers, then the npm package and the store page, which the host embeds.

mod bindgen;
mod npm;
mod sources;

use std::path::PathBuf;

use anyhow::Context;

use self::sources::Stamp;
use crate::workspace::Workspace;
use crate::{setup, wasm};

/// What the rules, built for browsers, are made into.
const RULES: wasm::Build<'_> =
    wasm::Build { folder: "browser-build", profile: "browser", feature: "js", link: &[], variables: &[] };
/// The variable from which core-wasm takes the digest of policy.wasm.
const DIGEST: &str = "TURNPIKE_POLICY_DIGEST";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Stop after js/src/wasm: the rules for browsers, without the package and the page.
    #[arg(long)]
    rules: bool,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    setup::rust_target::ensure(workspace)?;
    let digest = wasm::build(workspace)?;
    if args.rules { rules(workspace, &digest) } else { build(workspace, &digest) }
}

/// Builds what the host embeds: policy.wasm and the page.
pub(crate) fn embedded(workspace: &Workspace) -> anyhow::Result<()> {
    build(workspace, &wasm::build(workspace)?)
}

/// Builds the rules for browsers, js/dist and target/page: whatever is not up to date. `digest` is that of policy.wasm.
pub(crate) fn build(workspace: &Workspace, digest: &str) -> anyhow::Result<()> {
    rules(workspace, digest)?;
    npm::install(workspace)?;
    let stamp = Stamp::of(workspace)?;
    if stamp.is_fresh() {
        return Ok(());
    }
    for script in ["build", "build:page"] {
        npm::script(workspace, script)?;
    }
    stamp.write()
}

/// The checks of js/: types, unit tests, texts, sizes.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    ["check", "test"].into_iter().try_for_each(|script| npm::script(workspace, script))
}

/// Builds js/src/wasm with the digest in it.
fn rules(workspace: &Workspace, digest: &str) -> anyhow::Result<()> {
    let variables = [(DIGEST, digest)];
    let module = wasm::Build { variables: &variables, ..RULES }
        .run(workspace)
        .context("the rules cannot be built for browsers")?;
    bindgen::generate(workspace, &module, &folder(workspace).join("src/wasm"))
}

/// The npm package.
fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("js")
}
