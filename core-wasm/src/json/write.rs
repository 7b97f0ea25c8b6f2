//! Writing answers: JSON without spaces, members in the order of their fields, behind serde. A property test holds it against
//! serde_json, byte for byte.
//!
//! As with the reader, what is written is written in non-generic functions, so that a further type costs little.

use std::fmt::Error;

use serde::{
    Serialize, Serializer,
    ser::{Impossible, SerializeSeq, SerializeStruct, SerializeStructVariant},
};

use super::word;
use crate::copy::append;

/// Room for a usual answer.
const FIRST_ROOM: usize = 256;
/// Digits of the longest integer.
const MOST_DIGITS: usize = 20;

/// Text that grows at its end.
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(FIRST_ROOM))
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    #[inline(never)]
    pub(super) fn plain(&mut self, text: &str) {
        append(&mut self.0, text.as_bytes());
    }

    /// A name of ours, in which nothing has to be escaped.
    fn word(&mut self, name: &str) {
        self.0.push(b'"');
        self.plain(name);
        self.0.push(b'"');
    }

    /// What stands before a member's value.
    #[inline(never)]
    fn member(&mut self, is_first: bool, name: &str) {
        if !is_first {
            self.0.push(b',');
        }
        self.word(name);
        self.0.push(b':');
    }

    /// What stands before the content of a variant.
    fn variant(&mut self, name: &str) {
        self.0.push(b'{');
        self.member(true, name);
    }

    #[inline(never)]
    fn text(&mut self, text: &str) {
        self.0.push(b'"');
        let mut rest = text.as_bytes();
        while let Some((plain, behind)) = rest.split_at_checked(word::plain(rest)) {
            append(&mut self.0, plain);
            let Some((byte, behind)) = behind.split_first() else { break };
            self.escaped(*byte);
            rest = behind;
        }
        self.0.push(b'"');
    }

    /// A quote, a backslash or a control character.
    #[inline(never)]
    fn escaped(&mut self, byte: u8) {
        let letter = match byte {
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x8 => b'b',
            0xC => b'f',
            ..b' ' => {
                self.plain("\\u00");
                for half in [byte >> 4, byte & 0xF] {
                    self.0.push(char::from_digit(u32::from(half), 16).map_or(b'0', |digit| digit as u8));
                }
                return;
            }
            _ => byte,
        };
        self.0.extend_from_slice(&[b'\\', letter]);
    }

    #[inline(never)]
    fn integer(&mut self, negative: bool, mut value: u64) {
        if negative {
            self.0.push(b'-');
        }
        let mut digits = [b'0'; MOST_DIGITS];
        let mut length = 0_usize;
        for digit in digits.iter_mut().rev() {
            *digit = b'0'.wrapping_add((value % 10) as u8);
            value /= 10;
            length = length.saturating_add(1);
            if value == 0 {
                break;
            }
        }
        append(&mut self.0, digits.get(MOST_DIGITS.saturating_sub(length)..).unwrap_or_default());
    }
}

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Inside<'w>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStruct = Inside<'w>;
    type SerializeStructVariant = Inside<'w>;

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.plain(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Error> {
        self.integer(value < 0, value.unsigned_abs());
        Ok(())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Error> {
        self.integer(false, u64::from(value));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.text(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.plain("null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.word(variant);
        Ok(())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.variant(variant);
        value.serialize(&mut *self)?;
        self.0.push(b'}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inside<'w>, Error> {
        self.0.push(b'[');
        Ok(Inside { writer: self, is_first: true, end: "]" })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Inside<'w>, Error> {
        self.0.push(b'{');
        Ok(Inside { writer: self, is_first: true, end: "}" })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inside<'w>, Error> {
        self.variant(variant);
        self.0.push(b'{');
        Ok(Inside { writer: self, is_first: true, end: "}}" })
    }

    // No answer is made of anything else.
    fn serialize_i8(self, _: i8) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_i16(self, _: i16) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_i32(self, _: i32) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_u8(self, _: u8) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_u16(self, _: u16) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_u64(self, _: u64) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_f32(self, _: f32) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_f64(self, _: f64) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_char(self, _: char) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        Err(Error)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Error> {
        Err(Error)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        Err(Error)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Error> {
        Err(Error)
    }
}

/// The inside of a list or an object that was begun.
pub(super) struct Inside<'w> {
    writer: &'w mut Writer,
    is_first: bool,
    end: &'static str,
}

impl Inside<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        self.writer.member(self.is_first, name);
        self.is_first = false;
        value.serialize(&mut *self.writer)
    }

    fn close(self) -> Result<(), Error> {
        self.writer.plain(self.end);
        Ok(())
    }
}

impl SerializeSeq for Inside<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        if !self.is_first {
            self.writer.0.push(b',');
        }
        self.is_first = false;
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Error> {
        self.close()
    }
}

impl SerializeStruct for Inside<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.field(name, value)
    }

    fn end(self) -> Result<(), Error> {
        self.close()
    }
}

impl SerializeStructVariant for Inside<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.field(name, value)
    }

    fn end(self) -> Result<(), Error> {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Serialize, Serializer};

    use crate::json::to_vec;

    #[derive(Serialize)]
    struct Unit;

    #[derive(Serialize)]
    struct Wrapped(bool);

    #[derive(Serialize)]
    struct Pair(bool, bool);

    #[derive(Serialize)]
    enum Variant {
        Pair(bool, bool),
    }

    struct Bytes;

    impl Serialize for Bytes {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(b"bytes")
        }
    }

    /// In a list, so that something was written before it.
    fn is_left<T: Serialize>(value: T) -> Vec<u8> {
        to_vec(&vec![value])
    }

    #[test]
    fn of_what_no_answer_is_made_of_no_byte_is_left() {
        for left in [
            is_left(1_i8),
            is_left(1_i16),
            is_left(1_i32),
            is_left(1_u8),
            is_left(1_u16),
            is_left(1_u64),
            is_left(1.0_f32),
            is_left(1.0_f64),
            is_left('a'),
            is_left(Bytes),
            is_left(()),
            is_left(Unit),
            is_left(Wrapped(true)),
            is_left((true, true)),
            is_left(Pair(true, true)),
            is_left(Variant::Pair(true, true)),
            is_left(BTreeMap::from([("name", true)])),
        ] {
            assert_eq!(left, b"");
        }
        assert_eq!(is_left(true), b"[true]");
    }
}
