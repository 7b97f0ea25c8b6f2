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
    /// What is not read yet: the end of the text.
    rest: &'a [u8],
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
        Self { text, rest: text.as_bytes() }
    }

    /// The whole text.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// How many bytes are behind it.
    pub(super) fn position(&self) -> usize {
        self.before(self.rest)
    }

    /// The first byte of the next token.
    #[inline(always)]
    pub(super) fn peek(&mut self) -> Option<u8> {
        match self.rest {
            [byte, ..] if *byte > b' ' => Some(*byte),
            _ => self.behind_space(),
        }
    }

    fn behind_space(&mut self) -> Option<u8> {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    /// An error that says what would be right here and what is there.
    #[cold]
    #[inline(never)]
    pub(super) fn expected(&mut self, what: &str) -> Error {
        self.peek();
        let mut rest = self.text.get(self.before(self.rest)..).unwrap_or_default().chars();
        let found = match rest.next() {
            Some('{') => "an object",
            Some('[') => "an array",
            Some('"') => "a string",
            Some('-' | '0'..='9') => "a number",
            Some(_) if self.rest.starts_with(b"true") || self.rest.starts_with(b"false") => "a boolean",
            Some(_) if self.rest.starts_with(b"null") => "null",
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
        self.peek() == Some(b'n') && self.word(b"null")
    }

    pub(super) fn boolean(&mut self) -> Result<bool, Error> {
        match self.peek() {
            Some(b't') if self.word(b"true") => Ok(true),
            Some(b'f') if self.word(b"false") => Ok(false),
            _ => Err(self.expected("a boolean")),
        }
    }

    pub(super) fn integer(&mut self) -> Result<i64, Error> {
        let Some(b'-' | b'0'..=b'9') = self.peek() else { return Err(self.expected("an integer")) };
        let number = self.rest;
        let negative = self.take(b'-');
        let digits = self.rest;
        let mut value = 0_i64;
        while let [digit @ b'0'..=b'9', rest @ ..] = self.rest {
            // What does not fit is read again below.
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit & 0xF));
            self.rest = rest;
        }
        let count = digits.len().wrapping_sub(self.rest.len());
        if count == 0 {
            return Err(Error::new("expected digits after `-`"));
        }
        if digits.first() == Some(&b'0') && (negative || count > 1) {
            return Err(Error::new("expected an integer without leading zeros"));
        }
        if matches!(self.rest, [b'.' | b'e' | b'E', ..]) {
            return Err(Error::new("expected an integer, found a fraction or an exponent"));
        }
        if !matches!(count, 0..=SAFE_DIGITS) {
            return self.since(number).parse().map_err(|_| Error::new("expected an integer of 64 bits"));
        }
        Ok(if negative { value.wrapping_neg() } else { value })
    }

    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Error> {
        self.begin(b'"', "a string")?;
        let plain = self.plain();
        if self.take(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut decoded = plain.to_owned();
        loop {
            match self.rest {
                [b'"', rest @ ..] => {
                    self.rest = rest;
                    return Ok(Cow::Owned(decoded));
                }
                [b'\\', rest @ ..] => {
                    self.rest = rest;
                    decoded.push(self.escaped()?);
                }
                [_, ..] => return Err(Error::new("control character in a string")),
                [] => return Err(Error::new("string without end")),
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
        if names.get(likely).is_some_and(|name| self.member_is(is_first, name)) {
            return Ok(Some(likely));
        }
        if !self.has_member(is_first)? {
            return Ok(None);
        }
        let name = self.string()?;
        self.colon()?;
        match place(&name, names) {
            Some(index) => Ok(Some(index)),
            None => Err(serde::de::Error::unknown_field(&name, names)),
        }
    }

    /// Whether the object has a further member, whose name is next then.
    pub(super) fn has_member(&mut self, is_first: bool) -> Result<bool, Error> {
        self.peek();
        if self.take(b'}') {
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
        match place(&name, names) {
            Some(index) => Ok(Named { index, is_bare }),
            None => Err(serde::de::Error::unknown_variant(&name, names)),
        }
    }

    /// The object has one member only.
    pub(super) fn end_object(&mut self) -> Result<(), Error> {
        self.begin(b'}', "`}`")
    }

    pub(super) fn begin_array(&mut self) -> Result<(), Error> {
        self.begin(b'[', "an array")
    }

    /// Whether the array has a further element, which is next then.
    pub(super) fn element(&mut self, is_first: bool) -> Result<bool, Error> {
        self.peek();
        if self.take(b']') {
            return Ok(false);
        }
        if !is_first {
            self.comma("`,` or `]`")?;
        }
        Ok(true)
    }

    #[inline(always)]
    fn begin(&mut self, bracket: u8, what: &str) -> Result<(), Error> {
        self.peek();
        if self.take(bracket) { Ok(()) } else { Err(self.expected(what)) }
    }

    fn comma(&mut self, expected: &str) -> Result<(), Error> {
        if self.take(b',') { Ok(()) } else { Err(self.expected(expected)) }
    }

    /// What follows a backslash, as the character it stands for.
    fn escaped(&mut self) -> Result<char, Error> {
        let byte = self.rest.first();
        self.rest = self.rest.get(1..).unwrap_or_default();
        Ok(match byte {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(*plain),
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
        let code = if matches!(unit, 0xD800..=0xDBFF) && self.word(b"\\u") {
            let low = self.hex()?;
            if !matches!(low, 0xDC00..=0xDFFF) {
                return Err(Error::new("lone surrogate in a string"));
            }
            (unit & 0x3FF).wrapping_mul(0x400).wrapping_add(low & 0x3FF).wrapping_add(0x1_0000)
        } else {
            unit
        };
        char::from_u32(code).ok_or_else(|| Error::new("lone surrogate in a string"))
    }

    fn hex(&mut self) -> Result<u32, Error> {
        let mut code = 0_u32;
        for _ in 0..4 {
            let digit = self.rest.first().and_then(|byte| char::from(*byte).to_digit(16));
            let digit = digit.ok_or_else(|| Error::new("expected four hexadecimal digits after `\\u`"))?;
            code = code.wrapping_mul(16).wrapping_add(digit);
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        Ok(code)
    }

    /// The part of a string up to its end, an escape or what is not allowed in one.
    #[inline(always)]
    fn plain(&mut self) -> &'a str {
        let start = self.rest;
        self.rest = start.get(word::plain(start)..).unwrap_or_default();
        self.since(start)
    }

    /// Steps over a member's name, up to its value, if it is this one and no spaces are about it.
    #[inline(always)]
    fn member_is(&mut self, is_first: bool, name: &str) -> bool {
        let ((true, [b'"', quoted @ ..]) | (false, [b',', b'"', quoted @ ..])) = (is_first, self.rest) else {
            return false;
        };
        let Some((found, [b'"', b':', value @ ..])) = quoted.split_at_checked(name.len()) else { return false };
        let is_it = word::same(found, name.as_bytes());
        if is_it {
            self.rest = value;
        }
        is_it
    }

    /// How many bytes of the text are before its end that is given.
    #[inline(always)]
    fn before(&self, rest: &[u8]) -> usize {
        self.text.len().wrapping_sub(rest.len())
    }

    /// What was read since that was not read yet.
    #[inline(always)]
    fn since(&self, start: &[u8]) -> &'a str {
        self.text.get(self.before(start)..self.before(self.rest)).unwrap_or_default()
    }

    /// Steps over a word, if that is next.
    #[inline(always)]
    pub(super) fn word<const LENGTH: usize>(&mut self, word: &[u8; LENGTH]) -> bool {
        match self.rest.split_first_chunk() {
            Some((next, rest)) if next == word => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Steps over a byte, if that is next.
    #[inline(always)]
    fn take(&mut self, byte: u8) -> bool {
        self.word(&[byte])
    }
}

/// The place of a name among names.
fn place(name: &str, names: Names) -> Option<usize> {
    names.iter().position(|known| *known == name)
}
