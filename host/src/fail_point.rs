//! Named points at which a test makes this process stand still or die. Debug builds only: a release build holds none.
//!
//! One variable says which point and what happens there: `TURNPIKE_FAIL_POINT=NAME` parks every task that comes to it for
//! ever, so that many can be there when the process is killed; `NAME:abort` ends the process at the first. It has the prefix
//! of the settings so that a release build refuses to start with it, instead of running on as if nothing were asked.
//! docs/fail-points.md says of each what a crash there means.

/// Names the point. Known to debug builds only.
pub const VARIABLE: &str = "TURNPIKE_FAIL_POINT";

macro_rules! fail_points {
    ($($(#[$doc:meta])+ $point:ident = $name:literal,)+) => {
        /// Where a crash makes a difference.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum FailPoint {
            $($(#[$doc])+ $point,)+
        }

        impl FailPoint {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$point,)+];

            /// What it is called.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$point => $name,)+
                }
            }
        }
    };
}

fail_points! {
    /// An activation or a restore is written, not committed.
    ReservationWritten = "reservation-written",
    /// An activation or a restore is committed, its operation not started.
    ReservationCommitted = "reservation-committed",
    /// The end of an instance is written, not committed.
    EndingWritten = "ending-written",
    /// What is given up is committed, its operation not started.
    EndingCommitted = "ending-committed",
    /// A withdrawal is written, not committed.
    WithdrawalWritten = "withdrawal-written",
    /// The cancellation of an activation is written, not committed.
    CancellationWritten = "cancellation-written",
    /// A reading is there, not stored.
    ReadingUnstored = "reading-unstored",
    /// The next operation of a subscription is written, not committed.
    FormingWritten = "forming-written",
    /// The next operation of a subscription is committed, not started.
    FormingCommitted = "forming-committed",
    /// An operation is claimed, not started.
    OperationClaimed = "operation-claimed",
    /// An update is about to be sent.
    UpdateUnsent = "update-unsent",
    /// The provider answered an update, or will not; nothing of it is stored.
    UpdateAnswered = "update-answered",
    /// A reading that decides about an operation is there; nothing of it is stored.
    DoubtRead = "doubt-read",
    /// An operation has to wait, which is not stored.
    PauseUnstored = "pause-unstored",
    /// An operation has to wait, which is stored.
    PauseStored = "pause-stored",
    /// A settlement is written, not committed.
    SettlementWritten = "settlement-written",
    /// A settlement is committed, who waits for it is not told.
    SettlementCommitted = "settlement-committed",
}

/// What happens at which point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Armed {
    /// Where.
    pub point: FailPoint,
    /// Whether the process ends; otherwise the task parks.
    pub aborts: bool,
}

impl Armed {
    /// Reads `NAME` or `NAME:abort`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, aborts) = text.strip_suffix(":abort").map_or((text, false), |name| (name, true));
        let point = FailPoint::ALL.iter().copied().find(|point| point.name() == name)?;
        Some(Self { point, aborts })
    }
}

/// Comes to a point: goes on, unless the environment says otherwise.
#[cfg(debug_assertions)]
pub async fn reached(point: FailPoint) {
    // Read once. What it may say is checked with the settings.
    static ARMED: std::sync::LazyLock<Option<Armed>> =
        std::sync::LazyLock::new(|| Armed::parse(&std::env::var(VARIABLE).ok()?));
    let Some(armed) = ARMED.filter(|armed| armed.point == point) else { return };
    tracing::warn!(point = point.name(), "fail point reached");
    if armed.aborts {
        std::process::abort();
    }
    std::future::pending().await
}

/// Comes to a point: goes on.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub async fn reached(_: FailPoint) {}
