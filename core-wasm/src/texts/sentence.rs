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
    pub(super) fn row(&self, wanted: &str) -> Option<&'static Row> {
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

    pub(super) fn param(&self, wanted: &str) -> Option<&Param<'_>> {
        self.params.iter().find(|(name, _)| *name == wanted).map(|(_, param)| param)
    }

    /// What stands for a placeholder: `limit`, `limit:one|many`, `endedAt:day`, `retryAt:minute`, or the name of a text.
    pub(super) fn fill(&self, placeholder: &str) -> Option<String> {
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
pub(super) fn cut(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (placeholder, behind) = rest.split_once('}')?;
    Some((before, placeholder, behind))
}
