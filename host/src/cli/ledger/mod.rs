//! `turnpike ledger …`: the billing operations as they are recorded, and settling one by hand.

mod json;
mod list;
mod resolve;
mod show;

use clap::Subcommand;

use super::CommandError;
use crate::ports::store::operation::OperationState;

/// Subcommands of `turnpike ledger`.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Command {
    /// List billing operations, the newest first, and whether billing is paused
    #[command(after_help = "Example:\n  turnpike ledger list --unresolved")]
    List(list::Arguments),
    /// Show one operation: its changes, attempts, last error, readings around it, and Stripe's ids
    #[command(after_help = "Example:\n  turnpike ledger show 0190f0f0-1111-7222-8333-444455556666")]
    Show(show::Arguments),
    /// Settle an unresolved operation by hand, after having looked at Stripe
    #[command(after_help = "Example:\n  turnpike ledger resolve 0190f0f0-1111-7222-8333-444455556666 --as applied \
        --reason 'the Dashboard shows quantity 3 and this operation'")]
    Resolve(resolve::Arguments),
}

/// Why nothing was shown or settled.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// No such operation.
    #[error("there is no operation `{id}`: `turnpike ledger list` shows which there are")]
    Unknown {
        /// As asked.
        id: String,
    },
    /// It has an outcome.
    #[error("operation `{id}` is `{}` already: only one without an outcome can be settled by hand", state.as_str())]
    Settled {
        /// Which.
        id: String,
        /// Its state.
        state: OperationState,
    },
    /// A host works on it.
    #[error(
        "host `{host}` works on operation `{id}` for up to {left}: wait until then, or add --force if that host is gone \
         (what it already sent to Stripe is not called back)"
    )]
    Leased {
        /// Which.
        id: String,
        /// The host.
        host: String,
        /// For how much longer.
        left: String,
    },
}

/// Runs a subcommand.
///
/// # Errors
/// [`Error`], or when the database does not answer.
pub(super) async fn run(command: &Command) -> Result<(), CommandError> {
    match command {
        Command::List(arguments) => list::run(arguments).await,
        Command::Show(arguments) => show::run(arguments).await,
        Command::Resolve(arguments) => resolve::run(arguments).await,
    }
}
