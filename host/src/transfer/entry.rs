//! One entry of a document by itself, as the machine API takes and gives it: the same fields, checks and messages.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use sha2::{Digest as _, Sha256};

use super::{
    Document, TransferError,
    entries::{Access, Feature, Mandate, Membership, Role, Subscription, User},
    parse::worded,
    plan::Plan,
};

/// Which entries there are by themselves, by the document's sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names of the sections")]
pub enum Kind {
    Users,
    Mandates,
    Roles,
    Memberships,
    Subscriptions,
    Plans,
    Features,
    Accesses,
}

impl Kind {
    /// All of them, each after those that it refers to.
    pub const ALL: [Self; 8] = [
        Self::Plans,
        Self::Features,
        Self::Users,
        Self::Mandates,
        Self::Roles,
        Self::Memberships,
        Self::Subscriptions,
        Self::Accesses,
    ];

    /// The document's section, and the table.
    #[must_use]
    pub const fn section(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Mandates => "mandates",
            Self::Roles => "roles",
            Self::Memberships => "memberships",
            Self::Subscriptions => "subscriptions",
            Self::Plans => "plans",
            Self::Features => "features",
            Self::Accesses => "accesses",
        }
    }

    /// The word for one of them.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Users => "user",
            Self::Mandates => "mandate",
            Self::Roles => "role",
            Self::Memberships => "membership",
            Self::Subscriptions => "subscription",
            Self::Plans => "plan",
            Self::Features => "feature",
            Self::Accesses => "access",
        }
    }

    /// The field, and the column, that names one.
    #[must_use]
    pub const fn name_field(self) -> &'static str {
        match self {
            Self::Plans => "key",
            Self::Features => "code",
            _ => "id",
        }
    }
}

/// An entry of any of these kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the names of the sections, one of each")]
pub enum Entry {
    User(User),
    Mandate(Mandate),
    Role(Role),
    Membership(Membership),
    Subscription(Subscription),
    Plan(Plan),
    Feature(Feature),
    Access(Access),
}

/// Why a JSON value is no entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pointer}`: {message}")]
pub struct EntryFault {
    /// JSON pointer to what is wrong.
    pub pointer: String,
    /// What is wrong, and what would be right, as an import says it.
    pub message: String,
}

impl Entry {
    /// Reads the entry of this name. The name may be left out, and must not be another one.
    ///
    /// # Errors
    /// [`EntryFault`].
    pub fn named(kind: Kind, name: &str, mut value: Value) -> Result<Self, EntryFault> {
        // The types would take a list as well, with the members by their order.
        let Value::Object(fields) = &mut value else {
            return Err(EntryFault {
                pointer: String::new(),
                message: "something else, expected an object".to_owned(),
            });
        };
        let field = kind.name_field();
        let said = fields.entry(field).or_insert_with(|| Value::from(name));
        if said.as_str().is_some_and(|said| said != name) {
            let message = format!("another one than the address names, expected `{}`", name.escape_debug());
            return Err(EntryFault { pointer: format!("/{field}"), message });
        }
        Self::parse(kind, value)
    }

    fn parse(kind: Kind, value: Value) -> Result<Self, EntryFault> {
        match kind {
            Kind::Users => read(value).map(Self::User),
            Kind::Mandates => read(value).map(Self::Mandate),
            Kind::Roles => read(value).map(Self::Role),
            Kind::Memberships => read(value).map(Self::Membership),
            Kind::Subscriptions => read(value).map(Self::Subscription),
            Kind::Plans => read(value).map(Self::Plan),
            Kind::Features => read(value).map(Self::Feature),
            Kind::Accesses => read(value).map(Self::Access),
        }
    }

    /// The entry with a patch applied to it (RFC 7396).
    ///
    /// # Errors
    /// [`EntryFault`] when that is no entry any more, or one of another name.
    pub fn patched(&self, patch: Value) -> Result<Self, EntryFault> {
        let fault =
            |_| EntryFault { pointer: String::new(), message: "the entry on file cannot be written".to_owned() };
        let mut value = serde_json::to_value(self).map_err(fault)?;
        merge(&mut value, patch);
        Self::named(self.kind(), self.name(), value)
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::User(_) => Kind::Users,
            Self::Mandate(_) => Kind::Mandates,
            Self::Role(_) => Kind::Roles,
            Self::Membership(_) => Kind::Memberships,
            Self::Subscription(_) => Kind::Subscriptions,
            Self::Plan(_) => Kind::Plans,
            Self::Feature(_) => Kind::Features,
            Self::Access(_) => Kind::Accesses,
        }
    }

    /// Its id, key or code.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::User(user) => &user.id,
            Self::Mandate(mandate) => &mandate.id,
            Self::Role(role) => &role.id,
            Self::Membership(membership) => &membership.id,
            Self::Subscription(subscription) => &subscription.id,
            Self::Plan(plan) => &plan.key,
            Self::Feature(feature) => &feature.code,
            Self::Access(access) => &access.id,
        }
    }

    /// The entry as JSON text: its fields in their fixed order, so that equal entries are equal texts.
    ///
    /// # Errors
    /// [`TransferError::Unwritable`] when an instant is outside of the years that ISO 8601 texts can name.
    pub fn text(&self) -> Result<String, TransferError> {
        serde_json::to_string(self).map_err(|error| TransferError::Unwritable { cause: error.to_string() })
    }

    /// SHA-256 of the text, lower-case hexadecimal.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn digest(&self) -> Result<String, TransferError> {
        Ok(Sha256::digest(self.text()?).iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// A document of this entry alone.
impl From<Entry> for Document {
    fn from(entry: Entry) -> Self {
        let mut document = Self::default();
        match entry {
            Entry::User(user) => document.users.push(user),
            Entry::Mandate(mandate) => document.mandates.push(mandate),
            Entry::Role(role) => document.roles.push(role),
            Entry::Membership(membership) => document.memberships.push(membership),
            Entry::Subscription(subscription) => document.subscriptions.push(subscription),
            Entry::Plan(plan) => document.plans.push(plan),
            Entry::Feature(feature) => document.features.push(feature),
            Entry::Access(access) => document.accesses.push(access),
        }
        document
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, EntryFault> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let mut pointer = String::new();
        for segment in error.path() {
            match segment {
                Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
                Segment::Map { key } | Segment::Enum { variant: key } => pointer.push_str(&step(key)),
                Segment::Unknown => {}
            }
        }
        let message = worded(&error.inner().to_string());
        if let Some(field) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
            pointer.push_str(&step(field));
        }
        EntryFault { pointer, message }
    })
}

/// A name as a step of a JSON pointer (RFC 6901). Names come from callers: what is long is cut.
fn step(name: &str) -> String {
    format!("/{}", name.chars().take(100).collect::<String>().replace('~', "~0").replace('/', "~1"))
}

/// JSON merge patch (RFC 7396): `null` takes a member away, objects are merged, all else is replaced.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(changes) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else { return };
    for (name, change) in changes {
        if change.is_null() {
            members.remove(&name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Entry, Kind, merge};

    /// The examples of RFC 7396, appendix A.
    #[test]
    fn patches_are_merged_as_the_standard_says() {
        for (original, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"a": "foo"}), Value::Null, Value::Null),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            let mut merged = original.clone();
            merge(&mut merged, patch.clone());
            assert_eq!(merged, result, "{original} with {patch}");
        }
    }

    #[test]
    fn a_fault_is_told_by_pointer_and_in_the_words_of_the_import() {
        let fault = |kind, value| {
            let fault = Entry::named(kind, "x", value).expect_err("no entry");
            format!("{}: {}", fault.pointer, fault.message)
        };
        let told = [
            fault(Kind::Users, json!({})),
            fault(Kind::Users, json!({"id": "y", "username": "n"})),
            fault(Kind::Users, json!({"username": "n", "mail": "m"})),
            fault(Kind::Memberships, json!({"userId": "u", "mandateId": "m", "roleIds": ["a", ""]})),
            fault(Kind::Features, json!({"label": {"en": 5}})),
            fault(Kind::Users, json!(["x", "n"])),
        ];
        assert_eq!(
            told,
            [
                "/username: missing field `username`",
                "/id: another one than the address names, expected `x`",
                "/mail: unknown field `mail`, expected one of `id`, `username`, `email`, `externalId`, `enabled` (did you mean `email`?)",
                "/roleIds/1: an empty text is no id, expected 1 to 200 characters without control characters",
                "/label/en: invalid type: integer `5`, expected a string",
                ": something else, expected an object",
            ]
        );
    }
}
