//! How large a world is explored: what may be asked for, and how often something may go wrong.

use std::fmt;

/// The bounds of one exploration. Each fault that happens takes one off, so that no life goes round in circles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Changes that are asked for, of any kind and in any order; each may need an operation of its own.
    pub(crate) changes: usize,
    /// Answers and requests that go wrong.
    pub(crate) faults: u8,
    /// Times that a host dies, or stands still for longer than its lease.
    pub(crate) stops: u8,
    /// Times that a day goes by, after which the provider has forgotten its keys.
    pub(crate) days: u8,
    /// Times that the rows are lost and an older copy of them is started, after which all went on elsewhere.
    pub(crate) copies: u8,
}

/// Which worlds are explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Extent {
    /// Small ones, for every test run.
    Ci,
    /// Large ones, for a change of the ledger's logic.
    Full,
}

impl Extent {
    /// The worlds.
    pub(crate) fn worlds(self) -> &'static [Bounds] {
        match self {
            Self::Ci => Bounds::CI,
            Self::Full => Bounds::FULL,
        }
    }
}

impl Bounds {
    /// For every test run.
    pub(crate) const CI: &[Self] = &[
        Self { changes: 1, faults: 2, stops: 1, days: 1, copies: 0 },
        Self { changes: 2, faults: 1, stops: 1, days: 1, copies: 0 },
        Self { changes: 3, faults: 1, stops: 1, days: 0, copies: 0 },
        Self { changes: 1, faults: 2, stops: 1, days: 1, copies: 1 },
    ];

    /// For a change of the ledger's logic.
    pub(crate) const FULL: &[Self] = &[
        Self { changes: 1, faults: 3, stops: 2, days: 1, copies: 0 },
        Self { changes: 2, faults: 2, stops: 2, days: 1, copies: 0 },
        Self { changes: 3, faults: 2, stops: 1, days: 1, copies: 0 },
        Self { changes: 2, faults: 1, stops: 1, days: 1, copies: 1 },
    ];
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { changes, faults, stops, days, copies } = self;
        write!(
            f,
            "up to {changes} changes of any kind (each may need an operation of its own), {faults} requests or answers \
             that go wrong, {stops} times that a host dies or stands still, {days} days that go by, {copies} times that an older copy of the rows is started"
        )
    }
}
