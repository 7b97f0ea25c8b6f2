//! `turnpike policy log|replay|diff`: the decisions on record, made again, and what a candidate would change.
//!
//! Exit codes of `replay` and `diff`: 0 nothing differs, 1 something does, 2 it could not be found out.

pub(super) mod diff;
pub(super) mod log;
pub(super) mod replay;

mod json;
mod told;

use clap::Args;

use super::since;
use crate::{
    app,
    decisions::archive::Missing,
    ports::{clock::Clock as _, store::decision::DecisionFilter},
};

/// Which decisions.
#[derive(Clone, Debug, Args)]
pub(super) struct Which {
    /// Only those about this mandate
    #[arg(long, value_name = "ID")]
    mandate: Option<String>,
    /// Only those made since then: `30d`, `12h`, `2026-10-01` or `2026-10-01T08:00:00Z`
    #[arg(long, value_name = "WHEN", value_parser = since::parse)]
    since: Option<since::Since>,
}

impl Which {
    fn filter(&self, refused: bool) -> DecisionFilter {
        let since = self.since.map(|since| since.instant(app::clock().now()));
        DecisionFilter { mandate_id: self.mandate.clone(), since, refused }
    }
}

/// Why nothing was shown or compared.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// No such decision.
    #[error("there is no decision `{id}`, and none with that trace id: `turnpike policy log` shows which there are")]
    Unknown {
        /// As asked.
        id: String,
    },
    /// A trace id of several, where one is wanted.
    #[error(
        "several decisions have the trace id `{id}`: name one of them by its own id, as `turnpike policy log {id}` shows it"
    )]
    Several {
        /// As asked.
        id: String,
    },
    /// What was asked cannot be told any more.
    #[error(transparent)]
    Missing(Missing),
    /// Nothing to compare with.
    #[error("name what is to be tried: `--module FILE`, `--settings FILE` or both")]
    NoCandidate,
}
