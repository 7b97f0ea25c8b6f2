//! A decision table: inputs with their classes, and decisions whose rows are conditions over these classes.

use serde_json::Value;

use crate::markdown::{Section, code, property, sections};

/// Most classes of one input: they are a set of bits.
const MOST_CLASSES: usize = 64;

/// The table of one question.
#[derive(Debug)]
pub struct Table {
    /// The file's name.
    pub name: &'static str,
    /// The call that the classes change.
    pub(crate) base: Value,
    /// What the question depends on, in the order in which it is applied.
    pub(crate) inputs: Vec<Input>,
    /// What the answer is put together from.
    pub(crate) decisions: Vec<Decision>,
    /// The answer in words of the wire, with names of decisions in between.
    pub(crate) answer: Vec<Piece>,
}

/// Something that the question depends on.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) classes: Vec<Class>,
}

/// A kind of facts that are all answered alike.
#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) name: String,
    /// Where in the call something else stands, and what.
    pub(crate) changes: Vec<(String, Value)>,
}

/// A part of the answer.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) name: String,
    pub(crate) hit: Hit,
    pub(crate) rows: Vec<Row>,
}

/// Which of the rows that apply are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hit {
    /// The first, and one has to apply.
    First,
    /// All in order, up to one that says that nothing more is told.
    All,
}

/// What is told under which conditions.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) when: Vec<Condition>,
    pub(crate) told: Vec<Piece>,
    pub(crate) last: bool,
}

/// All conditions of a row must hold.
#[derive(Debug)]
pub(crate) enum Condition {
    /// The input is of one of these classes.
    Class { input: usize, among: u64 },
    /// The decision tells something, or nothing.
    Told { decision: usize, something: bool },
}

/// A part of what is told.
#[derive(Debug)]
pub(crate) enum Piece {
    Text(String),
    Decision(usize),
}

impl Table {
    pub(crate) fn read(name: &'static str, text: &str, base: &str) -> Result<Self, String> {
        let base: Value = serde_json::from_str(base).map_err(|error| format!("its base: {error}"))?;
        let sections = sections(text);
        let [of_inputs, of_decisions @ ..] = sections.as_slice() else { return Err("it has no sections".to_owned()) };
        let inputs = read_inputs(of_inputs, &base)?;
        let headings: Vec<(&str, Hit)> = of_decisions.iter().map(read_heading).collect::<Result<_, _>>()?;
        let names = Names { inputs: &inputs, decisions: headings.iter().map(|(name, _)| *name).collect() };
        let decisions = of_decisions
            .iter()
            .zip(&headings)
            .map(|(section, (name, hit))| {
                let rows = section.rows.iter().map(|row| names.read_row(row)).collect::<Result<_, _>>()?;
                Ok(Decision { name: (*name).to_owned(), hit: *hit, rows })
            })
            .collect::<Result<Vec<_>, String>>()?;
        let answer = names.read_pieces(property(text, "Answer").ok_or("it has no `Answer: `")?)?;
        Ok(Self { name, base, inputs, decisions, answer })
    }
}

fn read_inputs(section: &Section<'_>, base: &Value) -> Result<Vec<Input>, String> {
    if section.heading != "Inputs" {
        return Err(format!("its first section is `{}`, expected `Inputs`", section.heading));
    }
    let question = base["question"].as_object().and_then(|question| question.keys().next()).ok_or("no question")?;
    let mut inputs: Vec<Input> = Vec::new();
    for row in &section.rows {
        let [input, class, facts] = row.as_slice() else { return Err(format!("an input of {} cells", row.len())) };
        if !input.is_empty() {
            inputs.push(Input { name: (*input).to_owned(), classes: Vec::new() });
        }
        let classes = &mut inputs.last_mut().ok_or("a class without an input")?.classes;
        let words = code(facts);
        let changes = words.chunks(2).map(|pair| match pair {
            [pointer, value] => {
                let value = serde_json::from_str(value).map_err(|error| format!("`{value}`: {error}"))?;
                Ok((in_the_call(pointer, question), value))
            }
            _ => Err(format!("`{class}` of `{input}` has a pointer without a value")),
        });
        classes.push(Class { name: (*class).to_owned(), changes: changes.collect::<Result<_, String>>()? });
        if classes.len() > MOST_CLASSES {
            return Err(format!("`{input}` has more than {MOST_CLASSES} classes"));
        }
    }
    Ok(inputs)
}

/// Pointers are written as reasons name what they read: `/…` in the facts, `settings/…` in the settings.
fn in_the_call(pointer: &str, question: &str) -> String {
    if pointer.starts_with('/') { format!("/question/{question}{pointer}") } else { format!("/{pointer}") }
}

/// `name (first that applies)` or `name (all that apply)`.
fn read_heading<'a>(section: &Section<'a>) -> Result<(&'a str, Hit), String> {
    match section.heading.split_once(" (") {
        Some((name, "first that applies)")) => Ok((name, Hit::First)),
        Some((name, "all that apply)")) => Ok((name, Hit::All)),
        _ => Err(format!("`{}` does not say whether the first row applies or all", section.heading)),
    }
}

/// What conditions and answers may name.
struct Names<'a> {
    inputs: &'a [Input],
    decisions: Vec<&'a str>,
}

impl Names<'_> {
    fn read_row(&self, cells: &[&str]) -> Result<Row, String> {
        let (when, told, last) = match cells {
            [when, told] => (when, told, false),
            [when, told, ""] => (when, told, false),
            [when, told, "nothing more is told"] => (when, told, true),
            _ => return Err(format!("a row of another form: {cells:?}")),
        };
        let conditions = when.split(" and ").filter(|condition| !condition.is_empty());
        let when = conditions.map(|condition| self.read_condition(condition)).collect::<Result<_, _>>()?;
        Ok(Row { when, told: self.read_pieces(code(told).first().copied().unwrap_or_default())?, last })
    }

    fn read_condition(&self, condition: &str) -> Result<Condition, String> {
        let unknown = || format!("`{condition}` is no condition");
        let (name, rest) = condition.split_once(" is ").ok_or_else(unknown)?;
        let (negated, words) = match rest.strip_prefix("not ") {
            Some(words) => (true, words),
            None => (false, rest),
        };
        if let Some(decision) = self.decisions.iter().position(|known| *known == name) {
            return if words == "empty" {
                Ok(Condition::Told { decision, something: negated })
            } else {
                Err(unknown())
            };
        }
        let input = self.inputs.iter().position(|input| input.name == name).ok_or_else(unknown)?;
        let classes = self.inputs.get(input).map(|input| input.classes.as_slice()).unwrap_or_default();
        let mut among = 0_u64;
        for word in words.split(" or ") {
            let class = classes.iter().position(|class| class.name == word);
            among |= 1 << class.ok_or_else(|| format!("`{condition}`: `{name}` has no class `{word}`"))?;
        }
        Ok(Condition::Class { input, among: if negated { !among } else { among } })
    }

    /// Text with names of decisions between `<` and `>`.
    fn read_pieces(&self, text: &str) -> Result<Vec<Piece>, String> {
        let mut pieces = Vec::new();
        for (index, part) in text.split('<').enumerate() {
            let text = match (index, part.split_once('>')) {
                (0, _) => part,
                (_, Some((name, text))) => {
                    let decision = self.decisions.iter().position(|known| *known == name);
                    pieces.push(Piece::Decision(decision.ok_or_else(|| format!("there is no `<{name}>`"))?));
                    text
                }
                (_, None) => return Err(format!("`<` without `>` in `{text}`")),
            };
            pieces.push(Piece::Text(text.to_owned()));
        }
        Ok(pieces)
    }
}
