//! What JavaScript loads: the module without the sections that no browser needs, its glue and its types.

use std::fs;
use std::path::Path;

use anyhow::Context;
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use crate::wasm;

/// The name of the module: of policy.js, policy.d.ts, policy_bg.wasm and policy_bg.wasm.d.ts.
const NAME: &str = "policy";

/// Writes the module and its glue into `folder`.
pub(crate) fn generate(module: Vec<u8>, folder: &Path) -> anyhow::Result<()> {
    let made = tempfile::tempdir()?;
    Bindgen::new()
        .input_bytes(NAME, module)
        .web(true)?
        .typescript(true)
        // Calls are long: one call of the encoder is faster than a loop over their characters.
        .encode_into(EncodeInto::Always)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(made.path())
        .context("wasm-bindgen cannot make the module for browsers")?;
    copy(made.path(), folder)
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
