//! What one page about one mandate is made of, in one statement; and whether any of it changed, for many pages at once.

use async_trait::async_trait;

use super::{
    StoreError,
    snapshot::{EndedInstanceRecord, FeatureRecord, InstanceRecord, MandateRecord, MembershipRecord},
};

/// Reads what pages show, and notices when it is something else.
#[async_trait]
pub trait StorefrontStore: Send + Sync {
    /// A mandate as one of its members sees it, with the catalogue and all instances, in one SQL statement. `None`, and
    /// nothing of the mandate read, for whoever has no enabled membership in it.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn storefront(&self, user_id: &str, mandate_id: &str) -> Result<Option<Storefront>, StoreError>;

    /// How things stand for each viewer, in the order of the viewers, in one SQL statement for all of them.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn revisions(&self, viewers: &[Viewer]) -> Result<Vec<Revision>, StoreError>;
}

/// A mandate with all that its page is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storefront {
    /// The mandate with the caller's membership.
    pub mandate: MandateRecord,
    /// The catalogue, in order.
    pub features: Vec<FeatureRecord>,
    /// Its living instances in insertion order; `has_access` is about the caller.
    pub living: Vec<InstanceRecord>,
    /// Its ended instances that no restore waits for, in the order they ended.
    pub ended: Vec<EndedInstanceRecord>,
    /// Whether an operator paused billing.
    pub billing_paused: bool,
}

/// Somebody who looks at a mandate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Viewer {
    /// The mandate.
    pub mandate_id: String,
    /// The user.
    pub user_id: String,
}

/// How things stand for a viewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The viewer's membership, if there is one.
    pub membership: Option<MembershipRecord>,
    /// SHA-256 of all rows that an answer to the viewer is made of, lower-case hexadecimal. Equal while they are equal.
    pub digest: String,
}
