//! `cargo xtask runtimes`: the policy in every runtime, asked all cases and the decision space.

use std::path::Path;
use std::process::Command;

use crate::js::npm;
use crate::setup::{self, chromium, venv};
use crate::workspace::Workspace;
use crate::{cargo, js, process};

/// The interpreter, which is no member of the workspace.
const WASMI: &str = "tests/runtimes/wasmi/Cargo.toml";

/// What makes schemas of the types, which is no member of the workspace either.
const SCHEMAS: &str = "tests/runtimes/schemas/Cargo.toml";
/// Where they are shown.
const SCHEMAS_FOLDER: &str = "docs/policy-abi";

/// Every how manieth situation is asked in every test run.
const SAMPLE: u32 = 50;

/// How many cases are nothing that the build for browsers could be asked: it takes objects, and these are no JSON, or
/// `JSON.parse` makes something else of them.
const UNASKABLE: usize = 26;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Ask only every N-th situation, of programs that are not optimised.
    #[arg(long, value_name = "N")]
    every: Option<u32>,
    /// Only write docs/policy-abi/*.schema.json anew, from the types of the wire.
    #[arg(long, conflicts_with = "every")]
    schemas: bool,
}

/// How the programs are built.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Profile {
    Dev,
    Release,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    if args.schemas {
        return process::run(&mut schemas(workspace));
    }
    setup::rust_target::ensure(workspace)?;
    let python = venv::ensure(workspace)?;
    js::embedded(workspace)?;
    match args.every {
        Some(every) => compare(workspace, &python, every, Profile::Dev),
        None => compare(workspace, &python, 1, Profile::Release),
    }
}

/// What every test run asks; the modules are built.
pub(crate) fn sample(workspace: &Workspace, python: &Path) -> anyhow::Result<()> {
    compare(workspace, python, SAMPLE, Profile::Dev)
}

fn compare(workspace: &Workspace, python: &Path, every: u32, profile: Profile) -> anyhow::Result<()> {
    process::run(schemas(workspace).arg("--check"))?;
    let chromium = chromium::ensure()?;
    npm::install_in(&workspace.root.join("tests/browser"))?;
    let wasmi = workspace.target.join("wasmi");
    process::run(
        cargo::command(workspace, &["build", "--locked", "--release", "--manifest-path", WASMI, "--target-dir"])
            .arg(&wasmi),
    )?;
    build(workspace, profile, &["--package", "turnpike", "--example", "policy_answers"])?;
    build(workspace, profile, &["--package", "runtimes"])?;

    let (folder, work) = (workspace.root.join("tests/runtimes"), workspace.root.join("target/runtimes"));
    let script = |name: &str| folder.join(name).display().to_string();
    let built = workspace.target.join(if profile == Profile::Release { "release" } else { "debug" });
    let program = |file: &Path| file.display().to_string();
    let in_chromium = ["node".to_owned(), script("chromium/answer.mjs")].join("|");
    let runtimes = [
        format!("wasmtime|{}", program(&built.join("examples/policy_answers"))),
        format!("wasmi|{}", program(&wasmi.join("release/policy-in-wasmi"))),
        format!("node|node|{}", script("node/answer.mjs")),
        format!("python|{}|{}", program(python), script("python/answer.py")),
        format!("chromium|{in_chromium}|@{}", program(&workspace.policy_module())),
        format!("chromium, its build|{in_chromium}|@{}", program(&workspace.root.join("js/src/wasm"))),
    ];
    let compact = [
        // They take the module as it is: modules that mean harm are put to the hosts for JSON.
        format!("wasmtime, compact|{}|compact", program(&built.join("examples/policy_answers"))),
        format!("node, compact|node|{}", script("node/compact.mjs")),
    ];
    let mut compare = cargo::command(workspace, &["run", "--quiet", "--locked", "--package", "runtimes"]);
    if profile == Profile::Release {
        compare.arg("--release");
    }
    compare.arg("--").arg("--module").arg(workspace.policy_module());
    compare.arg("--work").arg(&work).args(["--every", &every.to_string()]);
    for runtime in runtimes {
        compare.args(["--runtime", &runtime]);
    }
    for runtime in compact {
        compare.args(["--compact", &runtime]);
    }
    compare.args(["--unaskable", &format!("chromium, its build|{UNASKABLE}")]);
    for fuelled in ["wasmtime", "wasmi", "python"] {
        compare.args(["--fuelled", fuelled]);
    }
    if profile == Profile::Dev {
        compare.arg("--untimed");
    }
    process::run(compare.env("BROWSER_CHROMIUM", chromium))?;
    let mut validate = Command::new(python);
    validate.arg(folder.join("schemas/validate.py")).arg(workspace.root.join(SCHEMAS_FOLDER));
    process::run(validate.arg(work.join("calls")).arg(work.join("answers-native")).arg(work.join("cases")))
}

/// The program that writes the schemas.
fn schemas(workspace: &Workspace) -> Command {
    let arguments = ["run", "--quiet", "--locked", "--manifest-path", SCHEMAS, "--target-dir"];
    let mut command = cargo::command(workspace, &arguments);
    command.arg(workspace.target.join("schemas")).arg("--").arg(workspace.root.join(SCHEMAS_FOLDER));
    command
}

fn build(workspace: &Workspace, profile: Profile, what: &[&str]) -> anyhow::Result<()> {
    let mut build = cargo::command(workspace, &["build", "--quiet", "--locked"]);
    if profile == Profile::Release {
        build.arg("--release");
    }
    process::run(build.args(what))
}
