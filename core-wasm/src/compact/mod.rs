//! The compact form of calls and answers: the same values as in JSON, as flat bytes that are quick to write and to read.
//!
//! A version byte, then the value. Nothing is aligned, padded, named or sorted; what stands where follows from the types:
//!
//! | value | bytes |
//! |---|---|
//! | boolean | one: 0 or 1 |
//! | integer | eight (`i64`) or four (`u32`), little-endian |
//! | text | its length in bytes (four, little-endian), then UTF-8 |
//! | optional | one: 0 for `null`, or 1 and the value |
//! | list | the number of its elements (four, little-endian), then each |
//! | struct | its fields, in the order of [`layout`] |
//! | enum | one: the variant's number in [`layout`], then the variant's fields |
//!
//! There is one way to write a value, so equal facts are equal bytes, and whatever is accepted is written back as it was.
//! Every length is checked against what is there, and what is left over is a fault.

mod basics;
mod layout;
mod read;
#[cfg(feature = "rules")]
mod wire;
mod write;

#[cfg(feature = "rules")]
pub use self::wire::{answer, answer_with};
pub use self::{
    read::{Fault, Read, Reader},
    write::Write,
};

/// Version of this form, the first byte of every call and answer.
pub const VERSION: u8 = 1;

/// Room for a usual call or answer.
const FIRST_ROOM: usize = 512;

/// A value with the version before it.
#[must_use]
pub fn to_vec(value: &impl Write) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(FIRST_ROOM);
    bytes.push(VERSION);
    value.write(&mut bytes);
    bytes
}

/// Reads one value that takes up all bytes behind the version.
///
/// # Errors
/// Says what is wrong, at which byte.
pub fn from_slice<T: Read>(bytes: &[u8]) -> Result<T, Fault> {
    let mut reader = Reader::new(bytes);
    reader.version()?;
    let value = T::read(&mut reader)?;
    reader.end()?;
    Ok(value)
}
