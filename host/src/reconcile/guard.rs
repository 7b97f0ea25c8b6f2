//! When anything may be repaired at all. Pure.

use std::fmt;

use super::account::Standing;
use crate::ports::{clock::Millis, store::check::Round};

/// When more subscriptions than this would be repaired it is more likely that we are wrong than they.
pub const MOST_DRIFTING: i64 = 5;

/// Between two lowerings of one subscription: whoever raises it again and again is not to be fought with. An hour.
pub const BETWEEN_LOWERINGS: i64 = 60 * 60 * 1000;

/// Why nothing is repaired without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Not every subscription was looked at since the difference was seen: there may be many of them.
    RoundOpen,
    /// Too many subscriptions differ.
    ManyDrifting(i64),
    /// The key belongs to another account than this database.
    AnotherAccount,
}

/// Whether a difference that has been seen since `since` is repaired now.
///
/// # Errors
/// What speaks against it.
pub fn may_repair(round: Round, since: Millis, account: Standing) -> Result<(), Hold> {
    if account == Standing::Another {
        return Err(Hold::AnotherAccount);
    }
    if round.drifting > MOST_DRIFTING {
        return Err(Hold::ManyDrifting(round.drifting));
    }
    match round.complete_since {
        Some(complete) if complete >= since => Ok(()),
        _ => Err(Hold::RoundOpen),
    }
}

/// Whether a lowering is too soon after the last one.
#[must_use]
pub fn lowered_lately(repaired_at: Option<Millis>, now: Millis) -> bool {
    repaired_at.is_some_and(|at| now.saturating_sub(at) < BETWEEN_LOWERINGS)
}

impl fmt::Display for Hold {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RoundOpen => write!(out, "not every subscription was looked at yet"),
            Self::ManyDrifting(count) => write!(out, "{count} subscriptions differ, more than {MOST_DRIFTING}"),
            Self::AnotherAccount => write!(out, "the key belongs to another account than this database"),
        }
    }
}
