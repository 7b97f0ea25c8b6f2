//! Form bodies and query strings: percent-decoding, the tree that the brackets describe, and typed reading with Stripe's errors.

use std::collections::BTreeMap;

use crate::{
    errors::StripeError,
    model::{Interval, Metadata, ProrationBehavior},
};

/// `a[b][0]=x&a[c]=y` as a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Leaf(String),
    Branch(Vec<(String, Node)>),
}

/// The decoded pairs, in the order in which they were sent.
pub(crate) fn pairs(encoded: &str) -> Vec<(String, String)> {
    encoded
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// The decoded pairs by key; of equal keys the last counts.
pub(crate) fn flat(encoded: &str) -> BTreeMap<String, String> {
    pairs(encoded).into_iter().collect()
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high * 16 + low);
                    rest = after;
                }
                _ => bytes.push(b'%'),
            },
            (other, _) => bytes.push(*other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn segments(key: &str) -> Vec<String> {
    let (head, mut rest) = key.find('[').map_or((key, ""), |at| key.split_at(at));
    let mut segments = vec![head.to_owned()];
    while let Some(inner) = rest.strip_prefix('[') {
        let Some((segment, after)) = inner.split_once(']') else {
            break;
        };
        segments.push(segment.to_owned());
        rest = after;
    }
    segments
}

fn place(branch: &mut Vec<(String, Node)>, path: &[String], value: String) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    // `expand[]=a&expand[]=b`: an empty segment is the next index.
    let key = if first.is_empty() { branch.len().to_string() } else { first.clone() };
    let at = branch.iter().position(|(known, _)| *known == key);
    if rest.is_empty() {
        match at.and_then(|at| branch.get_mut(at)) {
            Some((_, node)) => *node = Node::Leaf(value),
            None => branch.push((key, Node::Leaf(value))),
        }
        return;
    }
    let at = at.unwrap_or_else(|| {
        branch.push((key, Node::Branch(Vec::new())));
        branch.len() - 1
    });
    if let Some((_, node)) = branch.get_mut(at) {
        if matches!(node, Node::Leaf(_)) {
            *node = Node::Branch(Vec::new());
        }
        if let Node::Branch(children) = node {
            place(children, rest, value);
        }
    }
}

/// Reads parameters one by one; what is left at [`Params::finish`] is unknown to the endpoint.
#[derive(Debug)]
pub(crate) struct Params {
    prefix: String,
    fields: Vec<(String, Node)>,
}

impl Params {
    pub(crate) fn parse(encoded: &str) -> Self {
        let mut fields = Vec::new();
        for (key, value) in pairs(encoded) {
            place(&mut fields, &segments(&key), value);
        }
        Self { prefix: String::new(), fields }
    }

    /// The full name of a field, as Stripe's errors name it: `items[0][quantity]`.
    pub(crate) fn name(&self, key: &str) -> String {
        if self.prefix.is_empty() { key.to_owned() } else { format!("{}[{key}]", self.prefix) }
    }

    fn take(&mut self, key: &str) -> Option<Node> {
        let at = self.fields.iter().position(|(known, _)| known == key)?;
        Some(self.fields.remove(at).1)
    }

    fn leaf(&mut self, key: &str, wanted: &str) -> Result<Option<String>, StripeError> {
        match self.take(key) {
            None => Ok(None),
            Some(Node::Leaf(value)) => Ok(Some(value)),
            Some(Node::Branch(_)) => {
                let name = self.name(key);
                Err(StripeError::invalid(&name, "parameter_invalid", format!("Invalid {wanted} for {name}")))
            }
        }
    }

    pub(crate) fn string(&mut self, key: &str) -> Result<Option<String>, StripeError> {
        let value = self.leaf(key, "string")?;
        if value.as_deref() == Some("") {
            let message = format!("You passed an empty string for '{}'.", self.name(key));
            return Err(StripeError::invalid(&self.name(key), "parameter_invalid_empty", message));
        }
        Ok(value)
    }

    pub(crate) fn required_string(&mut self, key: &str) -> Result<String, StripeError> {
        self.string(key)?.ok_or_else(|| StripeError::missing(&self.name(key)))
    }

    pub(crate) fn integer(&mut self, key: &str) -> Result<Option<i64>, StripeError> {
        let Some(text) = self.string(key)? else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|_| {
            StripeError::invalid(&self.name(key), "parameter_invalid_integer", format!("Invalid integer: {text}"))
        })
    }

    /// A quantity: an integer that is not negative; 0 is allowed.
    pub(crate) fn quantity(&mut self, key: &str) -> Result<Option<u64>, StripeError> {
        let Some(number) = self.integer(key)? else {
            return Ok(None);
        };
        u64::try_from(number).map(Some).map_err(|_| {
            let message = "This value must be greater than or equal to 0.".to_owned();
            StripeError::invalid(&self.name(key), "parameter_invalid_integer", message)
        })
    }

    pub(crate) fn boolean(&mut self, key: &str) -> Result<Option<bool>, StripeError> {
        match self.string(key)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => {
                let message = format!("Invalid boolean: {other}");
                Err(StripeError::invalid(&self.name(key), "parameter_invalid_boolean", message))
            }
        }
    }

    /// One of a fixed list of words.
    pub(crate) fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> Result<Option<T>, StripeError> {
        let Some(text) = self.string(key)? else {
            return Ok(None);
        };
        match choices.iter().find(|(word, _)| *word == text) {
            Some((_, value)) => Ok(Some(*value)),
            None => {
                let name = self.name(key);
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                let message = format!("Invalid {name}: must be one of {}", words.join(", "));
                Err(StripeError::invalid(&name, "parameter_invalid", message))
            }
        }
    }

    pub(crate) fn proration_behavior(&mut self) -> Result<ProrationBehavior, StripeError> {
        let choices = [
            ("create_prorations", ProrationBehavior::CreateProrations),
            ("always_invoice", ProrationBehavior::AlwaysInvoice),
            ("none", ProrationBehavior::None),
        ];
        Ok(self.choice("proration_behavior", &choices)?.unwrap_or(ProrationBehavior::CreateProrations))
    }

    pub(crate) fn interval(&mut self) -> Result<Option<Interval>, StripeError> {
        let all = [Interval::Day, Interval::Week, Interval::Month, Interval::Year];
        self.choice("interval", &all.map(|interval| (interval.as_str(), interval)))
    }

    /// A nested object, if any of its fields was sent.
    pub(crate) fn object(&mut self, key: &str) -> Result<Option<Self>, StripeError> {
        let prefix = self.name(key);
        match self.take(key) {
            None => Ok(None),
            Some(Node::Branch(fields)) => Ok(Some(Self { prefix, fields })),
            Some(Node::Leaf(_)) => Err(StripeError::invalid(&prefix, "parameter_invalid", "Invalid object".to_owned())),
        }
    }

    /// A list of objects: `items[0][..]`, `items[1][..]`.
    pub(crate) fn objects(&mut self, key: &str) -> Result<Vec<Self>, StripeError> {
        let Some(mut list) = self.object(key)? else {
            return Ok(Vec::new());
        };
        let keys: Vec<String> = list.fields.iter().map(|(key, _)| key.clone()).collect();
        if let Some(bad) = keys.iter().find(|key| key.parse::<usize>().is_err()) {
            return Err(StripeError::invalid(&list.name(bad), "parameter_invalid", "Invalid array".to_owned()));
        }
        keys.iter().filter_map(|key| list.object(key).transpose()).collect()
    }

    /// A list of words: `expand[]=a&expand[]=b`.
    pub(crate) fn strings(&mut self, key: &str) -> Result<Vec<String>, StripeError> {
        let Some(mut list) = self.object(key)? else {
            return Ok(Vec::new());
        };
        let keys: Vec<String> = list.fields.iter().map(|(key, _)| key.clone()).collect();
        keys.iter().map(|key| list.required_string(key)).collect()
    }

    /// Metadata to merge; an empty value removes its key. At most 50 keys of 40 characters, values of 500.
    pub(crate) fn metadata(&mut self) -> Result<Option<Metadata>, StripeError> {
        let name = self.name("metadata");
        let fields = match self.take("metadata") {
            None => return Ok(None),
            Some(Node::Branch(fields)) => fields,
            Some(Node::Leaf(_)) => {
                let message = "Invalid object: metadata must be a set of key-value pairs.".to_owned();
                return Err(StripeError::invalid(&name, "parameter_invalid", message));
            }
        };
        let mut metadata = Metadata::new();
        for (key, node) in fields {
            let full = format!("{name}[{key}]");
            let Node::Leaf(value) = node else {
                return Err(StripeError::invalid(&full, "parameter_invalid", "Invalid metadata value".to_owned()));
            };
            if key.chars().count() > 40 || value.chars().count() > 500 {
                let message = "Metadata keys have at most 40 characters and values at most 500.".to_owned();
                return Err(StripeError::invalid(&full, "parameter_invalid", message));
            }
            metadata.insert(key, value);
        }
        if metadata.len() > 50 {
            let message = "Metadata has at most 50 keys.".to_owned();
            return Err(StripeError::invalid(&name, "parameter_invalid", message));
        }
        Ok(Some(metadata))
    }

    /// Refuses what nobody read.
    pub(crate) fn finish(self) -> Result<(), StripeError> {
        match self.fields.first() {
            Some((key, _)) => Err(StripeError::unknown_parameter(&self.name(key))),
            None => Ok(()),
        }
    }
}

/// Merges metadata as Stripe does: an empty value removes the key.
pub(crate) fn merge_metadata(into: &mut Metadata, from: Metadata) {
    for (key, value) in from {
        if value.is_empty() {
            into.remove(&key);
        } else {
            into.insert(key, value);
        }
    }
}
