//! `turnpike policy rollback`: puts the module that was in use before back into the configured file.

use std::{fs, io, io::Write as _, path::Path};

use clap::Args;
use serde_json::json;
use tempfile::NamedTempFile;

use super::super::{CommandError, Common, actor::deed, columns::instant, print, reason::reason};
use crate::{
    app,
    policy::{self, Limits, LoadError, hex_sha256},
    ports::store::{
        Upkeep as _,
        audit::AuditEntry,
        check::CheckStore as _,
        policy::{KeptPolicy, PolicyStore as _},
    },
};

/// Arguments of `policy rollback`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// The module to bring back, by the beginning of its digest, at least 8 digits; without it the one that the hosts of this database had before the present one
    #[arg(long, value_name = "DIGEST", value_parser = beginning)]
    to: Option<String>,
    /// Why, for the audit trail
    #[arg(long, value_name = "TEXT", value_parser = reason, default_value = "not said")]
    reason: String,
}

/// Digits that name a module: fewer say little about what is meant.
const FEWEST_DIGITS: usize = 8;

/// The beginning of a digest.
fn beginning(text: &str) -> Result<String, String> {
    let digits = text.trim().to_ascii_lowercase();
    let is_one = (FEWEST_DIGITS..=64).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then_some(digits).ok_or_else(|| {
        format!("it must be the beginning of a SHA-256 digest, at least {FEWEST_DIGITS} hexadecimal digits")
    })
}

/// Why nothing was brought back.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum Error {
    /// The policy is that of the binary.
    #[error("no policy file is configured: set `TURNPIKE_POLICY`, or install the binary that decided before")]
    NoFile,
    /// The archive has nothing else.
    #[error("no other module has decided with this database")]
    NothingBefore,
    /// The archive has no such module, or several.
    #[error("{found} modules of the archive have a digest that begins with `{asked}`, expected one")]
    NotOne {
        /// As asked.
        asked: String,
        /// How many.
        found: usize,
    },
    /// The archive lost it.
    #[error("module `{0}` is not in the archive any more")]
    Gone(String),
    /// It may not decide.
    #[error("module `{digest}` cannot be brought back: {}", cause.in_full())]
    Refused {
        /// Which.
        digest: String,
        /// Why.
        cause: LoadError,
    },
    /// The file cannot be replaced.
    #[error("cannot replace `{file}`: {source}")]
    Replace {
        /// Which.
        file: String,
        /// Why.
        source: io::Error,
    },
}

/// Finds the module, holds it to the gates, and replaces the file in one step.
///
/// # Errors
/// [`Error`], or when the configuration is wrong or the database does not answer.
pub(super) async fn run(arguments: &Arguments) -> Result<(), CommandError> {
    let config = arguments.common.load(Vec::new())?;
    let Some(file) = &config.policy.file else { return Err(Error::NoFile.into()) };
    let store = app::open_store(&config).await?;
    store.ready().await?;
    // Whatever stands in the file, or nothing: a bad candidate, too, is replaced by what is in use.
    let present = policy::read(file).ok().map(|bytes| hex_sha256(&bytes));
    let kept = store.kept_policies().await?;
    let chosen = chosen(&kept, present.as_deref(), arguments.to.as_deref())?;
    let KeptPolicy { digest, used_at, .. } = chosen;
    if present.as_ref() == Some(digest) {
        store.close().await;
        return print(&format!("`{}` holds module {digest} already; nothing was changed", file.display()));
    }
    let bytes = store.kept_policy(digest).await?.ok_or_else(|| Error::Gone(digest.clone()))?;
    let refused = |cause| Error::Refused { digest: digest.clone(), cause };
    app::gates(&config.policy).admit(&bytes, Limits::default()).map_err(refused)?;
    // First: what was tried and noted harms nobody, what was done and not noted is missed.
    store.write_down(&entry(digest, present.as_deref(), &arguments.reason)).await?;
    if kept.first() != Some(chosen) {
        store.bring_back_policy(digest).await?;
    }
    store.close().await;
    replace(file, &bytes).map_err(|source| Error::Replace { file: file.display().to_string(), source })?;
    print(&format!(
        "`{}` now holds module {digest}, last brought into use {}, in place of {}\nrunning hosts take it within {} seconds; \
         `turnpike doctor` shows what decides on each",
        file.display(),
        instant(*used_at),
        present.as_deref().unwrap_or("no module"),
        (config.policy.poll.as_secs_f64() + 1.0).ceil(),
    ))
}

/// The module that was asked for, else the one to go back to, wherever this is run: what the hosts had before the one in
/// use. On a machine whose file they do not decide with, that is the one in use, if it is there by a rollback that was
/// run on another machine, or if the file never decided.
fn chosen<'a>(kept: &'a [KeptPolicy], present: Option<&str>, asked: Option<&str>) -> Result<&'a KeptPolicy, Error> {
    let Some(asked) = asked else {
        let (in_use, before) = kept.split_first().ok_or(Error::NothingBefore)?;
        let is_here = present == Some(in_use.digest.as_str());
        let decided_once = kept.iter().any(|kept| present == Some(kept.digest.as_str()));
        if !is_here && (in_use.brought_back || !decided_once) {
            return Ok(in_use);
        }
        return before.first().ok_or(Error::NothingBefore);
    };
    let named: Vec<&KeptPolicy> = kept.iter().filter(|kept| kept.digest.starts_with(asked)).collect();
    match named.as_slice() {
        [one] => Ok(one),
        several => Err(Error::NotOne { asked: asked.to_owned(), found: several.len() }),
    }
}

/// Puts the bytes into the file in one step, under the permissions that it has: a host never sees half of it.
fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    // What is linked to is replaced, not the link.
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(bytes)?;
    if let Ok(present) = fs::metadata(&file) {
        new.as_file().set_permissions(present.permissions())?;
    }
    new.as_file().sync_all()?;
    new.persist(&file).map_err(|error| error.error)?;
    Ok(())
}

fn entry(digest: &str, present: Option<&str>, reason: &str) -> AuditEntry {
    AuditEntry {
        before: present.map(|digest| json!({ "policyDigest": digest })),
        after: Some(json!({ "policyDigest": digest })),
        ..deed("policy rollback", digest, reason)
    }
}
