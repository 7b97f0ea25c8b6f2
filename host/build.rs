//! Finds the policy module that `cargo xtask wasm` built and puts it where `policy/mod.rs` embeds it.

use std::{
    env,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

/// Names a module to embed instead of the one in the target folder.
const OVERRIDE: &str = "TURNPIKE_POLICY_WASM";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={OVERRIDE}");
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_DIR");

    let module = find()?;
    println!("cargo::rerun-if-changed={}", module.display());
    let embedded = Path::new(&env::var("OUT_DIR")?).join("policy.wasm");
    fs::copy(&module, &embedded)
        .map_err(|error| io::Error::new(error.kind(), format!("cannot copy `{}`: {error}", module.display())))?;
    Ok(())
}

/// The module named by the override, else the first that is there of the two target folders. Relative names count from
/// the workspace, because a build script runs in the folder of its crate.
fn find() -> Result<PathBuf, Box<dyn Error>> {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let workspace = manifest.parent().ok_or("the crate stands in no workspace")?;
    if let Some(named) = env::var_os(OVERRIDE) {
        let named = workspace.join(named);
        return if named.is_file() {
            Ok(named)
        } else {
            Err(format!("`{OVERRIDE}` names `{}`, which is no file", named.display()).into())
        };
    }
    let folders = [env::var_os("CARGO_TARGET_DIR").map(PathBuf::from), Some(PathBuf::from("target"))];
    folders
        .into_iter()
        .flatten()
        .map(|folder| workspace.join(folder).join("policy/policy.wasm"))
        .find(|module| module.is_file())
        .ok_or_else(|| "the policy module is not built: run `cargo xtask wasm`".into())
}
