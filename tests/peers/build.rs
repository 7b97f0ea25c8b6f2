//! Puts the policy module where the host's sandbox code embeds it from.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=TURNPIKE_POLICY_WASM");
    let manifest = env::var("CARGO_MANIFEST_DIR")?;
    let module = match env::var_os("TURNPIKE_POLICY_WASM") {
        Some(named) => named.into(),
        None => Path::new(&manifest).join("../../target/policy/policy.wasm"),
    };
    println!("cargo::rerun-if-changed={}", module.display());
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    fs::copy(&module, out.join("policy.wasm"))
        .map_err(|error| format!("cannot copy `{}`: {error}; `cargo xtask wasm` builds it", module.display()))?;
    // What a module from outside is held to: none is loaded here.
    fs::write(out.join("golden.json"), r#"{"bases":{},"files":{}}"#)?;
    Ok(())
}
