//! Whether the package and the page were built from the sources as they are now.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};

use super::folder;
use crate::workspace::Workspace;

/// Within js/: what builds and npm write, and what no build reads.
const NO_SOURCES: [&str; 5] = ["bench", "dist", "node_modules", "packaging", "test"];

/// The sources of a build, and what it left behind when it was done.
pub(crate) struct Stamp {
    sources: String,
    file: PathBuf,
    outputs: [PathBuf; 2],
}

impl Stamp {
    /// Reads the sources.
    pub(crate) fn of(workspace: &Workspace) -> anyhow::Result<Self> {
        let js = folder(workspace);
        let mut files = Vec::new();
        for entry in fs::read_dir(&js)? {
            let entry = entry?;
            if !NO_SOURCES.iter().any(|name| entry.file_name() == *name) {
                collect(&entry.path(), &mut files)?;
            }
        }
        files.sort();
        let mut hash = Sha256::new();
        for file in files {
            let content = fs::read(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
            hash.update(file.strip_prefix(&js)?.as_os_str().as_encoded_bytes());
            hash.update(Sha256::digest(content));
        }
        Ok(Self {
            sources: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
            file: workspace.root.join("target/js/sources.sha256"),
            outputs: [js.join("dist/index.js"), workspace.page().join("index.html")],
        })
    }

    /// Whether the outputs are there and were built from these sources.
    pub(crate) fn is_fresh(&self) -> bool {
        self.outputs.iter().all(|output| output.exists())
            && fs::read(&self.file).is_ok_and(|built| built == self.sources.as_bytes())
    }

    /// Remembers that the outputs were built from these sources.
    pub(crate) fn write(&self) -> anyhow::Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.file, &self.sources).with_context(|| format!("cannot write `{}`", self.file.display()))
    }
}

/// All files below a path.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_source_or_a_missing_output_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace { root: folder.path().to_path_buf(), target: folder.path().join("target") };
        let write = |file: &str, text: &str| {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        let is_fresh = || Stamp::of(&workspace).unwrap().is_fresh();

        write("js/src/index.ts", "one");
        Stamp::of(&workspace).unwrap().write().unwrap();
        assert!(!is_fresh(), "there are no outputs");
        write("js/dist/index.js", "");
        write("target/page/index.html", "");
        assert!(is_fresh());
        write("js/test/index.test.ts", "no build reads it");
        assert!(is_fresh());
        write("js/src/index.ts", "two");
        assert!(!is_fresh());
        Stamp::of(&workspace).unwrap().write().unwrap();
        assert!(is_fresh());
        fs::remove_file(folder.path().join("target/page/index.html")).unwrap();
        assert!(!is_fresh());
    }
}
