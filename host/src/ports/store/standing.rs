//! How instances stand that nobody touches: what the rules look at to say so, and what was told last.

use async_trait::async_trait;

use super::{StoreError, snapshot::MandateRecord};

/// Finds mandates with instances, piece by piece.
#[async_trait]
pub trait StandingStore: Send + Sync {
    /// Makes the search this host's for so many milliseconds of the database's clock. False when it is another's.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn lease_standing(&self, lease: i64) -> Result<bool, StoreError>;

    /// Mandates with active instances after a place, in order, at most so many.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn standings(&self, after: i64, limit: i64) -> Result<Standings, StoreError>;
}

/// Some mandates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standings {
    /// In order.
    pub mandates: Vec<MandateStanding>,
    /// Place of the last one; `None`: there are no more.
    pub last: Option<i64>,
}

/// A mandate with what its active instances have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct MandateStanding {
    /// The mandate with its subscriptions, as nobody's: without membership and without what the ledger says.
    pub mandate: MandateRecord,
    /// Which sorts of active instances there are.
    pub sorts: Vec<InstanceSort>,
}

/// Active instances of one mandate that stand alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceSort {
    /// Whether they are switched on.
    pub enabled: bool,
    /// How they were last told to stand.
    pub told: ToldState,
}

/// How an instance stands, as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldState {
    /// It can be used.
    Active,
    /// No subscription is in force.
    Suspended,
    /// The operator switched it off.
    Disabled,
}

impl ToldState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Disabled];

    /// The word stored and told.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Disabled => "disabled",
        }
    }
}
