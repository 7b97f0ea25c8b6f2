//! Users and roles of mandates as an identity provider looks for them.

use async_trait::async_trait;

use super::StoreError;
use crate::transfer::User;

/// Looks for people and for what groups are here.
#[async_trait]
pub trait ScimStore: Send + Sync {
    /// Users in their order: at most so many, after so many.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_users(&self, wanted: &UsersWanted, slice: Slice) -> Result<Found<User>, StoreError>;

    /// Roles of mandates in their order: at most so many, after so many.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_groups(&self, wanted: &GroupsWanted, slice: Slice) -> Result<Found<GroupRecord>, StoreError>;

    /// Who has any of these roles, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn holders(&self, role_ids: &[String]) -> Result<Vec<Holder>, StoreError>;

    /// The id of a user's membership in a mandate.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn membership_id(&self, user_id: &str, mandate_id: &str) -> Result<Option<String>, StoreError>;

    /// Ids of the mandates that have this name, two at most.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn mandates_named(&self, name: &str) -> Result<Vec<String>, StoreError>;
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// So many are passed over.
    pub after: i64,
    /// So many are read; none: they are only counted.
    pub limit: i64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// How many there are, in the slice and outside.
    pub total: i64,
    /// The slice.
    pub items: Vec<T>,
}

/// What users must be like; all of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsersWanted {
    /// The id.
    pub id: Option<String>,
    /// The name, whatever its case.
    pub username: Option<String>,
    /// The identity provider's name.
    pub external_id: Option<String>,
    /// The mail address, whatever its case.
    pub email: Option<String>,
    /// Whether the user is enabled.
    pub enabled: Option<bool>,
}

/// What groups must be like; all of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupsWanted {
    /// The role's id.
    pub id: Option<String>,
    /// Mandate and label with a `/` between, whatever their case.
    pub name: Option<String>,
    /// The identity provider's name.
    pub external_id: Option<String>,
    /// Somebody who has the role.
    pub member: Option<String>,
}

/// A role of a mandate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRecord {
    /// The role.
    pub role_id: String,
    /// Its label.
    pub label: String,
    /// Whose.
    pub mandate_id: String,
    /// The mandate's name.
    pub mandate_name: String,
    /// The identity provider's name.
    pub external_id: Option<String>,
}

/// Somebody who has a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The role.
    pub role_id: String,
    /// Who.
    pub user_id: String,
}
