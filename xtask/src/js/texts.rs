//! The texts of reasons as modules of JavaScript: a bundler gives each language a file that is loaded on demand.

use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::wasm;
use crate::workspace::Workspace;

/// The languages, each with a file in core-wasm/texts.
const LANGUAGES: [&str; 4] = ["de", "fr", "it", "en"];
/// Reasons that no rule tells a page: what a server says of them has its sentences with it.
const OF_SERVERS: [&str; 3] = ["billing-refused", "payment-action-required", "payment-declined"];
/// What TypeScript is told of each.
const TYPES: &str = "declare const texts: readonly (readonly [name: string, text: string])[];\nexport default texts;\n";

/// Writes a module and its types for each language into `folder`. JSON itself would be loaded by some runtimes only with a
/// warning, or not at all.
pub(crate) fn write(workspace: &Workspace, folder: &Path) -> anyhow::Result<()> {
    for language in LANGUAGES {
        let source = workspace.root.join(format!("core-wasm/texts/{language}.json"));
        let texts = fs::read_to_string(&source).with_context(|| format!("cannot read `{}`", source.display()))?;
        let module = format!("// Made by `cargo xtask js`.\nexport default {}\n", of_pages(&texts));
        wasm::write_if_changed(&folder.join(format!("{language}.js")), module.as_bytes())?;
        wasm::write_if_changed(&folder.join(format!("{language}.d.ts")), TYPES.as_bytes())?;
    }
    Ok(())
}

/// The texts without those of servers. Each is a line of its own; JavaScript takes a comma after the last.
fn of_pages(texts: &str) -> String {
    let is_of_servers = |line: &&str| {
        let key = line.trim_start().trim_start_matches("[\"");
        OF_SERVERS.iter().any(|code| key.strip_prefix(code).is_some_and(|rest| rest.starts_with('.')))
    };
    texts.lines().filter(|line| !is_of_servers(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::of_pages;

    #[test]
    fn only_what_servers_tell_is_left_out() {
        let texts = "[\n  [\"no-access.fix\", \"Reload.\"],\n  [\"billing-refused.fix\", \"Nothing.\"],\n  [\"payment-declined.detail since\", \"No.\"]\n]\n";
        assert_eq!(of_pages(texts), "[\n  [\"no-access.fix\", \"Reload.\"],\n]");
    }
}
