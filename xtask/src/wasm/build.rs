//! Compiles core-wasm into a module, with every path of this machine replaced.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use serde::Deserialize;

use super::{TARGET, shown_crate};
use crate::workspace::Workspace;
use crate::{cargo, process};

/// The rules recurse little: a test holds that no call needs a third of it. With a small stack the memory begins with one page,
/// which a fresh instance has to clear, and what the stack leaves of that page is where a decision has its memory.
const STACK_BYTES: u32 = 24_576;

/// One of the builds of the rules.
pub(crate) struct Build<'a> {
    /// The folder for what cargo makes, beside the others in the target folder.
    pub(crate) folder: &'a str,
    /// The crate.
    pub(crate) package: &'a str,
    /// The profile of Cargo.toml.
    pub(crate) profile: &'a str,
    /// The feature of the crate.
    pub(crate) feature: &'a str,
    /// Further flags of the compiler.
    pub(crate) flags: &'a [&'a str],
    /// Variables that the source reads.
    pub(crate) variables: &'a [(&'a str, &'a str)],
}

/// Small functions are inlined as when compiling for size, and those that are marked as when compiling for speed. Loops are
/// hardly unrolled: that is a twentieth of the plain module, and takes no instruction off a call in the compact form.
pub(crate) const INLINING: [&str; 2] = ["-Cllvm-args=-inline-threshold=60", "-Cllvm-args=-unroll-threshold=40"];

/// The plain module.
const POLICY: Build<'_> = Build {
    folder: "policy-build",
    package: "core-wasm",
    profile: "policy",
    feature: "abi",
    flags: &["-Clink-arg=--strip-all", INLINING[0], INLINING[1]],
    variables: &[],
};

/// Builds the modules of an operator's own that tests use, beside the plain one.
pub(crate) fn custom_modules(workspace: &Workspace) -> anyhow::Result<()> {
    let hostile = Build { package: "hostile-policy", feature: "", ..POLICY };
    let hostile = hostile.run(workspace).context("the policy that means harm cannot be built")?;
    let yearly = shown_crate::build(workspace).context("the crate of docs/custom-policy.md cannot be built")?;
    for (name, bytes) in [("hostile.wasm", hostile), ("yearly.wasm", yearly)] {
        super::write_if_changed(&workspace.policy_module().with_file_name(name), &bytes)?;
    }
    Ok(())
}

/// Builds the plain module and gives its bytes.
pub(crate) fn module(workspace: &Workspace) -> anyhow::Result<Vec<u8>> {
    POLICY.run(workspace).context("the policy module cannot be built")
}

impl Build<'_> {
    /// Builds and gives the bytes.
    pub(crate) fn run(&self, workspace: &Workspace) -> anyhow::Result<Vec<u8>> {
        let folder = workspace.target.join(self.folder);
        // The crate type is named because cargo optimises across crates only for a unit that is no library for others as well.
        let mut build =
            cargo::command(workspace, &["rustc", "--quiet", "--locked", "--package", self.package, "--lib"]);
        build.args(["--crate-type", "cdylib", "--profile", self.profile, "--target", TARGET]);
        build.args(["--no-default-features", "--features", self.feature]);
        build.env("CARGO_TARGET_DIR", &folder).envs(self.variables.iter().copied());
        build.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", rustflags(workspace, &folder, self.flags)?);
        process::run(&mut build)?;
        let file = folder.join(TARGET).join(self.profile).join(format!("{}.wasm", self.package.replace('-', "_")));
        fs::read(&file).with_context(|| format!("cannot read `{}`", file.display()))
    }
}

/// Compiler flags, joined as cargo wants them so that paths may hold blanks.
fn rustflags(workspace: &Workspace, build_folder: &Path, further: &[&str]) -> anyhow::Result<OsString> {
    let mut flags = OsString::from(format!("-Clink-arg=-zstack-size={STACK_BYTES}"));
    for flag in further {
        flags.push("\u{1f}");
        flags.push(flag);
    }
    for (from, to) in remapped(workspace, build_folder)? {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    Ok(flags)
}

/// Folders of this machine and what stands for them in the module. The compiler takes the last prefix that
/// fits; in this order a folder comes before the folders in it.
fn remapped(workspace: &Workspace, build_folder: &Path) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let mut folders = BTreeMap::from([
        (workspace.root.clone(), "/turnpike".to_owned()),
        (build_folder.to_path_buf(), "/target".to_owned()),
    ]);
    let (source, name) = standard_library(workspace)?;
    folders.insert(source, name);
    for folder in dependency_folders(workspace)? {
        folders.insert(folder, "/registry".to_owned());
    }
    Ok(folders)
}

/// Where the source of the standard library is when it is installed, and the name it has when it is not.
fn standard_library(workspace: &Workspace) -> anyhow::Result<(PathBuf, String)> {
    let rustc = |argument: &[&str]| process::output(Command::new("rustc").args(argument).current_dir(&workspace.root));
    let sysroot = rustc(&["--print", "sysroot"])?;
    let version = rustc(&["-vV"])?;
    let commit =
        version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).context("`rustc -vV` names no commit")?;
    Ok((Path::new(sysroot.trim()).join("lib/rustlib/src/rust"), format!("/rustc/{commit}")))
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    source: Option<String>,
    manifest_path: PathBuf,
}

/// The folders that hold the source of packages which are not ours, each package in one subfolder.
fn dependency_folders(workspace: &Workspace) -> anyhow::Result<Vec<PathBuf>> {
    let metadata = process::output(&mut cargo::command(workspace, &["metadata", "--locked", "--format-version", "1"]))?;
    let metadata: Metadata =
        serde_json::from_str(&metadata).context("`cargo metadata` wrote something else than expected")?;
    let foreign = metadata.packages.iter().filter(|package| package.source.is_some());
    Ok(foreign.filter_map(|package| package.manifest_path.parent()?.parent().map(Path::to_path_buf)).collect())
}
