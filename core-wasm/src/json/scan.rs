//! The scanner: walks over JSON text token by token and remembers where it is. Nothing in here is generic.

use std::borrow::Cow;

use super::error::{Error, shortened};

/// A place in a JSON text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Level<'a>>,
    name: Cow<'a, str>,
}

/// A bracket that is open.
enum Level<'a> {
    /// An object, with the present member's name as written.
    Object { member: Option<&'a str> },
    /// An array, with the number of elements begun.
    Array { begun: usize },
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, open: Vec::new(), name: Cow::Borrowed("") }
    }

    /// How many bytes are behind it.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The name that was read last: of a member or of a variant.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Where it is, as a JSON pointer.
    pub(super) fn pointer(&self) -> String {
        let mut pointer = String::new();
        for level in &self.open {
            match level {
                Level::Object { member: Some(name) } => {
                    pointer.push('/');
                    pointer.push_str(shortened(name));
                }
                Level::Array { begun } if *begun > 0 => {
                    pointer.push('/');
                    pointer.push_str(&begun.saturating_sub(1).to_string());
                }
                Level::Object { member: None } | Level::Array { .. } => {}
            }
        }
        pointer
    }

    /// The first byte of the next token.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.step();
        }
        self.byte()
    }

    /// An error that says what would be right here and what is there.
    pub(super) fn expected(&mut self, what: &str) -> Error {
        self.peek();
        let mut rest = self.text.get(self.at..).unwrap_or_default().chars();
        let found = match rest.next() {
            Some('{') => "an object",
            Some('[') => "an array",
            Some('"') => "a string",
            Some('-' | '0'..='9') => "a number",
            Some(_) if self.is_next("true") || self.is_next("false") => "a boolean",
            Some(_) if self.is_next("null") => "null",
            Some(other) => {
                return Error::joined(&["expected ", what, ", found `", other.encode_utf8(&mut [0; 4]), "`"]);
            }
            None => "the end",
        };
        Error::joined(&["expected ", what, ", found ", found])
    }

    /// Nothing may follow.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        if self.peek().is_none() { Ok(()) } else { Err(self.expected("the end")) }
    }

    /// Steps over `null`, if that is next.
    pub(super) fn null(&mut self) -> bool {
        self.peek();
        self.word("null")
    }

    pub(super) fn boolean(&mut self) -> Result<bool, Error> {
        self.peek();
        if self.word("true") {
            Ok(true)
        } else if self.word("false") {
            Ok(false)
        } else {
            Err(self.expected("a boolean"))
        }
    }

    pub(super) fn integer(&mut self) -> Result<i64, Error> {
        let Some(b'-' | b'0'..=b'9') = self.peek() else { return Err(self.expected("an integer")) };
        let start = self.at;
        let negative = self.take(b'-');
        let first = self.at;
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.step();
        }
        let digits = self.since(first);
        if digits.is_empty() {
            return Err(Error::new("expected digits after `-`"));
        }
        if digits.starts_with('0') && (negative || digits.len() > 1) {
            return Err(Error::new("expected an integer without leading zeros"));
        }
        if matches!(self.byte(), Some(b'.' | b'e' | b'E')) {
            return Err(Error::new("expected an integer, found a fraction or an exponent"));
        }
        self.since(start).parse().map_err(|_| Error::new("expected an integer of 64 bits"))
    }

    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Error> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a string"));
        }
        self.step();
        let plain = self.plain();
        if self.take(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut decoded = plain.to_owned();
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.step();
                    return Ok(Cow::Owned(decoded));
                }
                Some(b'\\') => {
                    self.step();
                    decoded.push(self.escaped()?);
                }
                Some(_) => return Err(Error::new("control character in a string")),
                None => return Err(Error::new("string without end")),
            }
            decoded.push_str(self.plain());
        }
    }

    pub(super) fn begin_object(&mut self) -> Result<(), Error> {
        if self.peek() != Some(b'{') {
            return Err(self.expected("an object"));
        }
        self.step();
        self.open.push(Level::Object { member: None });
        Ok(())
    }

    /// Reads the [name](Self::name) of the next member of the object, up to its value; false at the object's end.
    pub(super) fn member(&mut self) -> Result<bool, Error> {
        let is_first = matches!(self.open.last(), Some(Level::Object { member: None }));
        if self.peek() == Some(b'}') {
            self.close();
            return Ok(false);
        }
        if !is_first {
            self.comma("`,` or `}`")?;
        }
        if self.peek() != Some(b'"') {
            return Err(self.expected("a member's name"));
        }
        let start = self.at.saturating_add(1);
        self.name = self.string()?;
        let written = self.text.get(start..self.at.saturating_sub(1));
        if let Some(Level::Object { member }) = self.open.last_mut() {
            *member = written;
        }
        self.peek();
        if self.take(b':') { Ok(true) } else { Err(self.expected("`:`")) }
    }

    /// Reads the [name](Self::name) of a variant; true when that is all of it: a string, not an object whose one member
    /// holds its content.
    pub(super) fn variant(&mut self) -> Result<bool, Error> {
        if self.peek() == Some(b'"') {
            self.name = self.string()?;
            return Ok(true);
        }
        self.begin_object().map_err(|_| self.expected("a variant as a string or as an object with one member"))?;
        if self.member()? { Ok(false) } else { Err(Error::new("expected a variant, found an empty object")) }
    }

    /// The object has one member only.
    pub(super) fn end_object(&mut self) -> Result<(), Error> {
        if self.peek() != Some(b'}') {
            return Err(self.expected("`}`"));
        }
        self.close();
        Ok(())
    }

    pub(super) fn begin_array(&mut self) -> Result<(), Error> {
        if self.peek() != Some(b'[') {
            return Err(self.expected("an array"));
        }
        self.step();
        self.open.push(Level::Array { begun: 0 });
        Ok(())
    }

    /// Whether the array has a further element, which is next then.
    pub(super) fn element(&mut self) -> Result<bool, Error> {
        if self.peek() == Some(b']') {
            self.close();
            return Ok(false);
        }
        if !matches!(self.open.last(), Some(Level::Array { begun: 0 })) {
            self.comma("`,` or `]`")?;
        }
        if let Some(Level::Array { begun }) = self.open.last_mut() {
            *begun = begun.saturating_add(1);
        }
        Ok(true)
    }

    fn close(&mut self) {
        self.step();
        self.open.pop();
    }

    fn comma(&mut self, expected: &str) -> Result<(), Error> {
        if self.take(b',') { Ok(()) } else { Err(self.expected(expected)) }
    }

    /// What follows a backslash, as the character it stands for.
    fn escaped(&mut self) -> Result<char, Error> {
        let byte = self.byte();
        self.step();
        Ok(match byte {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(Error::new("unknown escape in a string")),
        })
    }

    /// A character by its code: four hexadecimal digits, or a pair of surrogates.
    fn unicode(&mut self) -> Result<char, Error> {
        let unit = self.hex()?;
        let code = if matches!(unit, 0xD800..=0xDBFF) && self.word("\\u") {
            let low = self.hex()?;
            if !matches!(low, 0xDC00..=0xDFFF) {
                return Err(Error::new("lone surrogate in a string"));
            }
            ((unit & 0x3FF) << 10 | (low & 0x3FF)).saturating_add(0x1_0000)
        } else {
            unit
        };
        char::from_u32(code).ok_or_else(|| Error::new("lone surrogate in a string"))
    }

    fn hex(&mut self) -> Result<u32, Error> {
        let mut code = 0_u32;
        for _ in 0..4 {
            let digit = self.byte().and_then(|byte| char::from(byte).to_digit(16));
            let digit = digit.ok_or_else(|| Error::new("expected four hexadecimal digits after `\\u`"))?;
            code = (code << 4) | digit;
            self.step();
        }
        Ok(code)
    }

    /// The part of a string up to its end, an escape or what is not allowed in one.
    fn plain(&mut self) -> &'a str {
        let start = self.at;
        while matches!(self.byte(), Some(byte) if byte >= b' ' && byte != b'"' && byte != b'\\') {
            self.step();
        }
        self.since(start)
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn word(&mut self, word: &str) -> bool {
        let is_next = self.is_next(word);
        if is_next {
            self.at = self.at.saturating_add(word.len());
        }
        is_next
    }

    fn is_next(&self, word: &str) -> bool {
        self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()))
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.byte() == Some(byte);
        if is_next {
            self.step();
        }
        is_next
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }
}
