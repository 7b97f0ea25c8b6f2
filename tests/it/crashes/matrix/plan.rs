//! How each fail point is come to: which wishes pass it, with which kinds of fault, and in which mode.

use turnpike::fail_point::FailPoint;

use super::{
    case::{Case, Wish},
    kind::Kind,
};

/// All that pass through the life of an operation.
const OPERATIONS: &[Wish] = &[Wish::Activate, Wish::Restore, Wish::End, Wish::Withdraw, Wish::Free];

/// How the cases of a point are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// All in one process: each waits at the point until the process is killed.
    Parked,
    /// One after the other, each ends a process. For points that hold the database's only writer or the runner's loop, where no
    /// second one can come to as long as the first is there.
    Aborted,
}

/// How the cases of a point are run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) point: FailPoint,
    pub(super) mode: Mode,
    /// Which wishes pass the point.
    pub(super) wishes: &'static [Wish],
    /// Whether nothing was read or confirmed of the subscriptions yet, so that the runner reads and forms.
    pub(super) unread: bool,
}

impl Plan {
    /// The plan of a point.
    pub(super) fn of(point: FailPoint) -> Self {
        use FailPoint as P;
        use Mode::{Aborted, Parked};
        let (mode, wishes): (Mode, &'static [Wish]) = match point {
            P::ReservationWritten => (Aborted, &[Wish::Activate, Wish::Restore, Wish::Free]),
            P::ReservationCommitted => (Parked, &[Wish::Activate, Wish::Restore, Wish::Free]),
            P::EndingWritten => (Aborted, &[Wish::End]),
            P::EndingCommitted => (Parked, &[Wish::End, Wish::Withdraw, Wish::WithdrawQueued]),
            P::WithdrawalWritten => (Aborted, &[Wish::Withdraw, Wish::WithdrawQueued]),
            P::CancellationWritten => (Aborted, &[Wish::Activate, Wish::Restore]),
            P::FormingWritten => (Aborted, &[Wish::Activate, Wish::Restore, Wish::End, Wish::Free]),
            P::ReadingUnstored | P::FormingCommitted => {
                (Parked, &[Wish::Activate, Wish::Restore, Wish::End, Wish::Free])
            }
            P::OperationClaimed | P::SettlementWritten => (Aborted, OPERATIONS),
            P::UpdateUnsent
            | P::UpdateAnswered
            | P::DoubtRead
            | P::PauseUnstored
            | P::PauseStored
            | P::SettlementCommitted => (Parked, OPERATIONS),
        };
        let unread = matches!(point, P::ReadingUnstored | P::FormingWritten | P::FormingCommitted);
        Self { point, mode, wishes, unread }
    }

    /// The cases of the point.
    pub(super) fn cases(&self) -> Vec<Case> {
        Case::all().filter(|case| self.wishes.contains(&case.wish)).collect()
    }

    /// How many cases one process is given. A runner has 64 operations in hand at most, and each that is parked where
    /// settlements are told is one of them.
    pub(super) fn at_once(&self) -> usize {
        if self.point == FailPoint::SettlementCommitted { 40 } else { usize::MAX }
    }

    /// Whether a case certainly comes to the point before it is through; the others are through without it.
    pub(super) fn meets(&self, case: Case) -> bool {
        match self.point {
            FailPoint::DoubtRead => case.kind.is_replayed(),
            FailPoint::PauseUnstored | FailPoint::PauseStored => case.kind.pauses(),
            FailPoint::CancellationWritten => case.kind.pauses() || case.kind == Kind::Slow,
            _ => true,
        }
    }
}
