//! What a service may do: the scopes of its token, each with a type by which a handler's signature says what it needs.

/// A scope of service tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Reads users, mandates, roles, memberships, accesses and subscriptions.
    DirectoryRead,
    /// Writes them.
    DirectoryWrite,
    /// Reads plans and features.
    CatalogRead,
    /// Writes them.
    CatalogWrite,
    /// Asks who may use what.
    EntitlementsRead,
    /// Reads what happened.
    EventsRead,
    /// Says where it is told.
    EventsWrite,
    /// Reads who changed what.
    AuditRead,
    /// Writes users and memberships as SCIM has them.
    Scim,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::DirectoryRead,
        Self::DirectoryWrite,
        Self::CatalogRead,
        Self::CatalogWrite,
        Self::EntitlementsRead,
        Self::EventsRead,
        Self::EventsWrite,
        Self::AuditRead,
        Self::Scim,
    ];

    /// The word in a token.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DirectoryRead => "directory:read",
            Self::DirectoryWrite => "directory:write",
            Self::CatalogRead => "catalog:read",
            Self::CatalogWrite => "catalog:write",
            Self::EntitlementsRead => "entitlements:read",
            Self::EventsRead => "events:read",
            Self::EventsWrite => "events:write",
            Self::AuditRead => "audit:read",
            Self::Scim => "scim",
        }
    }

    /// The scopes of a claim: words with spaces between (RFC 9068, 2.2.3). Words of others are passed over.
    pub(super) fn of_claim(claim: &str) -> Vec<Self> {
        claim.split(' ').filter_map(|word| Self::ALL.into_iter().find(|scope| scope.as_str() == word)).collect()
    }
}

/// A need of an endpoint, as a type.
pub trait Needed: Send + Sync + 'static {
    /// The scope that is needed.
    const SCOPE: Scope;
}

macro_rules! needed {
    ($($name:ident),+) => {
        $(
            #[doc = concat!("[`Scope::", stringify!($name), "`].")]
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl Needed for $name {
                const SCOPE: Scope = Scope::$name;
            }
        )+
    };
}

needed!(
    DirectoryRead,
    DirectoryWrite,
    CatalogRead,
    CatalogWrite,
    EntitlementsRead,
    EventsRead,
    EventsWrite,
    AuditRead,
    Scim
);
