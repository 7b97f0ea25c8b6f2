//! Which attributes of a resource are told (RFC 7644, 3.9). Pure.

use serde_json::{Map, Value};

use super::filter::local_name;

/// What is told whatever was asked for.
const ALWAYS: [&str; 2] = ["id", "schemas"];

/// Which attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projection {
    /// These alone, in lower case, each with or without a sub-attribute behind a dot.
    only: Option<Vec<String>>,
    /// Not these.
    without: Vec<String>,
}

impl Projection {
    /// By the parameters `attributes` and `excludedAttributes`.
    #[must_use]
    pub fn new(attributes: Option<&str>, excluded: Option<&str>) -> Self {
        Self { only: attributes.map(names), without: excluded.map(names).unwrap_or_default() }
    }

    /// Whether an attribute is told at all.
    #[must_use]
    pub fn shows(&self, attribute: &str) -> bool {
        match &self.only {
            Some(only) => only.iter().any(|name| top(name) == attribute),
            None => !self.without.iter().any(|name| name == attribute),
        }
    }

    /// What is told of a resource.
    #[must_use]
    pub fn of(&self, resource: Value) -> Value {
        let Value::Object(attributes) = resource else { return resource };
        let told = attributes.into_iter().filter_map(|(name, value)| {
            if ALWAYS.contains(&name.as_str()) { Some((name, value)) } else { self.attribute(name, value) }
        });
        Value::Object(told.collect())
    }

    fn attribute(&self, name: String, value: Value) -> Option<(String, Value)> {
        let lower = name.to_ascii_lowercase();
        if !self.shows(&lower) {
            return None;
        }
        let names = self.only.as_ref().unwrap_or(&self.without);
        let subs: Vec<&str> = names
            .iter()
            .filter_map(|name| name.split_once('.'))
            .filter(|(of, _)| *of == lower)
            .map(|(_, sub)| sub)
            .collect();
        let is_whole = subs.is_empty() || (self.only.is_some() && names.contains(&lower));
        let value = if is_whole { value } else { cut(value, &|sub| subs.contains(&sub) == self.only.is_some()) };
        Some((name, value))
    }
}

/// The sub-attributes that are told, of one value or of each of several.
fn cut(value: Value, told: &dyn Fn(&str) -> bool) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(|item| cut(item, told)).collect(),
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(name, _)| told(&name.to_ascii_lowercase()));
            Value::Object(kept.collect::<Map<_, _>>())
        }
        value => value,
    }
}

fn names(text: &str) -> Vec<String> {
    text.split(',').map(|name| local_name(name.trim()).to_ascii_lowercase()).filter(|name| !name.is_empty()).collect()
}

fn top(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
