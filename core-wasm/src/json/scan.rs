//! The scanner: walks over JSON text token by token. Nothing in here is generic.

use std::borrow::Cow;

use super::{error::Error, word};

/// Names of members or of variants.
pub(super) type Names = &'static [&'static str];

/// As many digits as 64 bits hold, whichever they are.
const SAFE_DIGITS: usize = 18;

/// A place in a JSON text. The smallest steps are always inlined, in the module that is compiled for size as well: nothing in
/// here is generic, so that costs little.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

/// The name of a variant that was read.
pub(super) struct Named {
    /// Its place in the list of names.
    pub(super) index: usize,
    /// Whether the name is all of it: a string, not an object whose one member holds the content.
    pub(super) is_bare: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The whole text.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// How many bytes are behind it.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The first byte of the next token.
    #[inline(always)]
    pub(super) fn peek(&mut self) -> Option<u8> {
        match self.byte() {
            Some(byte) if byte > b' ' => Some(byte),
            _ => self.behind_space(),
        }
    }

    fn behind_space(&mut self) -> Option<u8> {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.step();
        }
        self.byte()
    }

    /// An error that says what would be right here and what is there.
    #[cold]
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
        let mut value = 0_i64;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            // What does not fit is read again below.
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit & 0xF));
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
        if digits.len() > SAFE_DIGITS {
            return self.since(start).parse().map_err(|_| Error::new("expected an integer of 64 bits"));
        }
        Ok(if negative { value.wrapping_neg() } else { value })
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
        self.begin(b'{', "an object")
    }

    /// Reads the name of the next member of an object, up to its value: its place among `names`, or nothing at the
    /// object's end. Calls are mostly written in the order of their fields, so the one at `likely` is tried first.
    pub(super) fn member(&mut self, is_first: bool, names: Names, likely: usize) -> Result<Option<usize>, Error> {
        if !self.has_member(is_first)? {
            return Ok(None);
        }
        if names.get(likely).is_some_and(|name| self.name_is(name)) {
            self.colon()?;
            return Ok(Some(likely));
        }
        let name = self.string()?;
        self.colon()?;
        match names.iter().position(|known| *known == name) {
            Some(index) => Ok(Some(index)),
            None => Err(serde::de::Error::unknown_field(&name, names)),
        }
    }

    /// Whether the object has a further member, whose name is next then.
    pub(super) fn has_member(&mut self, is_first: bool) -> Result<bool, Error> {
        if self.peek() == Some(b'}') {
            self.step();
            return Ok(false);
        }
        if !is_first {
            self.comma("`,` or `}`")?;
        }
        if self.peek() == Some(b'"') { Ok(true) } else { Err(self.expected("a member's name")) }
    }

    pub(super) fn colon(&mut self) -> Result<(), Error> {
        self.peek();
        if self.take(b':') { Ok(()) } else { Err(self.expected("`:`")) }
    }

    /// Reads the name of a variant, up to its content if it has one.
    pub(super) fn variant(&mut self, names: Names) -> Result<Named, Error> {
        let is_bare = self.peek() == Some(b'"');
        if !is_bare {
            self.begin_object().map_err(|_| self.expected("a variant as a string or as an object with one member"))?;
            if !self.has_member(true)? {
                return Err(Error::new("expected a variant, found an empty object"));
            }
        }
        let name = self.string()?;
        if !is_bare {
            self.colon()?;
        }
        match names.iter().position(|known| *known == name) {
            Some(index) => Ok(Named { index, is_bare }),
            None => Err(serde::de::Error::unknown_variant(&name, names)),
        }
    }

    /// The object has one member only.
    pub(super) fn end_object(&mut self) -> Result<(), Error> {
        if self.peek() != Some(b'}') {
            return Err(self.expected("`}`"));
        }
        self.step();
        Ok(())
    }

    pub(super) fn begin_array(&mut self) -> Result<(), Error> {
        self.begin(b'[', "an array")
    }

    /// Whether the array has a further element, which is next then.
    pub(super) fn element(&mut self, is_first: bool) -> Result<bool, Error> {
        if self.peek() == Some(b']') {
            self.step();
            return Ok(false);
        }
        if !is_first {
            self.comma("`,` or `]`")?;
        }
        Ok(true)
    }

    fn begin(&mut self, bracket: u8, what: &str) -> Result<(), Error> {
        if self.peek() != Some(bracket) {
            return Err(self.expected(what));
        }
        self.step();
        Ok(())
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
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let length = word::plain(rest);
        self.at = start.saturating_add(length);
        self.since(start)
    }

    /// Steps over the name in quotes, if that is next as it stands.
    fn name_is(&mut self, name: &str) -> bool {
        let rest = self.text.as_bytes().get(self.at.saturating_add(1)..).unwrap_or_default();
        let is_next = rest
            .split_at_checked(name.len())
            .is_some_and(|(start, behind)| behind.first() == Some(&b'"') && word::same(start, name.as_bytes()));
        if is_next {
            self.at = self.at.saturating_add(name.len()).saturating_add(2);
        }
        is_next
    }

    #[inline(always)]
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

    #[inline(always)]
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.byte() == Some(byte);
        if is_next {
            self.step();
        }
        is_next
    }

    #[inline(always)]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline(always)]
    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }
}
