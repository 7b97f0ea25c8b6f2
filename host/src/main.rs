//! The `turnpike` binary.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    turnpike::cli::main().await
}
