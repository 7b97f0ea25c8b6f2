//! Says a text: takes the line that fits the reason's parameters, and fills its placeholders.

use super::{date, params::Param};

/// A name, with a condition behind a blank, and the text.
pub(super) type Row = [&'static str; 2];

/// The texts of a language, about one reason.
pub(super) struct Sentences<'a> {
    pub(super) rows: &'static [Row],
    pub(super) params: Vec<(&'static str, Param<'a>)>,
}

impl Sentences<'_> {
    /// The text of that name with its placeholders filled; nothing where there is none.
    pub(super) fn say(&self, name: &str) -> String {
        let mut rest = self.text(name).unwrap_or_default();
        let mut said = String::new();
        while let Some((before, placeholder, behind)) = cut(rest) {
            said.push_str(before);
            match self.fill(placeholder) {
                Some(filled) => said.push_str(&filled),
                // What cannot be filled stays to be seen.
                None => said.extend(["{", placeholder, "}"]),
            }
            rest = behind;
        }
        said.push_str(rest);
        said
    }

    fn text(&self, name: &str) -> Option<&'static str> {
        self.row(name).map(|[_, text]| *text)
    }

    /// The first line of that name whose condition holds.
    fn row(&self, wanted: &str) -> Option<&'static Row> {
        self.rows.iter().find(|[key, _]| {
            let (name, condition) = key.split_once(' ').unwrap_or((key, ""));
            name == wanted && (condition.is_empty() || self.holds(condition))
        })
    }

    /// `system=true`, `latest=CANCELED,EXPIRED`, `since`.
    fn holds(&self, condition: &str) -> bool {
        let (name, words) = condition.split_once('=').unwrap_or((condition, ""));
        match self.param(name) {
            Some(Param::Word(word)) => words.is_empty() || words.split(',').any(|one| one == *word),
            Some(Param::Absent) => words == "null",
            Some(_) => words.is_empty(),
            None => false,
        }
    }

    fn param(&self, wanted: &str) -> Option<&Param<'_>> {
        self.params.iter().find(|(name, _)| *name == wanted).map(|(_, param)| param)
    }

    /// What stands for a placeholder: `limit`, `limit:one|many`, `endedAt:day`, `retryAt:minute`, or the name of a text.
    fn fill(&self, placeholder: &str) -> Option<String> {
        let (name, form) = placeholder.split_once(':').unwrap_or((placeholder, ""));
        match (self.param(name), form) {
            (None, _) => self.text(name).map(str::to_owned),
            (Some(Param::Number(number)), "") => Some(number.to_string()),
            (Some(Param::Number(instant)), "day") => Some(date::iso(*instant)),
            (Some(Param::Number(instant)), "minute") => Some(date::minute(*instant)),
            (Some(Param::Number(number)), forms) => {
                forms.split_once('|').map(|(one, many)| if *number == 1 { one } else { many }.to_owned())
            }
            (Some(Param::List(items)), _) => Some(self.list(name, items)),
            (Some(Param::Absent | Param::Word(_)), _) => None,
        }
    }

    /// A list of labels, as `name.each` writes them, or of words, each with a text of its own.
    fn list(&self, name: &str, items: &[&str]) -> String {
        let text = |of: &str| self.text(&format!("{name}.{of}"));
        let mut items: Vec<&str> = items.iter().map(|item| item.trim()).filter(|item| !item.is_empty()).collect();
        if items.is_empty() {
            items.extend(text("none"));
        }
        let written: Vec<String> = items
            .into_iter()
            .map(|item| match text("each") {
                Some(each) => each.replace("{each}", item),
                None => text(item).unwrap_or(item).to_owned(),
            })
            .collect();
        written.join(text("join").unwrap_or_default())
    }
}

/// What is before the first placeholder, the placeholder without its braces, and what is behind it.
fn cut(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (placeholder, behind) = rest.split_once('}')?;
    Some((before, placeholder, behind))
}

/// That the texts fit the reasons and each other.
#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::{Value, json};

    use super::{Sentences, cut};
    use crate::{
        reason::Reason,
        texts::{
            Locale,
            params::{self, Param},
            rows,
        },
    };

    /// What is held of one reason; its sentences are another test's.
    #[derive(serde::Deserialize)]
    struct Held {
        reason: Reason,
    }

    /// The reasons of tests/sentences.json.
    fn reasons() -> Vec<Reason> {
        let held: Vec<Held> = serde_json::from_str(include_str!("../../../tests/sentences.json")).expect("reasons");
        held.into_iter().map(|held| held.reason).collect()
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
        let line = |name: &str| {
            let found = sentences.row(name);
            assert!(found.is_some(), "{}: `{name}` has no text", locale.tag());
            found.copied().unwrap_or_default()
        };
        let code = reason.profile().code;
        let mut lines = vec![line(&format!("{code}.detail")), line(&format!("{code}.fix"))];
        for placeholder in lines.clone().iter().flat_map(|[_, text]| placeholders(text)) {
            let name = placeholder.split(':').next().unwrap_or_default();
            assert!(
                sentences.fill(placeholder).is_some(),
                "{}: `{code}`: nothing fills `{{{placeholder}}}`",
                locale.tag()
            );
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
            let languages = format!("{} and {}", locale.tag(), other.tag());
            for ([key, one], [other_key, another]) in rows(locale).iter().zip(rows(other)) {
                assert_eq!(key, other_key, "names and conditions in {languages}");
                assert_eq!(filled(one), filled(another), "`{key}` in {languages}");
            }
            assert_eq!(rows(locale).len(), rows(other).len(), "{languages}");
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
}
