//! Finds what other steps built — the policy module, the page and the icons — and puts it where the host embeds it,
//! together with the cases of the rules, to which every other module is held.

use std::{
    env,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

/// A file or folder that another step built.
struct Built {
    /// How a message names it.
    name: &'static str,
    /// Where it is below a target folder.
    place: &'static str,
    /// Names another one to embed instead.
    variable: &'static str,
    /// What builds it.
    command: &'static str,
}

const POLICY: Built = Built {
    name: "the policy module",
    place: "policy/policy.wasm",
    variable: "TURNPIKE_POLICY_WASM",
    command: "cargo xtask wasm",
};
const PAGE: Built =
    Built { name: "the page", place: "page", variable: "TURNPIKE_PAGE_FOLDER", command: "cargo xtask js" };
const ICONS: Built =
    Built { name: "the icons", place: "icons", variable: "TURNPIKE_ICONS_FOLDER", command: "cargo xtask js" };

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_DIR");

    let out = PathBuf::from(env::var("OUT_DIR")?);
    copy(&POLICY.find(Path::is_file)?, &out.join("policy.wasm"))?;
    copy_folder(&PAGE.find(|folder| folder.join("index.html").is_file())?, &out.join("page"))?;
    copy_folder(&ICONS.find(Path::is_dir)?, &out.join("icons"))?;
    golden_cases(&out.join("golden.json"))
}

impl Built {
    /// What the variable names, else the first that is there of the two target folders. Relative names count from the
    /// workspace, because a build script runs in the folder of its crate.
    fn find(&self, is_it: impl Fn(&Path) -> bool) -> Result<PathBuf, Box<dyn Error>> {
        println!("cargo::rerun-if-env-changed={}", self.variable);
        let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
        let workspace = manifest.parent().ok_or("the crate stands in no workspace")?;
        let found = if let Some(named) = env::var_os(self.variable) {
            let named = workspace.join(named);
            if !is_it(&named) {
                return Err(
                    format!("`{}` names `{}`, which is not {}", self.variable, named.display(), self.name).into()
                );
            }
            named
        } else {
            [env::var_os("CARGO_TARGET_DIR").map(PathBuf::from), Some(PathBuf::from("target"))]
                .into_iter()
                .flatten()
                .map(|folder| workspace.join(folder).join(self.place))
                .find(|place| is_it(place))
                .ok_or_else(|| format!("{} is not built: run `{}`", self.name, self.command))?
        };
        println!("cargo::rerun-if-changed={}", found.display());
        Ok(found)
    }
}

/// Writes all case files of the rules into one document, as they are: the host reads them when a module is to be held to
/// them.
fn golden_cases(to: &Path) -> Result<(), Box<dyn Error>> {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let folder = manifest.parent().ok_or("the crate stands in no workspace")?.join("tests/cases");
    println!("cargo::rerun-if-changed={}", folder.display());
    let named = |folder: &Path| -> Result<Vec<String>, Box<dyn Error>> {
        let mut members = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| about(folder, &error))? {
            let path = entry?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if path.extension().is_some_and(|extension| extension == "json") {
                members
                    .push(format!("\"{stem}\":{}", fs::read_to_string(&path).map_err(|error| about(&path, &error))?));
            }
        }
        members.sort();
        Ok(members)
    };
    let (bases, files) = (named(&folder.join("base"))?, named(&folder)?);
    fs::write(to, format!("{{\"bases\":{{{}}},\"files\":{{{}}}}}", bases.join(","), files.join(",")))?;
    Ok(())
}

/// Copies a folder with all that is in it, in place of an earlier copy. Source maps stay behind: they are for whoever
/// builds the page.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    match fs::remove_dir_all(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(about(to, &error)),
        _ => fs::create_dir_all(to).map_err(|error| about(to, &error))?,
    }
    for entry in fs::read_dir(from).map_err(|error| about(from, &error))? {
        let (source, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        if source.is_dir() {
            copy_folder(&source, &to.join(name))?;
        } else if !name.to_string_lossy().contains(".map") {
            copy(&source, &to.join(name))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(|_| ()).map_err(|error| about(from, &error))
}

/// An error of the system with the path that it is about.
fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot copy `{}`: {error}", path.display()))
}
