//! Reading: a place in the bytes that only moves on, and what can be wrong there.

use std::fmt;

use crate::copy::append;

/// What can be read.
pub trait Read: Sized {
    /// Reads one value and moves on behind it.
    ///
    /// # Errors
    /// Says what is wrong, at which byte.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault>;
}

/// Why bytes could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    expected: &'static str,
    at: usize,
}

impl Fault {
    /// What would have been right.
    #[must_use]
    pub fn expected(&self) -> &'static str {
        self.expected
    }

    /// How many bytes were read before.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "expected {} (byte {})", self.expected, self.at)
    }
}

impl std::error::Error for Fault {}

/// A place in the bytes of a value.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    length: usize,
}

impl<'a> Reader<'a> {
    /// At the beginning.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, length: bytes.len() }
    }

    /// Steps over the version.
    ///
    /// # Errors
    /// When it is another.
    pub fn version(&mut self) -> Result<(), Fault> {
        let before = self.clone();
        match self.byte()? {
            super::VERSION => Ok(()),
            _ => Err(before.fault("version 1 of the compact form")),
        }
    }

    /// Nothing may follow.
    ///
    /// # Errors
    /// When something does.
    pub fn end(&self) -> Result<(), Fault> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.fault("the end")) }
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    #[inline]
    pub(super) fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], Fault> {
        match self.rest.split_first_chunk() {
            Some((array, rest)) => {
                self.rest = rest;
                Ok(*array)
            }
            None => Err(self.fault("more bytes")),
        }
    }

    /// A number of bytes or of elements, of which each takes one byte at least.
    #[inline]
    pub(super) fn count(&mut self) -> Result<usize, Fault> {
        let before = self.clone();
        let count = u32::from_le_bytes(self.array()?);
        match usize::try_from(count) {
            Ok(count) if count <= self.rest.len() => Ok(count),
            _ => Err(before.fault("a length within the bytes")),
        }
    }

    pub(super) fn text(&mut self) -> Result<String, Fault> {
        let length = self.count()?;
        let (text, rest) = self.rest.split_at_checked(length).ok_or_else(|| self.fault("more bytes"))?;
        // Looked at where it is going to stay: there it is aligned.
        let mut bytes = Vec::with_capacity(text.len());
        append(&mut bytes, text);
        let text = String::from_utf8(bytes).map_err(|_| self.fault("UTF-8"))?;
        self.rest = rest;
        Ok(text)
    }

    #[cold]
    pub(super) fn fault(&self, expected: &'static str) -> Fault {
        Fault { expected, at: self.length.saturating_sub(self.rest.len()) }
    }
}
