//! A group as SCIM has it: a role of a mandate, by the name `<mandate>/<role>`. Pure.

use serde_json::{Map, Value, json};

use super::{
    Fault, FaultKind, ResourceKind,
    filter::Comparison,
    patch::{Role, member},
    resource::location,
    user::{fill, not_offered, text},
};
use crate::ports::store::scim::{GroupRecord, GroupsWanted};

/// What a request says of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The mandate's name, or its id.
    pub mandate: String,
    /// The role's label.
    pub label: String,
    /// As the provider names the group.
    pub external_id: Option<String>,
    /// Ids of users; `None`: not said.
    pub members: Option<Vec<String>>,
}

/// What an attribute is to a patch.
#[must_use]
pub fn role_of(attribute: &str) -> Option<Role> {
    match attribute {
        "displayname" => Some(Role::Single("displayName")),
        "externalid" => Some(Role::Single("externalId")),
        "members" => Some(Role::Multiple("members")),
        "id" | "meta" | "schemas" => Some(Role::ReadOnly),
        _ => None,
    }
}

/// The name of a group.
#[must_use]
pub fn name(group: &GroupRecord) -> String {
    format!("{}/{}", group.mandate_name, group.label)
}

/// The attributes of a group, with its members where they are known.
pub(super) fn attributes(base: &str, group: &GroupRecord, members: Option<&[String]>) -> Map<String, Value> {
    let mut attributes = Map::new();
    attributes.insert("displayName".to_owned(), json!(name(group)));
    if let Some(external_id) = &group.external_id {
        attributes.insert("externalId".to_owned(), json!(external_id));
    }
    if let Some(members) = members {
        let member =
            |id: &String| json!({ "value": id, "$ref": location(base, ResourceKind::Users, id), "type": "User" });
        attributes.insert("members".to_owned(), members.iter().map(member).collect());
    }
    attributes
}

/// Reads what a body says.
///
/// # Errors
/// `invalidValue`.
pub fn read(body: &Value) -> Result<Said, Fault> {
    if !body.is_object() {
        return Err(Fault::new(FaultKind::InvalidSyntax, "the body must be a JSON object"));
    }
    let name = text(body, "displayName")?.ok_or_else(|| invalid("`displayName` is missing"))?;
    let parts = name.rsplit_once('/').filter(|(mandate, label)| !mandate.is_empty() && !label.is_empty());
    let Some((mandate, label)) = parts else {
        return Err(invalid(
            "`displayName` must be the name of a mandate and a role with a `/` between, such as `acme/admin`",
        ));
    };
    let members = match member(body, "members") {
        None => None,
        Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(items)) => Some(items.iter().map(member_id).collect::<Result<_, _>>()?),
        Some(_) => return Err(invalid("`members` must be a list")),
    };
    Ok(Said { mandate: mandate.to_owned(), label: label.to_owned(), external_id: text(body, "externalId")?, members })
}

fn member_id(item: &Value) -> Result<String, Fault> {
    if member(item, "type").and_then(Value::as_str).is_some_and(|kind| !kind.eq_ignore_ascii_case("User")) {
        return Err(invalid("members are users: groups within groups are not offered"));
    }
    text(item, "value")?.ok_or_else(|| invalid("a member needs a `value`, the id of a user"))
}

/// Which groups a filter looks for.
///
/// # Errors
/// `invalidFilter`.
pub fn wanted(comparisons: &[Comparison]) -> Result<GroupsWanted, Fault> {
    let mut wanted = GroupsWanted::default();
    for Comparison { attribute, value } in comparisons {
        let place = match attribute.as_str() {
            "id" => &mut wanted.id,
            "displayname" => &mut wanted.name,
            "externalid" => &mut wanted.external_id,
            "members" | "members.value" => &mut wanted.member,
            _ => return Err(not_offered(attribute, "id, displayName, externalId, members.value")),
        };
        fill(place, attribute, value)?;
    }
    Ok(wanted)
}

fn invalid(detail: &str) -> Fault {
    Fault::new(FaultKind::InvalidValue, detail)
}
