//! What JavaScript loads: the module without the sections that no browser needs, its glue and its types.

use std::fs;
use std::path::Path;

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

use crate::wasm;

/// The name of the module: of policy.js, policy.d.ts, policy_bg.wasm and policy_bg.wasm.d.ts.
const NAME: &str = "policy";

/// Makes `folder` hold the module and its glue, and nothing else.
pub(crate) fn generate(module: Vec<u8>, folder: &Path) -> anyhow::Result<()> {
    let made = tempfile::tempdir()?;
    Bindgen::new()
        .input_bytes(NAME, module)
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(made.path())
        .context("wasm-bindgen cannot make the module for browsers")?;
    for entry in fs::read_dir(made.path())? {
        let entry = entry?;
        wasm::write_if_changed(&folder.join(entry.file_name()), &fs::read(entry.path())?)?;
    }
    Ok(())
}
