//! A user as SCIM has it, and what of that is kept. Pure.

use serde_json::{Map, Value, json};

use super::{
    Fault, FaultKind,
    filter::Comparison,
    patch::{Role, is_true, member},
};
use crate::{ports::store::scim::UsersWanted, transfer::User};

/// What the standard has about users and is not kept.
const PASSED_OVER: [&str; 21] = [
    "name",
    "displayname",
    "nickname",
    "profileurl",
    "title",
    "usertype",
    "preferredlanguage",
    "locale",
    "timezone",
    "password",
    "phonenumbers",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "roles",
    "x509certificates",
    "department",
    "manager",
    "organization",
    "employeenumber",
];

/// What a request says of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Name.
    pub username: String,
    /// As the provider names the user.
    pub external_id: Option<String>,
    /// The one mail address that is kept.
    pub email: Option<String>,
    /// Whether the user may do anything; `None`: not said.
    pub active: Option<bool>,
}

/// What an attribute is to a patch.
#[must_use]
pub fn role_of(attribute: &str) -> Option<Role> {
    match attribute {
        "username" => Some(Role::Single("userName")),
        "externalid" => Some(Role::Single("externalId")),
        "active" => Some(Role::Single("active")),
        "emails" => Some(Role::Multiple("emails")),
        "id" | "meta" | "schemas" | "groups" => Some(Role::ReadOnly),
        name => PASSED_OVER.contains(&name).then_some(Role::PassedOver),
    }
}

/// The attributes of a user.
pub(super) fn attributes(user: &User) -> Map<String, Value> {
    let mut attributes = Map::new();
    attributes.insert("userName".to_owned(), json!(user.username));
    attributes.insert("active".to_owned(), json!(user.enabled));
    if let Some(external_id) = &user.external_id {
        attributes.insert("externalId".to_owned(), json!(external_id));
    }
    if let Some(email) = &user.email {
        attributes.insert("emails".to_owned(), json!([{ "value": email, "type": "work", "primary": true }]));
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
    let username = text(body, "userName")?.filter(|name| !name.trim().is_empty());
    let username = username.ok_or_else(|| invalid("`userName` is missing"))?;
    let active = match member(body, "active") {
        None | Some(Value::Null) => None,
        Some(value) if value.is_boolean() || value.as_str().is_some_and(is_word) => Some(is_true(value)),
        Some(_) => return Err(invalid("`active` must be true or false")),
    };
    Ok(Said { username, external_id: text(body, "externalId")?, email: email(body)?, active })
}

fn is_word(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

/// The primary address, else one for work, else the first.
fn email(body: &Value) -> Result<Option<String>, Fault> {
    let items = match member(body, "emails") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(invalid("`emails` must be a list")),
    };
    let is_primary = |item: &&Value| member(item, "primary").is_some_and(is_true);
    let is_work = |item: &&Value| {
        member(item, "type").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("work"))
    };
    let first = items.iter().find(is_primary).or_else(|| items.iter().find(is_work)).or_else(|| items.first());
    match first {
        None => Ok(None),
        Some(item) => Ok(text(item, "value")?.filter(|address| !address.is_empty())),
    }
}

pub(super) fn text(body: &Value, name: &str) -> Result<Option<String>, Fault> {
    match member(body, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(invalid(&format!("`{name}` must be a text"))),
    }
}

/// Whom a filter looks for.
///
/// # Errors
/// `invalidFilter`.
pub fn wanted(comparisons: &[Comparison]) -> Result<UsersWanted, Fault> {
    let mut wanted = UsersWanted::default();
    for Comparison { attribute, value } in comparisons {
        let place = match attribute.as_str() {
            "id" => &mut wanted.id,
            "username" => &mut wanted.username,
            "externalid" => &mut wanted.external_id,
            "emails" | "emails.value" => &mut wanted.email,
            // The one address that is kept is told as the primary one, for work.
            "emails.type" if value == "work" => continue,
            "emails.primary" if is_true(value) => continue,
            "active" if value.is_boolean() || value.as_str().is_some_and(is_word) => {
                wanted.enabled = Some(is_true(value));
                continue;
            }
            _ => return Err(not_offered(attribute, "id, userName, externalId, emails.value, active")),
        };
        fill(place, attribute, value)?;
    }
    Ok(wanted)
}

/// Sets what is to be equal, which can be said once.
pub(super) fn fill(place: &mut Option<String>, attribute: &str, value: &Value) -> Result<(), Fault> {
    match value {
        Value::String(text) if place.is_none() => *place = Some(text.clone()),
        Value::String(_) => {
            return Err(Fault::new(FaultKind::InvalidFilter, format!("`{attribute}` is compared more than once")));
        }
        _ => return Err(Fault::new(FaultKind::InvalidFilter, format!("`{attribute}` is compared with texts only"))),
    }
    Ok(())
}

pub(super) fn not_offered(attribute: &str, offered: &str) -> Fault {
    let attribute = super::filter::shown(attribute);
    Fault::new(FaultKind::InvalidFilter, format!("`{attribute}` cannot be filtered by, expected one of {offered}"))
}

fn invalid(detail: &str) -> Fault {
    Fault::new(FaultKind::InvalidValue, detail)
}
