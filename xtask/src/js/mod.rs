//! `cargo xtask js`: the rules for browsers and the texts of their reasons, then the npm package, and the icons and the store page, which the host embeds.

mod bindgen;
mod icons;
pub(crate) mod npm;
mod sources;
mod texts;

use std::path::PathBuf;

use anyhow::Context;

use self::sources::Stamp;
use crate::workspace::Workspace;
use crate::{cargo, process, setup, wasm};

/// What the rules, built for browsers, are made into.
const RULES: wasm::Build<'_> = wasm::Build {
    folder: "browser-build",
    package: "core-wasm",
    profile: "browser",
    feature: "js",
    flags: &wasm::INLINING,
    variables: &[],
};
/// The variable from which core-wasm takes the digest of policy.wasm.
const DIGEST: &str = "TURNPIKE_POLICY_DIGEST";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Stop after js/src/wasm: the rules for browsers and their texts, without the package, the icons and the page.
    #[arg(long)]
    rules: bool,
    /// Then check types, texts, sizes and run the unit tests.
    #[arg(long, conflicts_with = "rules")]
    check: bool,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    setup::rust_target::ensure(workspace)?;
    let digest = wasm::build(workspace)?;
    if args.rules {
        return rules(workspace, &digest);
    }
    build(workspace, &digest)?;
    if args.check { check(workspace) } else { Ok(()) }
}

/// Builds what the host embeds: policy.wasm, the icons and the page.
pub(crate) fn embedded(workspace: &Workspace) -> anyhow::Result<()> {
    build(workspace, &wasm::build(workspace)?)
}

/// Builds the rules for browsers, js/dist, target/icons and target/page: whatever is not up to date. `digest` is that of
/// policy.wasm.
pub(crate) fn build(workspace: &Workspace, digest: &str) -> anyhow::Result<()> {
    rules(workspace, digest)?;
    npm::install(workspace)?;
    icons::pack(workspace)?;
    let stamp = Stamp::of(workspace)?;
    if stamp.is_fresh() {
        return Ok(());
    }
    for script in ["build", "build:page"] {
        npm::script(workspace, script)?;
    }
    stamp.write()
}

/// The checks of js/: types, texts, sizes, unit tests.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    write_native_answers(workspace)?;
    write_api(workspace)?;
    ["check", "check:texts", "check:size", "test"].into_iter().try_for_each(|script| npm::script(workspace, script))
}

/// Installs the packed package in small projects, as its users do, and runs what they build, in Node and in Chromium.
pub(crate) fn packaging(workspace: &Workspace) -> anyhow::Result<()> {
    let chromium = setup::chromium::ensure()?;
    process::run(npm::run(workspace, "test:packaging").env("CHROMIUM", chromium))
}

/// Decides in Node, again and again.
pub(crate) fn bench(workspace: &Workspace) -> anyhow::Result<()> {
    rules(workspace, &wasm::build(workspace)?)?;
    npm::script(workspace, "bench")
}

/// Writes what the rules answer natively, for the tests of js/ to hold theirs against.
fn write_native_answers(workspace: &Workspace) -> anyhow::Result<()> {
    let example = ["run", "--quiet", "--locked", "-p", "core-wasm", "--example", "native_answers"];
    let answers = process::output(&mut cargo::command(workspace, &example))?;
    wasm::write_if_changed(&workspace.root.join("target/js/native-answers.jsonl"), answers.as_bytes())
}

/// Writes what the service says of its API as a constant, for the tests of js/ to hold the client's types against.
fn write_api(workspace: &Workspace) -> anyhow::Result<()> {
    let print = ["run", "--quiet", "--locked", "-p", "turnpike", "--bin", "turnpike", "--", "openapi"];
    let document = process::output(&mut cargo::command(workspace, &print))?;
    let constant =
        format!("// Made by `cargo xtask js --check`.\nexport const api = {} as const;\n", document.trim_end());
    wasm::write_if_changed(&folder(workspace).join("test/api/document.ts"), constant.as_bytes())
}

/// Builds js/src/wasm: the rules with the digest in them, and the texts of their reasons.
fn rules(workspace: &Workspace, digest: &str) -> anyhow::Result<()> {
    let variables = [(DIGEST, digest)];
    let module = wasm::Build { variables: &variables, ..RULES }
        .run(workspace)
        .context("the rules cannot be built for browsers")?;
    let made = folder(workspace).join("src/wasm");
    bindgen::generate(workspace, &module, &made)?;
    texts::write(workspace, &made.join("texts"))
}

/// The npm package.
fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("js")
}
