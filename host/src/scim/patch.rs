//! A patch (RFC 7644, 3.5.2) applied to the attributes of a resource. Pure.
//!
//! What identity providers really send is taken as well: operations in capital letters, objects without a path whose
//! names are paths, values to be removed beside the path in place of within it.

use serde_json::{Map, Value, json};

use super::{
    Fault, FaultKind,
    filter::{Comparison, Path, local_name, parse_path, shown},
};

/// Most operations of one patch.
const MOST: usize = 1_000;

/// What an attribute is to a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// One value.
    Single(&'static str),
    /// Several values, told apart by `value`.
    Multiple(&'static str),
    /// It can only be read.
    ReadOnly,
    /// The standard has it, and it is not kept.
    PassedOver,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Add,
    Remove,
    Replace,
}

/// Applies all operations, or none.
///
/// # Errors
/// [`Fault`].
pub fn apply(
    attributes: &mut Map<String, Value>,
    patch: &Value,
    role_of: &dyn Fn(&str) -> Option<Role>,
) -> Result<(), Fault> {
    let operations = member(patch, "operations").and_then(Value::as_array);
    let operations = operations.filter(|operations| !operations.is_empty() && operations.len() <= MOST);
    let operations = operations.ok_or_else(|| {
        Fault::new(FaultKind::InvalidSyntax, format!("`Operations` must be a list of 1 to {MOST} operations"))
    })?;
    for operation in operations {
        one(attributes, operation, role_of)?;
    }
    Ok(())
}

fn one(
    attributes: &mut Map<String, Value>,
    operation: &Value,
    role_of: &dyn Fn(&str) -> Option<Role>,
) -> Result<(), Fault> {
    let word = member(operation, "op").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let deed = match word.as_str() {
        "add" => Deed::Add,
        "remove" => Deed::Remove,
        "replace" => Deed::Replace,
        _ => return Err(Fault::new(FaultKind::InvalidSyntax, "`op` must be `add`, `remove` or `replace`")),
    };
    let value = member(operation, "value");
    match member(operation, "path") {
        Some(Value::String(path)) => at(attributes, deed, path, value, role_of),
        None | Some(Value::Null) if deed == Deed::Remove => {
            Err(Fault::new(FaultKind::NoTarget, "`remove` needs a `path`"))
        }
        None | Some(Value::Null) => {
            let Some(Value::Object(members)) = value else {
                return Err(Fault::new(FaultKind::InvalidValue, "without a `path` the `value` must be an object"));
            };
            for (path, value) in members {
                // They are said again, not changed.
                if !["id", "schemas", "meta"].contains(&path.as_str()) {
                    at(attributes, deed, path, Some(value), role_of)?;
                }
            }
            Ok(())
        }
        Some(_) => Err(Fault::new(FaultKind::InvalidPath, "`path` must be a text")),
    }
}

fn at(
    attributes: &mut Map<String, Value>,
    deed: Deed,
    text: &str,
    value: Option<&Value>,
    role_of: &dyn Fn(&str) -> Option<Role>,
) -> Result<(), Fault> {
    if text.to_ascii_lowercase().starts_with("urn:") && local_name(text) == text {
        // A schema that is not kept.
        return Ok(());
    }
    let path = parse_path(text)?;
    let no_such = || Fault::new(FaultKind::InvalidPath, format!("there is no attribute `{}`", shown(text)));
    match role_of(&path.attribute).ok_or_else(no_such)? {
        Role::PassedOver => Ok(()),
        Role::ReadOnly => Err(Fault::new(FaultKind::Mutability, format!("`{}` can only be read", shown(text)))),
        Role::Single(_) if path.selector.is_some() || path.sub.is_some() => Err(no_such()),
        Role::Single(name) => {
            match (deed, value) {
                (Deed::Remove, _) => {
                    attributes.remove(name);
                }
                (_, Some(value)) => {
                    attributes.insert(name.to_owned(), value.clone());
                }
                (_, None) => return Err(missing_value()),
            }
            Ok(())
        }
        Role::Multiple(name) => {
            let held = match attributes.remove(name) {
                Some(Value::Array(items)) => items,
                _ => Vec::new(),
            };
            let items = several(held, deed, &path, value)?;
            attributes.insert(name.to_owned(), Value::Array(items));
            Ok(())
        }
    }
}

/// The values of an attribute that has several, afterwards.
fn several(mut held: Vec<Value>, deed: Deed, path: &Path, value: Option<&Value>) -> Result<Vec<Value>, Fault> {
    let matches = |item: &Value| path.selector.iter().flatten().all(|comparison| is_like(item, comparison));
    match (deed, &path.selector, &path.sub) {
        (Deed::Remove, None, None) => {
            let named =
                value.filter(|value| !value.is_null()).map(|value| values(value).collect::<Result<Vec<_>, _>>());
            match named.transpose()? {
                Some(named) => held.retain(|item| !named.iter().any(|named| is_same(named, item))),
                None => held.clear(),
            }
        }
        (Deed::Remove, Some(_), None) => held.retain(|item| !matches(item)),
        (Deed::Remove, _, Some(sub)) if sub == "value" => held.retain(|item| !matches(item)),
        (Deed::Remove, _, Some(sub)) => {
            for item in held.iter_mut().filter(|item| matches(item)) {
                if let Value::Object(members) = item {
                    members.remove(sub);
                }
            }
        }
        (_, _, Some(sub)) => {
            let value = value.ok_or_else(missing_value)?;
            let mut is_hit = false;
            for item in held.iter_mut().filter(|item| matches(item)) {
                is_hit = true;
                set(item, sub, value);
            }
            if !is_hit {
                let mut item = Value::Object(Map::new());
                for comparison in path.selector.iter().flatten() {
                    set(&mut item, &comparison.attribute, &comparison.value);
                }
                set(&mut item, sub, value);
                held.push(item);
            }
        }
        (_, Some(_), None) => {
            let value = value.ok_or_else(missing_value)?;
            if !held.iter().any(&matches) {
                return Err(Fault::new(FaultKind::NoTarget, "the `path` hits no value"));
            }
            let Value::Object(said) = value else {
                return Err(Fault::new(FaultKind::InvalidValue, "the `value` must be an object"));
            };
            for item in held.iter_mut().filter(|item| matches(item)) {
                for (name, value) in said {
                    set(item, &name.to_ascii_lowercase(), value);
                }
            }
        }
        (deed, None, None) => {
            let value = value.ok_or_else(missing_value)?;
            if deed == Deed::Replace {
                held.clear();
            }
            for item in values(value) {
                let item = item?;
                if member(&item, "primary").is_some_and(is_true) {
                    for earlier in &mut held {
                        set(earlier, "primary", &json!(false));
                    }
                }
                held.retain(|earlier| !is_same(&item, earlier));
                held.push(item);
            }
        }
    }
    Ok(held)
}

/// The values of a list, or the one that stands there by itself.
fn values(value: &Value) -> impl Iterator<Item = Result<Value, Fault>> {
    let items = match value {
        Value::Array(items) => items.clone(),
        Value::Null => Vec::new(),
        value => vec![value.clone()],
    };
    items.into_iter().map(|item| match item {
        Value::Object(_) => Ok(item),
        Value::String(value) => Ok(json!({ "value": value })),
        _ => Err(Fault::new(FaultKind::InvalidValue, "a value must be an object with `value`")),
    })
}

fn is_same(one: &Value, other: &Value) -> bool {
    let value = member(one, "value");
    value.is_some() && value == member(other, "value")
}

fn is_like(item: &Value, comparison: &Comparison) -> bool {
    match (member(item, &comparison.attribute), &comparison.value) {
        (Some(Value::String(held)), Value::String(asked)) => held.eq_ignore_ascii_case(asked),
        (Some(held), asked) => held == asked || (held.is_boolean() && is_true(held) == is_true(asked)),
        (None, _) => false,
    }
}

fn set(item: &mut Value, name: &str, value: &Value) {
    if let Value::Object(members) = item {
        members.retain(|held, _| !held.eq_ignore_ascii_case(name));
        members.insert(name.to_owned(), value.clone());
    }
}

/// `true`, or the text `True` that some providers send.
pub(super) fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true")))
}

/// A member of an object, whatever the case of its name.
pub(super) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_object()?.iter().find(|(held, _)| local_name(held).eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn missing_value() -> Fault {
    Fault::new(FaultKind::InvalidValue, "`value` is missing")
}
