//! `cargo xtask lint`: clippy without warnings, and proof that the service cannot decide by itself.

use anyhow::bail;

use crate::workspace::Workspace;
use crate::{cargo, js, process, wasm};

/// The feature sets somebody builds the rules with; the workspace run covers the default.
const RULE_FEATURES: [&str; 6] = ["", "rules", "policy", "texts", "rules,texts", "js"];

pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    if !workspace.policy_module().exists() || !workspace.page().exists() {
        js::embedded(workspace)?;
    }
    clippy(workspace, &["--workspace", "--all-targets"])?;
    for features in RULE_FEATURES {
        clippy(workspace, &["-p", "core-wasm", "--no-default-features", "--features", features])?;
    }
    clippy(
        workspace,
        &["-p", "core-wasm", "--lib", "--no-default-features", "--features", "abi", "--target", wasm::TARGET],
    )?;
    host_holds_no_rules(workspace)
}

fn clippy(workspace: &Workspace, arguments: &[&str]) -> anyhow::Result<()> {
    process::run(
        cargo::command(workspace, &["clippy", "--quiet", "--locked"]).args(arguments).args(["--", "-D", "warnings"]),
    )
}

/// The service depends on the types of the rules only. Asked of the dependency tree of the package
/// alone, because a build of the whole workspace unifies features.
fn host_holds_no_rules(workspace: &Workspace) -> anyhow::Result<()> {
    let tree = process::output(&mut cargo::command(
        workspace,
        &["tree", "--locked", "-p", "turnpike", "-e", "features,no-dev", "--prefix", "none"],
    ))?;
    match tree.lines().find(|line| is_rules_feature(line)) {
        Some(line) => bail!("the host must not be able to decide natively, but its build has {}", line.trim()),
        None => Ok(()),
    }
}

fn is_rules_feature(line: &str) -> bool {
    ["rules", "abi", "default"]
        .iter()
        .any(|feature| line.trim().starts_with(&format!("core-wasm feature \"{feature}\"")))
}

#[cfg(test)]
mod tests {
    use super::is_rules_feature;

    #[test]
    fn types_and_texts_are_no_rules() {
        assert!(is_rules_feature("core-wasm feature \"rules\""));
        assert!(is_rules_feature("core-wasm feature \"default\" (*)"));
        assert!(!is_rules_feature("core-wasm feature \"texts\""));
        assert!(!is_rules_feature("core-wasm v0.1.0 (/somewhere)"));
    }
}
