//! What JavaScript loads: the module without the sections that no browser needs, its glue and its types.

use std::fs;
use std::path::Path;

use crate::workspace::Workspace;
use crate::{cargo, process, wasm};

/// The name of the module: of policy.js, policy.d.ts, policy_bg.wasm and policy_bg.wasm.d.ts.
const NAME: &str = "policy";
/// The code generator, which is no member of the workspace.
const MANIFEST: &str = "xtask/bindgen/Cargo.toml";

/// Writes the module and its glue into `folder`.
pub(crate) fn generate(workspace: &Workspace, module: &[u8], folder: &Path) -> anyhow::Result<()> {
    let work = tempfile::tempdir()?;
    let (compiled, made) = (work.path().join("compiled.wasm"), work.path().join("made"));
    fs::write(&compiled, module)?;
    let mut generator = cargo::command(workspace, &["run", "--quiet", "--locked", "--manifest-path", MANIFEST]);
    // A target folder of its own, where no other build looks for it.
    generator.arg("--target-dir").arg(workspace.target.join("bindgen"));
    generator.arg("--").arg(&compiled).arg(&made).arg(NAME);
    process::run(&mut generator)?;
    copy(&made, folder)
}

/// Copies files and folders; what is there with the same content is left alone.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            wasm::write_if_changed(&target, &fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    /// The generator refuses a module of any other version.
    #[test]
    fn the_generator_has_the_version_of_the_crate() {
        let version = |manifest: &str, name: &str| {
            let line = manifest.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap();
            line.split('"').nth(1).unwrap().to_owned()
        };
        assert_eq!(
            version(include_str!("../../../Cargo.toml"), "wasm-bindgen"),
            version(include_str!("../../bindgen/Cargo.toml"), "wasm-bindgen-cli-support"),
        );
    }
}
