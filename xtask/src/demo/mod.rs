//! `cargo xtask demo`: the store with demo data, a Stripe simulator and a mailbox, until Ctrl-C.

mod people;
mod port;
mod ready;
mod report;
mod service;
mod state;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::setup::{rust_target, venv};
use crate::test::build_binaries;
use crate::token::DEMO_SECRET;
use crate::workspace::Workspace;
use crate::{js, process};

pub(crate) use self::service::Services;

use self::report::Running;
use self::state::State;

/// The data set, relative to the root.
const DATA: &str = "tests/demo/demo.json";
/// How long a service may take until it answers.
const START_DEADLINE: Duration = Duration::from_secs(60);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The port of the store; the next free one when it is taken, any free one for 0.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The folder for database, simulator state, mails and logs; `target/demo` when left out.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Forget what happened in earlier demos.
    #[arg(long)]
    reset: bool,
    /// Write URL, tokens and folders as JSON into this file once the store answers.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let folder = args.dir.clone().unwrap_or_else(|| workspace.root.join("target/demo"));
    let state = State::open(&folder, args.reset, &workspace.root.join(DATA))?;
    rust_target::ensure(workspace)?;
    let python = venv::ensure(workspace)?;
    js::embedded(workspace)?;
    build_binaries(workspace)?;

    let mut services = Services::new(&state.logs());
    let mailbox = services.start("mailbox", &mut mailbox(workspace, &python, &state))?;
    let stripe = services.start("stripe-sim", &mut stripe_sim(workspace, &state))?;
    let (mailbox, stripe) = (services.address(mailbox, START_DEADLINE)?, services.address(stripe, START_DEADLINE)?);

    let listen = port::free_from(args.port)?;
    let people = people::of(&workspace.root.join(DATA))?;
    let running = Running::new(listen, &stripe, &people, &state.mails())?;
    running.write_people(&people, &state.people())?;
    let environment = environment(&state, listen, &format!("http://{stripe}"), &mailbox);
    if state.is_fresh() {
        process::run(turnpike(workspace, &environment).arg("import").arg(workspace.root.join(DATA)))?;
        state.imported()?;
    }
    services.start("turnpike", turnpike(workspace, &environment).arg("serve"))?;
    services.wait_until(START_DEADLINE, || ready::answers(listen, "/readyz"))?;

    running.write_environment(&state.environment())?;
    let _ready_file = args.ready_file.as_deref().map(|file| running.write(file)).transpose()?;
    running.print(&people, &state.environment(), &state.logs());
    services.supervise()
}

fn mailbox(workspace: &Workspace, python: &PathBuf, state: &State) -> Command {
    let mut command = Command::new(python);
    command
        .arg(workspace.root.join("tests/mailbox/mailbox.py"))
        .args(["--listen", "127.0.0.1:0", "--print", "--dir"])
        .arg(state.mails());
    command
}

fn stripe_sim(workspace: &Workspace, state: &State) -> Command {
    let mut command = Command::new(workspace.binary("stripe-sim"));
    command
        .args(["--listen", "127.0.0.1:0", "--seed"])
        .arg(workspace.root.join(DATA))
        .arg("--state")
        .arg(state.stripe());
    command
}

/// The service without any setting of the caller's shell, so that every demo is the same.
fn turnpike(workspace: &Workspace, environment: &[(&str, String)]) -> Command {
    let mut command = Command::new(workspace.binary("turnpike"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TURNPIKE_")) {
        command.env_remove(name);
    }
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command
}

fn environment(state: &State, port: u16, stripe: &str, mailbox: &str) -> [(&'static str, String); 10] {
    [
        ("TURNPIKE_LISTEN", format!("127.0.0.1:{port}")),
        ("TURNPIKE_PUBLIC_URL", format!("http://127.0.0.1:{port}")),
        ("TURNPIKE_DATABASE_URL", format!("sqlite:{}", state.database().display())),
        ("TURNPIKE_JWT_SECRET", DEMO_SECRET.to_owned()),
        ("TURNPIKE_PAGE_PEOPLE", state.people().display().to_string()),
        ("TURNPIKE_STRIPE_SECRET_KEY", "sk_test_demo_of_turnpike".to_owned()),
        ("TURNPIKE_STRIPE_API_BASE", stripe.to_owned()),
        ("TURNPIKE_SMTP_URL", format!("smtp://{mailbox}")),
        ("TURNPIKE_MAIL_FROM", "Turnpike <store@turnpike.example>".to_owned()),
        ("TURNPIKE_MAIL_DIGEST_WINDOW", "2s".to_owned()),
    ]
}
