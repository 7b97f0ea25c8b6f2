//! How large a world is explored: what may be asked for, and how often something may go wrong.

/// The bounds of one exploration. Each fault that happens takes one off, so that no life goes round in circles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Changes that are asked for, of any kind and in any order; each may need an operation of its own.
    pub changes: usize,
    /// Answers and requests that go wrong.
    pub faults: u8,
    /// Times that a host dies, or stands still for longer than its lease.
    pub stops: u8,
    /// Times that a day goes by, after which the provider has forgotten its keys.
    pub days: u8,
}

impl Bounds {
    /// For every test run.
    pub const CI: &[Self] = &[
        Self { changes: 1, faults: 3, stops: 1, days: 1 },
        Self { changes: 2, faults: 2, stops: 1, days: 0 },
        Self { changes: 3, faults: 1, stops: 1, days: 0 },
    ];

    /// For a change of the ledger's logic.
    pub const FULL: &[Self] = &[
        Self { changes: 1, faults: 4, stops: 3, days: 1 },
        Self { changes: 2, faults: 3, stops: 2, days: 1 },
        Self { changes: 3, faults: 2, stops: 2, days: 1 },
    ];
}
