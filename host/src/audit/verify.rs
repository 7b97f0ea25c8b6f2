//! Whether the chain is whole: every seal follows from the one before, every entry is what its seal says, and nothing is
//! there that has none.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::ports::{
    clock::Millis,
    store::{
        StoreError,
        audit::{Anchor, AuditStore, ChainState, ERASE, FORGET, Found, Link, Stray, chain::hash},
    },
};

/// Seals that are read at once.
const PAGE: i64 = 1_000;

/// How often it is begun anew when the oldest entries are removed meanwhile.
const MOST_TRIES: usize = 5;

/// Strays of each sort that are told.
const MOST_STRAYS: i64 = 100;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Every gap, in the order of the chain. Empty: it is whole.
    pub gaps: Vec<Gap>,
    /// What was verified ends here: worth keeping elsewhere.
    pub newest: Anchor,
    /// When the newest entry was made; `None` when there is none.
    pub newest_at: Option<Millis>,
    /// What the first seal that is kept follows.
    pub anchor: Anchor,
    /// How many seals were looked at.
    pub seals: u64,
    /// How many of their entries are erased.
    pub erased: u64,
}

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// At which number, as far as it has one.
    pub number: Option<i64>,
    /// Of which kind.
    pub kind: GapKind,
    /// In words.
    pub says: String,
}

/// Kinds of gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// Numbers are not there.
    MissingSeal,
    /// A seal does not follow from the one before: it, its order or its number is another than it was.
    ChangedSeal,
    /// A sealed entry is not there.
    MissingEntry,
    /// A sealed entry says something else than it did.
    ChangedEntry,
    /// An entry has no seal, and waits for none.
    UnsealedEntry,
    /// An entry waits for its seal and is not there.
    LostEntry,
    /// The chain ends before it did.
    CutEnd,
    /// The oldest entries are gone, and no entry says that they were removed.
    CutFront,
    /// A seal that somebody kept is another one here: the chain was written anew.
    Rewritten,
    /// An entry is erased, and no entry says so.
    UnexplainedErasure,
}

impl GapKind {
    /// The word for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingSeal => "missing-seal",
            Self::ChangedSeal => "changed-seal",
            Self::MissingEntry => "missing-entry",
            Self::ChangedEntry => "changed-entry",
            Self::UnsealedEntry => "unsealed-entry",
            Self::LostEntry => "lost-entry",
            Self::CutEnd => "cut-end",
            Self::CutFront => "cut-front",
            Self::Rewritten => "rewritten",
            Self::UnexplainedErasure => "unexplained-erasure",
        }
    }
}

/// Why it could not be found out.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An anchor of before what is kept.
    #[error(
        "the anchor {asked} is of before the oldest seal that is kept, which follows {kept}: an anchor from {kept} on can be compared"
    )]
    Forgotten {
        /// As asked.
        asked: i64,
        /// The anchor that is kept.
        kept: i64,
    },
    /// The front moved again and again.
    #[error("entries are being removed from the front: try again")]
    Moving,
}

/// Verifies all that is kept, against anchors that somebody kept.
///
/// # Errors
/// [`VerifyError`].
pub async fn verify(store: &dyn AuditStore, kept: &[Anchor]) -> Result<Verdict, VerifyError> {
    for _ in 0..MOST_TRIES {
        let state = store.chain().await?;
        if let Some(old) = kept.iter().find(|anchor| anchor.number < state.anchor.number) {
            return Err(VerifyError::Forgotten { asked: old.number, kept: state.anchor.number });
        }
        let from = state.anchor.clone();
        let mut walk = Walk::new(&state, from, kept);
        loop {
            let links = store.links(walk.at.number, PAGE).await?;
            if links.is_empty() {
                break;
            }
            links.iter().for_each(|link| walk.take(link));
        }
        let strays = store.strays(MOST_STRAYS).await?;
        // What was removed meanwhile would look like a gap.
        if store.chain().await?.anchor == state.anchor {
            return Ok(walk.end(&strays));
        }
    }
    Err(VerifyError::Moving)
}

/// Verifies the newest seals only, as a quick look: what is before is taken as it stands.
///
/// # Errors
/// [`StoreError`].
pub async fn verify_end(store: &dyn AuditStore, most: i64) -> Result<Verdict, StoreError> {
    let state = store.chain().await?;
    let first = state.newest.number.saturating_sub(most).max(state.anchor.number);
    let before = if first == state.anchor.number {
        Some(state.anchor.clone())
    } else {
        let seals = store.links(first.saturating_sub(1), 1).await?;
        seals.into_iter().next().map(|link| Anchor { number: link.number, hash: link.hash })
    };
    let mut walk = Walk::new(&state, before.unwrap_or_else(|| state.anchor.clone()), &[]);
    loop {
        let links = store.links(walk.at.number, PAGE).await?;
        if links.is_empty() {
            break;
        }
        links.iter().for_each(|link| walk.take(link));
    }
    let mut verdict = walk.end(&[]);
    // What explains them may stand before.
    verdict.gaps.retain(|gap| !matches!(gap.kind, GapKind::UnexplainedErasure | GapKind::CutFront));
    Ok(verdict)
}

/// A walk along the chain.
struct Walk<'a> {
    state: &'a ChainState,
    kept: &'a [Anchor],
    /// How far it is.
    at: Anchor,
    newest_at: Option<Millis>,
    seals: u64,
    gaps: Vec<Gap>,
    erased: BTreeSet<i64>,
    /// What entries say was erased, and up to where removed.
    said_erased: BTreeSet<i64>,
    said_removed: i64,
}

impl<'a> Walk<'a> {
    fn new(state: &'a ChainState, at: Anchor, kept: &'a [Anchor]) -> Self {
        let mut walk = Self {
            state,
            kept,
            at,
            newest_at: None,
            seals: 0,
            gaps: Vec::new(),
            erased: BTreeSet::new(),
            said_erased: BTreeSet::new(),
            said_removed: 0,
        };
        walk.compare();
        walk
    }

    fn gap(&mut self, number: Option<i64>, kind: GapKind, says: impl Into<String>) {
        self.gaps.push(Gap { number, kind, says: says.into() });
    }

    /// One seal further.
    fn take(&mut self, link: &Link) {
        let number = link.number;
        let due = self.at.number.saturating_add(1);
        if number != due {
            let said = if number - 1 > due { format!("{due} to {} are", number - 1) } else { format!("{due} is") };
            self.gap(Some(due), GapKind::MissingSeal, format!("{said} not there"));
        } else if hash(&self.at.hash, number, link.at, &link.digest) != link.hash {
            self.gap(Some(number), GapKind::ChangedSeal, "it does not follow from the seal before");
        }
        match &link.found {
            Found::Missing => self.gap(Some(number), GapKind::MissingEntry, "its entry is not there"),
            Found::Erased => {
                self.erased.insert(number);
            }
            Found::Whole(written, salt) => {
                if written.digest(salt) != link.digest || written.at != link.at {
                    self.gap(Some(number), GapKind::ChangedEntry, "its entry says something else than it did");
                }
                match written.action.as_str() {
                    ERASE => self.said_erased.extend(numbers(&written.detail)),
                    FORGET => self.said_removed = self.said_removed.max(up_to(&written.detail)),
                    _ => {}
                }
            }
        }
        // From here on it is held to what is there, so that one gap is told once.
        self.at = Anchor { number, hash: link.hash.clone() };
        self.newest_at = Some(link.at);
        self.seals += 1;
        self.compare();
    }

    /// Holds the seal that was reached to what is known of it from elsewhere.
    fn compare(&mut self) {
        let Anchor { number, hash } = self.at.clone();
        if self.kept.iter().any(|anchor| anchor.number == number && anchor.hash != hash) {
            self.gap(Some(number), GapKind::Rewritten, "its hash is another one than was kept");
        }
        if self.state.newest.number == number && self.state.newest.hash != hash {
            self.gap(Some(number), GapKind::ChangedSeal, "its hash is another one than whoever sealed last noted");
        }
    }

    fn end(mut self, strays: &[Stray]) -> Verdict {
        let last = self.at.number;
        let newest = self.state.newest.number;
        if newest > last {
            self.gap(Some(last + 1), GapKind::CutEnd, format!("the chain ends at {last}, and ended at {newest}"));
        }
        for anchor in self.kept {
            if anchor.number > last.max(newest) {
                let says = format!("the chain ends at {last}, and an anchor of {} was kept", anchor.number);
                self.gap(Some(last + 1), GapKind::CutEnd, says);
            }
        }
        if self.said_removed < self.state.anchor.number {
            let says = format!("no entry says that those up to {} were removed", self.state.anchor.number);
            self.gap(Some(self.state.anchor.number), GapKind::CutFront, says);
        }
        let unexplained: Vec<i64> = self.erased.difference(&self.said_erased).copied().collect();
        for number in unexplained {
            self.gap(Some(number), GapKind::UnexplainedErasure, "its entry is erased, and no entry says so");
        }
        for stray in strays {
            match stray {
                Stray::Unsealed(place) => {
                    let says = format!("the entry at place {place} has no seal, and waits for none");
                    self.gap(None, GapKind::UnsealedEntry, says);
                }
                Stray::Missing(place) => {
                    let says = format!("the entry at place {place} waits for its seal, and is not there");
                    self.gap(None, GapKind::LostEntry, says);
                }
            }
        }
        Verdict {
            gaps: self.gaps,
            newest: self.at,
            newest_at: self.newest_at,
            anchor: self.state.anchor.clone(),
            seals: self.seals,
            erased: u64::try_from(self.erased.len()).unwrap_or(u64::MAX),
        }
    }
}

fn member(detail: &str, name: &str) -> Option<Value> {
    serde_json::from_str::<Map<String, Value>>(detail).ok()?.remove(name)
}

fn numbers(detail: &str) -> Vec<i64> {
    let listed = member(detail, "numbers");
    listed.iter().filter_map(Value::as_array).flatten().filter_map(Value::as_i64).collect()
}

fn up_to(detail: &str) -> i64 {
    member(detail, "upTo").and_then(|number| number.as_i64()).unwrap_or_default()
}
