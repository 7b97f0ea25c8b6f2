//! Takes words that stand for a person out of texts for people, and ids out of JSON. Pure.

use serde_json::Value;

/// The text with the replacement for every one of the words, where it stands as a whole: what is next to it is neither
/// letter nor digit. ASCII letters are alike in any case. `None` when none of them is there.
pub(super) fn without(text: &str, words: &[String], replacement: &str) -> Option<String> {
    let mut changed = None;
    for word in words.iter().filter(|word| !word.is_empty()) {
        let now: &str = changed.as_deref().unwrap_or(text);
        if let Some(next) = replaced(now, word, replacement) {
            changed = Some(next);
        }
    }
    changed
}

fn replaced(text: &str, word: &str, replacement: &str) -> Option<String> {
    let mut done = String::new();
    let mut rest = text;
    let mut before = None;
    let mut is_changed = false;
    while let Some(letter) = rest.chars().next() {
        let found = rest.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word));
        let after = rest.get(word.len()..).and_then(|rest| rest.chars().next());
        match found {
            Some(found) if is_edge(before) && is_edge(after) => {
                done.push_str(replacement);
                before = found.chars().next_back();
                rest = rest.get(word.len()..).unwrap_or_default();
                is_changed = true;
            }
            _ => {
                done.push(letter);
                before = Some(letter);
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            }
        }
    }
    is_changed.then_some(done)
}

fn is_edge(letter: Option<char>) -> bool {
    letter.is_none_or(|letter| !letter.is_alphanumeric())
}

/// Does to every text within a value what `change` says, and says whether that was anything.
pub(super) fn change_texts(value: &mut Value, change: &dyn Fn(&str) -> Option<String>) -> bool {
    match value {
        Value::String(text) => match change(text) {
            Some(other) => {
                *text = other;
                true
            }
            None => false,
        },
        Value::Array(items) => items.iter_mut().fold(false, |is_changed, item| change_texts(item, change) | is_changed),
        Value::Object(members) => {
            members.values_mut().fold(false, |is_changed, member| change_texts(member, change) | is_changed)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_go_and_no_others() {
        let words = ["Ursula Groß".to_owned(), "ursula@groß.example".to_owned(), String::new()];
        for (text, expected) in [
            ("Ursula Groß hat f0 aktiviert.", Some("x hat f0 aktiviert.")),
            ("Home ursula Groß: f0", Some("Home x: f0")),
            ("an <URSULA@groß.example>", Some("an <x>")),
            ("Ursula Großmann und aUrsula Groß", None),
            ("Ursula Groß, Ursula Groß", Some("x, x")),
            ("", None),
            ("ß", None),
        ] {
            assert_eq!(without(text, &words, "x").as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn texts_are_found_wherever_they_are() {
        let mut value = serde_json::json!({"a": ["u", {"b": "u", "u": 1}], "c": "uu"});
        let change = |text: &str| (text == "u").then(|| "x".to_owned());
        assert!(change_texts(&mut value, &change));
        assert_eq!(value, serde_json::json!({"a": ["x", {"b": "x", "u": 1}], "c": "uu"}));
        assert!(!change_texts(&mut value, &change));
    }
}
