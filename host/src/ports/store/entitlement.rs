//! Who may use what: all that the rules look at for a check, read in one SQL statement whatever the number of checks.

use async_trait::async_trait;
use core_wasm::facts::InstanceState;

use super::{StoreError, snapshot::MandateRecord};

/// Reads what checks are answered from.
#[async_trait]
pub trait EntitlementStore: Send + Sync {
    /// What there is for each check, in their order; one SQL statement.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn holdings(&self, checks: &[Check]) -> Result<Vec<Holding>, StoreError>;
}

/// What is asked: what a user may use in a mandate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Check {
    /// Who.
    pub user_id: String,
    /// Where.
    pub mandate_id: String,
    /// Only instances of this feature; `None` = of all.
    pub feature_code: Option<String>,
}

/// What there is for a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// The mandate with the user's membership, without its roles and without what the ledger says; `None` when there is no
    /// such mandate.
    pub mandate: Option<MandateRecord>,
    /// The living instances there to which the user has access, in order.
    pub held: Vec<HeldEntry>,
}

/// A living instance to which a user has access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldEntry {
    /// Its id.
    pub instance_id: String,
    /// Its feature.
    pub feature_code: String,
    /// Its label.
    pub label: Option<String>,
    /// Its state.
    pub state: InstanceState,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Whether the access is.
    pub access_enabled: bool,
    /// Labels of the roles of the access, in order.
    pub roles: Vec<String>,
}
