//! What a change made of a state: one line for each member that is another one.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::cli::columns::line;

/// The lines: `+` for what is new, `-` for what is gone, `~` for what is another one; nothing of what stayed.
pub(super) fn lines(before: Option<&Value>, after: Option<&Value>) -> Vec<String> {
    let (old, new) = (members(before), members(after));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut lines = Vec::new();
    for name in names {
        let told = |value: &Value| line(&value.to_string());
        match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) if old != new => {
                lines.push(format!("~ {}: {} → {}", line(name), told(old), told(new)));
            }
            (Some(old), None) => lines.push(format!("- {}: {}", line(name), told(old))),
            (None, Some(new)) => lines.push(format!("+ {}: {}", line(name), told(new))),
            _ => {}
        }
    }
    lines
}

/// A member that holds nothing is as good as none.
fn members(state: Option<&Value>) -> Map<String, Value> {
    let members = state.and_then(Value::as_object).cloned().unwrap_or_default();
    members.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::lines;

    #[test]
    fn only_what_is_another_thing_is_told() {
        let before = json!({"id": "a", "label": "Old", "email": null, "gone": 1});
        let after = json!({"id": "a", "label": "New", "email": "a@b", "gone": null});
        let told = ["+ email: \"a@b\"", "- gone: 1", "~ label: \"Old\" → \"New\""];
        assert_eq!(lines(Some(&before), Some(&after)), told);
        assert_eq!(lines(None, Some(&json!({"id": "a\u{1b}"}))), ["+ id: \"a\\u001b\""]);
        assert_eq!(lines(Some(&json!({"id": "a"})), None), ["- id: \"a\""]);
        assert!(lines(Some(&before), Some(&before)).is_empty());
    }
}
