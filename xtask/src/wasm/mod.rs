//! `cargo xtask wasm`: the policy module, built so that the same source gives the same bytes anywhere.

mod build;
mod module;
mod reproducible;
mod shown_crate;

use std::path::Path;
use std::{fs, io::ErrorKind};

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};

pub(crate) use self::build::{Build, INLINING, custom_modules};
use self::module::Module;
use crate::setup::rust_target;
use crate::workspace::Workspace;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// What any runtime may rely on, in bytes and in pages of 64 KiB. Bytes are mostly readers and writers of types: the limits
/// that admins set took two types and two reasons, and 3,600 bytes.
const MOST_BYTES: usize = 136_000;
const MOST_PAGES: u64 = 1;
/// The ABI that hosts call.
const EXPORTS: [&str; 6] =
    ["memory", "turnpike_abi_version", "turnpike_alloc", "turnpike_decide", "turnpike_decide_compact", "turnpike_free"];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Build a second time from a copy in another folder and compare the digests.
    #[arg(long)]
    check_reproducible: bool,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    rust_target::ensure(workspace)?;
    let digest = build(workspace)?;
    if args.check_reproducible {
        reproducible::check(workspace, &digest)?;
    }
    Ok(())
}

/// Builds and checks the module, puts it where the host embeds it, and gives its digest.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<String> {
    let bytes = build::module(workspace)?;
    let module = Module::read(&bytes).context("the policy module cannot be read")?;
    let digest = digest(&bytes);
    println!(
        "policy.wasm  {} bytes  sha256 {digest}  {} pages  {} imports  exports {}",
        bytes.len(),
        module.initial_pages,
        module.imports.len(),
        module.exports.join(" "),
    );
    check(bytes.len(), &module)?;
    write_if_changed(&workspace.policy_module(), &bytes)?;
    Ok(digest)
}

fn check(size: usize, module: &Module) -> anyhow::Result<()> {
    if !module.imports.is_empty() {
        bail!("the policy module must import nothing, but imports {}", module.imports.join(", "));
    }
    if !module.custom_sections.is_empty() {
        bail!("the policy module must have no custom sections, but has {}", module.custom_sections.join(", "));
    }
    if size > MOST_BYTES {
        bail!("the policy module has {size} bytes, at most {MOST_BYTES} are allowed");
    }
    if module.initial_pages > MOST_PAGES {
        bail!(
            "the policy module starts with {} pages of memory, at most {MOST_PAGES} are allowed",
            module.initial_pages
        );
    }
    match EXPORTS.iter().find(|name| !module.exports.iter().any(|export| export == *name)) {
        Some(name) => bail!("the policy module does not export `{name}`"),
        None => Ok(()),
    }
}

/// Leaves a file with these bytes alone, so that what is built from it is not built again for nothing.
pub(crate) fn write_if_changed(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    match fs::read(file) {
        Ok(present) if present == bytes => return Ok(()),
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot read `{}`", file.display()));
        }
        _ => {}
    }
    let folder = file.parent().with_context(|| format!("`{}` has no folder", file.display()))?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let new = file.with_extension("new");
    fs::write(&new, bytes).with_context(|| format!("cannot write `{}`", new.display()))?;
    fs::rename(&new, file).with_context(|| format!("cannot write `{}`", file.display()))?;
    Ok(())
}

/// The SHA-256 of a module in lower-case hexadecimal: the policy digest.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Module {
        Module { initial_pages: MOST_PAGES, exports: EXPORTS.map(String::from).to_vec(), ..Module::default() }
    }

    #[test]
    fn each_limit_is_checked() {
        assert!(check(MOST_BYTES, &good()).is_ok());
        assert!(check(MOST_BYTES + 1, &good()).is_err());
        assert!(check(1, &Module { initial_pages: MOST_PAGES + 1, ..good() }).is_err());
        assert!(check(1, &Module { imports: vec!["env.now".into()], ..good() }).is_err());
        assert!(check(1, &Module { custom_sections: vec!["name".into()], ..good() }).is_err());
        assert!(check(1, &Module { exports: vec!["memory".into()], ..good() }).is_err());
    }

    #[test]
    fn an_unchanged_file_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("policy/policy.wasm");
        write_if_changed(&file, b"one").unwrap();
        let first = fs::metadata(&file).unwrap();
        write_if_changed(&file, b"one").unwrap();
        assert_eq!(
            std::os::unix::fs::MetadataExt::ino(&first),
            std::os::unix::fs::MetadataExt::ino(&fs::metadata(&file).unwrap())
        );
        write_if_changed(&file, b"two").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
    }
}
