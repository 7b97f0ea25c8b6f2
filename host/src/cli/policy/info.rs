//! `turnpike policy info`: what the policy of this binary, or of a file, is.

use std::{fmt::Write as _, io, path::PathBuf};

use clap::Args;

use super::Error;
use crate::policy::Policy;

/// Arguments of `policy info`.
#[derive(Clone, Debug, Default, Args)]
pub struct Arguments {
    /// The module to look at; without it the one that is part of this binary
    pub file: Option<PathBuf>,
    /// The same
    #[arg(long = "file", value_name = "FILE", conflicts_with = "file")]
    pub named: Option<PathBuf>,
}

/// Looks at a module and writes what it is.
///
/// # Errors
/// When the module is refused or `out` takes no more.
pub fn run(arguments: &Arguments, out: &mut impl io::Write) -> Result<(), Error> {
    let policy = match arguments.file.as_ref().or(arguments.named.as_ref()) {
        Some(file) => Policy::from_file(file)?,
        None => Policy::embedded()?,
    };
    out.write_all(info(&policy).as_bytes())?;
    Ok(())
}

/// What there is to know about a policy, one line each.
#[must_use]
pub fn info(policy: &Policy) -> String {
    let limits = policy.limits();
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{name:<9} {value}");
    };
    line("digest", format!("sha256 {}", policy.digest()));
    line("size", format!("{} bytes", policy.bytes().len()));
    line("abi", policy.abi_version().to_string());
    line("exports", policy.exports().join(" "));
    // A module with imports is refused, so there is nothing to list.
    line("imports", "none".to_owned());
    line(
        "memory",
        format!("{} pages of 64 KiB at start, at most {} bytes", policy.memory_pages(), limits.memory_bytes),
    );
    line("fuel", format!("{} and {} per byte of the call", limits.fuel_base, limits.fuel_per_byte));
    line("deadline", format!("{} ms", limits.deadline.as_millis()));
    line("stack", format!("{} bytes", limits.stack_bytes));
    line("call", format!("at most {} bytes", limits.input_bytes));
    line("answer", format!("at most {} bytes", limits.output_bytes));
    line(
        "instances",
        format!("at most {} at the same moment, {} of them for long calls", limits.instances, limits.long_calls),
    );
    text
}
