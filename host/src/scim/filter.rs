//! Filters and the paths of patches (RFC 7644, 3.4.2.2 and 3.5.2), as far as they are offered: comparisons with `eq`, all
//! of which must hold. Pure.

use serde_json::Value;

use super::{Fault, FaultKind};

/// Most characters of a filter.
const LONGEST: usize = 2_000;
/// What attributes may be written with before their name.
const SCHEMAS: [&str; 2] =
    ["urn:ietf:params:scim:schemas:core:2.0:user:", "urn:ietf:params:scim:schemas:core:2.0:group:"];

/// `attribute eq value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// In lower case, a sub-attribute behind a dot.
    pub attribute: String,
    /// Text, truth value or number.
    pub value: Value,
}

/// The path of a patch's operation: `attribute[selector].sub`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// In lower case.
    pub attribute: String,
    /// Which of several values; none: all.
    pub selector: Option<Vec<Comparison>>,
    /// In lower case.
    pub sub: Option<String>,
}

/// Reads a filter.
///
/// # Errors
/// `invalidFilter`.
pub fn parse(text: &str) -> Result<Vec<Comparison>, Fault> {
    if text.len() > LONGEST {
        return Err(invalid(format!("the filter has more than {LONGEST} bytes")));
    }
    let mut reader = Reader { rest: text };
    let comparisons = reader.conjunction()?;
    match reader.rest.trim_start() {
        "" => Ok(comparisons),
        rest => Err(invalid(format!("`{}` is not expected, only comparisons with `eq`, joined by `and`", shown(rest)))),
    }
}

/// Reads a path.
///
/// # Errors
/// `invalidPath`.
pub fn parse_path(text: &str) -> Result<Path, Fault> {
    let invalid = |detail: String| Fault::new(FaultKind::InvalidPath, detail);
    if text.len() > LONGEST {
        return Err(invalid(format!("the path has more than {LONGEST} bytes")));
    }
    let mut reader = Reader { rest: text };
    let name = reader.name().to_ascii_lowercase();
    let selector = reader.selector().map_err(|fault| invalid(fault.detail))?;
    let (attribute, mut sub) = match name.split_once('.') {
        Some((attribute, sub)) if !name.starts_with("urn:") => (attribute.to_owned(), Some(sub.to_owned())),
        _ => (name, None),
    };
    if let Some(rest) = reader.rest.strip_prefix('.') {
        reader.rest = rest;
        sub = Some(reader.name().to_ascii_lowercase());
    }
    if attribute.is_empty() || sub.as_ref().is_some_and(String::is_empty) || !reader.rest.trim().is_empty() {
        return Err(invalid(format!("`{}` is no path such as `active` or `members[value eq \"…\"]`", shown(text))));
    }
    Ok(Path { attribute, selector, sub })
}

/// An attribute's name without the schema that it may be written with.
pub(super) fn local_name(name: &str) -> &str {
    let prefix =
        SCHEMAS.iter().find(|schema| name.get(..schema.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(schema)));
    prefix.and_then(|schema| name.get(schema.len()..)).unwrap_or(name)
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    /// Comparisons with `and` between, up to the end or a bracket.
    fn conjunction(&mut self) -> Result<Vec<Comparison>, Fault> {
        let mut comparisons = self.comparison()?;
        while self.word("and") {
            comparisons.extend(self.comparison()?);
        }
        Ok(comparisons)
    }

    /// `attribute eq value`, or `attribute[…]`, or `attribute[…].sub eq value`.
    fn comparison(&mut self) -> Result<Vec<Comparison>, Fault> {
        self.rest = self.rest.trim_start();
        let mut attribute = self.name().to_ascii_lowercase();
        if attribute.is_empty() {
            return Err(invalid(format!("`{}` begins with no attribute", shown(self.rest))));
        }
        let mut comparisons = Vec::new();
        if let Some(selector) = self.selector()? {
            comparisons.extend(
                selector.into_iter().map(|inner| Comparison {
                    attribute: format!("{attribute}.{}", inner.attribute),
                    value: inner.value,
                }),
            );
            let Some(rest) = self.rest.strip_prefix('.') else { return Ok(comparisons) };
            self.rest = rest;
            attribute = format!("{attribute}.{}", self.name().to_ascii_lowercase());
        }
        self.rest = self.rest.trim_start();
        let operator = self.name();
        if !operator.eq_ignore_ascii_case("eq") {
            return Err(invalid(format!("`{}` is not offered, expected `eq`", shown(operator))));
        }
        comparisons.push(Comparison { attribute, value: self.value()? });
        Ok(comparisons)
    }

    fn selector(&mut self) -> Result<Option<Vec<Comparison>>, Fault> {
        let Some(rest) = self.rest.strip_prefix('[') else { return Ok(None) };
        // One within another could go as deep as the stack.
        if rest.split(']').next().is_some_and(|inside| inside.contains('[')) && !rest.contains('"') {
            return Err(invalid("a bracket stands within a bracket".to_owned()));
        }
        self.rest = rest.trim_start();
        let mut comparisons = vec![self.plain()?];
        while self.word("and") {
            comparisons.push(self.plain()?);
        }
        self.rest = self.rest.trim_start();
        let rest = self.rest.strip_prefix(']').ok_or_else(|| invalid("a `]` is missing".to_owned()))?;
        self.rest = rest;
        Ok(Some(comparisons))
    }

    /// `attribute eq value` without brackets.
    fn plain(&mut self) -> Result<Comparison, Fault> {
        self.rest = self.rest.trim_start();
        let attribute = self.name().to_ascii_lowercase();
        self.rest = self.rest.trim_start();
        let operator = self.name();
        if attribute.is_empty() || !operator.eq_ignore_ascii_case("eq") {
            return Err(invalid(
                "within brackets only comparisons with `eq`, joined by `and`, are expected".to_owned(),
            ));
        }
        Ok(Comparison { attribute, value: self.value()? })
    }

    /// Letters, digits and what names and schemas are written with.
    fn name(&mut self) -> &'t str {
        let is_inside = |sign: char| sign.is_ascii_alphanumeric() || "._-:$".contains(sign);
        let end = self.rest.find(|sign| !is_inside(sign)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        local_name(name)
    }

    /// A JSON text, number, `true`, `false` or `null`.
    fn value(&mut self) -> Result<Value, Fault> {
        self.rest = self.rest.trim_start();
        let mut values = serde_json::Deserializer::from_str(self.rest).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) if !value.is_array() && !value.is_object() => {
                self.rest = self.rest.get(values.byte_offset()..).unwrap_or_default();
                Ok(value)
            }
            _ => Err(invalid(format!("`{}` begins with no value such as \"text\" or true", shown(self.rest)))),
        }
    }

    /// Whether the next word is this one, which is then passed over.
    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start();
        let is_it = rest.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
        match rest.get(word.len()..) {
            Some(behind) if is_it && behind.starts_with(char::is_whitespace) => {
                self.rest = behind;
                true
            }
            _ => false,
        }
    }
}

fn invalid(detail: String) -> Fault {
    Fault::new(FaultKind::InvalidFilter, detail)
}

/// A text as a message quotes it.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(80).collect::<String>().escape_debug().to_string()
}
