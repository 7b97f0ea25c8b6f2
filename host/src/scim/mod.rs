//! Users and memberships as an identity provider keeps them by SCIM 2.0 (RFC 7643, 7644): resources are read from and
//! written through the directory, so that all that follows from a change follows here, too.
//!
//! A user is a user. A group is a role of a mandate: its members are the members of the mandate who have the role.

pub mod filter;
pub mod group;
pub mod groups;
pub mod patch;
pub mod projection;
pub mod resource;
pub mod user;
pub mod users;

use std::sync::Arc;

use serde_json::Value;

pub use self::{
    projection::Projection,
    resource::{Resource, ResourceKind},
};
use crate::{
    directory::{Directory, DirectoryError, Refusal},
    ports::{
        ids::Ids,
        store::{
            Store, StoreError,
            scim::{Found, Slice},
        },
    },
};

/// Most resources of one page.
pub const LONGEST_PAGE: i64 = 200;
/// How often something is looked at anew that somebody else changed meanwhile.
const MOST_TRIES: usize = 5;
/// One that is looked for by what only one has.
const ONE: Slice = Slice { after: 0, limit: 1 };

/// Where resources are read and changed. Cheap to clone.
#[derive(Clone)]
pub struct Scim {
    store: Arc<dyn Store>,
    directory: Directory,
    ids: Arc<dyn Ids>,
    /// What locations begin with.
    base: Arc<str>,
}

/// Which resources of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// A filter (RFC 7644, 3.4.2.2).
    pub filter: Option<String>,
    /// The first, counted from 1; what is less is 1.
    pub start_index: i64,
    /// At most so many.
    pub count: i64,
    /// Which attributes.
    pub projection: Projection,
}

/// Why something is no request that SCIM knows, by its `scimType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The filter is none, or asks for more than is offered.
    InvalidFilter,
    /// A path is none, or names nothing that there is.
    InvalidPath,
    /// The body has not the form it must have.
    InvalidSyntax,
    /// A value is missing or not as it must be.
    InvalidValue,
    /// What can only be read, or said once, is written.
    Mutability,
    /// The path of a patch hits nothing.
    NoTarget,
    /// Another resource has it.
    Uniqueness,
}

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Fault {
    /// Of which kind.
    pub kind: FaultKind,
    /// What is wrong, and what would be right.
    pub detail: String,
}

/// Why a request was not served.
#[derive(Debug, thiserror::Error)]
pub enum ScimError {
    /// There is no such resource.
    #[error("there is no such resource")]
    NotFound,
    /// Something is wrong with the request.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The directory refused or failed.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Scim {
    /// Over a directory; locations begin with `base`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, directory: Directory, ids: Arc<dyn Ids>, base: &str) -> Self {
        Self { store, directory, ids, base: base.into() }
    }

    /// What locations begin with.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A page of resources.
    ///
    /// # Errors
    /// [`ScimError`].
    pub async fn list(&self, kind: ResourceKind, listing: &Listing) -> Result<Found<Value>, ScimError> {
        let slice =
            Slice { after: listing.start_index.saturating_sub(1).max(0), limit: listing.count.clamp(0, LONGEST_PAGE) };
        let comparisons = match &listing.filter {
            Some(text) => filter::parse(text)?,
            None => Vec::new(),
        };
        let found = match kind {
            ResourceKind::Users => self.list_users(&comparisons, slice).await?,
            ResourceKind::Groups => self.list_groups(&comparisons, slice, listing.projection.shows("members")).await?,
        };
        let shown = |resource: Resource| listing.projection.of(resource.value);
        Ok(Found { total: found.total, items: found.items.into_iter().map(shown).collect() })
    }
}

impl Fault {
    /// A fault of a kind.
    #[must_use]
    pub fn new(kind: FaultKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }
}

impl FaultKind {
    /// Its word (RFC 7644, 3.12).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::InvalidPath => "invalidPath",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidValue => "invalidValue",
            Self::Mutability => "mutability",
            Self::NoTarget => "noTarget",
            Self::Uniqueness => "uniqueness",
        }
    }
}

/// Whether somebody else changed the same meanwhile.
const fn is_overtaken(error: &DirectoryError) -> bool {
    matches!(error, DirectoryError::Refused(Refusal::Precondition | Refusal::Taken { .. } | Refusal::Missing))
}
