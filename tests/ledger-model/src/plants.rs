//! Faults that are planted around the ledger's functions: each must be found, or the model proves nothing.

use crate::bounds::Bounds;

/// A fault, with the bounds in which it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plant {
    NewKeyPerAttempt,
    RecordWithoutFence,
    SettleWithoutFence,
    UsableBeforeConfirmed,
    EndedBeforeConfirmed,
    NeverResolves,
    NextWhileInDoubt,
    NoLookAtTheLease,
    TimeoutIsRefusal,
    RefusalWithoutReading,
    ClaimForgetsDoubt,
    KeyForEver,
    BusyIsNothing,
    StrangerIgnored,
    NoReadingOfWhatLay,
}

impl Plant {
    /// All of them.
    pub(crate) const ALL: &[Self] = &[
        Self::NewKeyPerAttempt,
        Self::RecordWithoutFence,
        Self::SettleWithoutFence,
        Self::UsableBeforeConfirmed,
        Self::EndedBeforeConfirmed,
        Self::NeverResolves,
        Self::NextWhileInDoubt,
        Self::NoLookAtTheLease,
        Self::TimeoutIsRefusal,
        Self::RefusalWithoutReading,
        Self::ClaimForgetsDoubt,
        Self::KeyForEver,
        Self::BusyIsNothing,
        Self::StrangerIgnored,
        Self::NoReadingOfWhatLay,
    ];

    /// What is wrong.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::NewKeyPerAttempt => "a new key per attempt",
            Self::RecordWithoutFence => "no fencing check when an attempt is recorded",
            Self::SettleWithoutFence => "no fencing check when an outcome is settled",
            Self::UsableBeforeConfirmed => "an instance is usable before billing confirmed it",
            Self::EndedBeforeConfirmed => "an end is off our bill before billing confirmed it",
            Self::NeverResolves => "a saved 500 is sent again for ever",
            Self::NextWhileInDoubt => "the next operation begins while the last is in doubt",
            Self::NoLookAtTheLease => "a host that stood still sends without a look at its lease",
            Self::TimeoutIsRefusal => "a timeout counts as not billed",
            Self::RefusalWithoutReading => "a refusal after a doubt is believed without reading",
            Self::ClaimForgetsDoubt => "whoever takes over believes that nothing was sent",
            Self::KeyForEver => "a key is relied on after the provider forgot it",
            Self::BusyIsNothing => "a 429 counts as not billed, though a copy of the request is under way",
            Self::StrangerIgnored => "an older copy of the rows repeats what it holds, though others wrote since",
            Self::NoReadingOfWhatLay => "an older copy of the rows sends what it never sent, without reading",
        }
    }

    /// The bounds in which it is looked for.
    pub(crate) fn bounds(self) -> Bounds {
        match self {
            Self::SettleWithoutFence | Self::NoLookAtTheLease => {
                Bounds { changes: 1, faults: 2, stops: 2, days: 1, copies: 0 }
            }
            Self::KeyForEver => Bounds { changes: 1, faults: 3, stops: 1, days: 1, copies: 0 },
            Self::NewKeyPerAttempt | Self::NextWhileInDoubt => {
                Bounds { changes: 2, faults: 2, stops: 1, days: 0, copies: 0 }
            }
            Self::BusyIsNothing => Bounds { changes: 1, faults: 1, stops: 0, days: 0, copies: 0 },
            Self::StrangerIgnored | Self::NoReadingOfWhatLay => {
                Bounds { changes: 1, faults: 1, stops: 1, days: 1, copies: 1 }
            }
            _ => Bounds { changes: 1, faults: 3, stops: 2, days: 0, copies: 0 },
        }
    }
}
