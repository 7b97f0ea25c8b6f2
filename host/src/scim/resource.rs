//! Resources as they are told: JSON with its location and its version.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// The two kinds of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    /// People.
    Users,
    /// Roles of mandates.
    Groups,
}

impl ResourceKind {
    /// Its endpoint.
    #[must_use]
    pub const fn endpoint(self) -> &'static str {
        match self {
            Self::Users => "Users",
            Self::Groups => "Groups",
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Users => "User",
            Self::Groups => "Group",
        }
    }

    /// Its schema.
    #[must_use]
    pub const fn schema(self) -> &'static str {
        match self {
            Self::Users => "urn:ietf:params:scim:schemas:core:2.0:User",
            Self::Groups => "urn:ietf:params:scim:schemas:core:2.0:Group",
        }
    }
}

/// A resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// All that is told of it.
    pub value: Value,
    /// Where it is.
    pub location: String,
    /// Its strong entity tag.
    pub version: String,
}

impl Resource {
    /// A resource with these attributes. The version is the digest of a whole one, `None` where not all of it is known.
    pub(super) fn new(
        base: &str,
        kind: ResourceKind,
        id: &str,
        mut attributes: Map<String, Value>,
        digest: Option<String>,
    ) -> Self {
        let location = location(base, kind, id);
        attributes.insert("id".to_owned(), json!(id));
        let digest = digest.unwrap_or_else(|| {
            let text = Value::Object(attributes.clone()).to_string();
            Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
        });
        let version = format!("\"{digest}\"");
        attributes.insert("schemas".to_owned(), json!([kind.schema()]));
        let meta = json!({ "resourceType": kind.name(), "location": location, "version": version });
        attributes.insert("meta".to_owned(), meta);
        Self { value: Value::Object(attributes), location, version }
    }

    /// The same where not all of it was read, so that its version is not known.
    pub(super) fn unversioned(mut self) -> Self {
        if let Some(meta) = self.value.get_mut("meta").and_then(Value::as_object_mut) {
            meta.remove("version");
        }
        self.version = String::new();
        self
    }

    /// The digest in its version.
    #[must_use]
    pub fn digest(&self) -> &str {
        self.version.trim_matches('"')
    }
}

/// Where a resource is.
pub(super) fn location(base: &str, kind: ResourceKind, id: &str) -> String {
    let mut path = format!("{base}/{}/", kind.endpoint());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}
