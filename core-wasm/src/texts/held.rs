//! That the texts fit the reasons and each other: in all languages the same names, no condition that never holds, no
//! placeholder that nothing fills.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    Locale,
    params::{self, Param},
    rows,
    sentence::{Sentences, cut},
};
use crate::reason::Reason;

/// The reasons of tests/sentences.json.
fn reasons() -> Vec<Reason> {
    let held: Vec<Value> = serde_json::from_str(include_str!("../../../tests/sentences.json")).expect("a list");
    held.into_iter().map(|one| serde_json::from_value(one["reason"].clone()).expect("a reason")).collect()
}

fn placeholders(mut text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    while let Some((_, placeholder, behind)) = cut(text) {
        found.push(placeholder);
        text = behind;
    }
    found
}

/// The lines that say one reason.
fn lines_of(reason: &Reason, locale: Locale) -> Vec<[&'static str; 2]> {
    let sentences = Sentences { rows: rows(locale), params: params::of(reason) };
    let line = |name: &str| *sentences.row(name).unwrap_or_else(|| panic!("{}: `{name}` has no text", locale.tag()));
    let code = reason.profile().code;
    let mut lines = vec![line(&format!("{code}.detail")), line(&format!("{code}.fix"))];
    for placeholder in lines.clone().iter().flat_map(|[_, text]| placeholders(text)) {
        let name = placeholder.split(':').next().unwrap_or_default();
        assert!(sentences.fill(placeholder).is_some(), "{}: `{code}`: nothing fills `{{{placeholder}}}`", locale.tag());
        match sentences.param(name) {
            None => lines.push(line(name)),
            Some(Param::List(items)) => {
                let names = items.iter().copied().chain(["each", "join", "none"]);
                lines.extend(names.filter_map(|of| sentences.row(&format!("{name}.{of}"))));
            }
            Some(_) => {}
        }
    }
    lines
}

#[test]
fn every_reason_has_its_texts_and_every_text_is_said_of_a_reason() {
    for locale in Locale::ALL {
        let said: BTreeSet<&str> =
            reasons().iter().flat_map(|reason| lines_of(reason, locale)).map(|[key, _]| key).collect();
        for [key, _] in rows(locale) {
            assert!(said.contains(key), "{}: `{key}` is said of no reason in tests/sentences.json", locale.tag());
        }
    }
}

#[test]
fn all_languages_have_the_same_texts_with_the_same_placeholders() {
    // A number has forms in one language and needs none in another.
    let filled = |text: &'static str| {
        let mut names: Vec<&str> = placeholders(text).into_iter().filter(|name| !name.contains('|')).collect();
        names.sort_unstable();
        names
    };
    for (locale, other) in Locale::ALL.into_iter().zip(Locale::ALL.into_iter().skip(1)) {
        let keys = |locale| rows(locale).iter().map(|[key, _]| *key).collect::<Vec<_>>();
        assert_eq!(keys(locale), keys(other), "{} and {}", locale.tag(), other.tag());
        for ([key, one], [_, another]) in rows(locale).iter().zip(rows(other)) {
            assert_eq!(filled(one), filled(another), "`{key}` in {} and {}", locale.tag(), other.tag());
        }
    }
}

/// Otherwise a text would be filled more than once.
#[test]
fn a_text_within_a_text_has_no_placeholders() {
    for locale in Locale::ALL {
        let texts: BTreeMap<&str, &str> = rows(locale).iter().map(|[key, text]| (*key, *text)).collect();
        for placeholder in texts.values().flat_map(|text| placeholders(text)) {
            let within = texts.get(placeholder).copied().unwrap_or_default();
            assert_eq!(placeholders(within), Vec::<&str>::new(), "{}: `{placeholder}`", locale.tag());
        }
    }
}

#[test]
fn parameters_have_the_names_and_words_of_the_wire() {
    for reason in reasons() {
        let named: serde_json::Map<String, Value> = params::of(&reason)
            .into_iter()
            .map(|(name, param)| {
                let value = match param {
                    Param::Absent => Value::Null,
                    Param::Number(number) => json!(number),
                    Param::Word(word) => word.parse::<bool>().map_or(json!(word), Value::Bool),
                    Param::List(items) => json!(items),
                };
                (name.to_owned(), value)
            })
            .collect();
        let wire = serde_json::to_value(&reason).expect("JSON");
        assert_eq!(wire.get("params"), Some(&Value::Object(named)), "{reason:?}");
    }
}
