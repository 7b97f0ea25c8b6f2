//! `turnpike policy …`: looks at policy modules, tries them, and brings an earlier one back.

pub mod check;
pub mod info;
mod rollback;

use std::{io, process::ExitCode};

use clap::Subcommand;

pub(super) use self::rollback::Error as RollbackError;
use super::{CommandError, print};
use crate::policy::LoadError;

/// Subcommands of `turnpike policy`.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Command {
    /// Tell a policy module's digest, size, ABI version, exports, imports and limits
    Info(info::Arguments),
    /// Hold a policy module to every gate that it must pass before it decides
    #[command(
        after_help = "Exit codes: 0 it may decide, 1 it may not, 2 it cannot be read.\n\nExample:\n  turnpike policy check policy.wasm"
    )]
    Check(check::Arguments),
    /// Put the module that decided before back into the configured file
    #[command(after_help = "Running hosts take it like any changed file.\n\nExample:\n  \
        turnpike policy rollback --reason 'the new rule refuses too much'")]
    Rollback(rollback::Arguments),
}

/// Why a subcommand failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The module is refused.
    #[error("{}", .0.in_full())]
    Load(#[from] LoadError),
    /// The text cannot be written out.
    #[error("cannot write the answer")]
    Write(#[from] io::Error),
}

/// Runs a subcommand.
///
/// # Errors
/// When the module is refused, or what it takes to find out cannot be had.
pub(super) async fn run(command: &Command) -> Result<ExitCode, CommandError> {
    let mut told = Vec::new();
    match command {
        Command::Info(arguments) => {
            info::run(arguments, &mut told)?;
            print(&String::from_utf8_lossy(&told))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Check(arguments) => {
            let passed = check::run(arguments, &mut told)?;
            print(&String::from_utf8_lossy(&told))?;
            Ok(ExitCode::from(u8::from(!passed)))
        }
        Command::Rollback(arguments) => rollback::run(arguments).await.map(|()| ExitCode::SUCCESS),
    }
}
