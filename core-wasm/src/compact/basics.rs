//! What every value is made of: booleans, integers, texts, optional values, lists.

use super::{
    read::{Fault, Read, Reader},
    write::{self, Write},
};
use crate::copy::append;

/// A list is given room for as many elements at first; for more, room is made while they are read.
const FIRST_ROOM: usize = 32;

impl Write for bool {
    #[inline]
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(*self));
    }
}

impl Read for bool {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let before = reader.clone();
        match reader.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(before.fault("a boolean: 0 or 1")),
        }
    }
}

impl Write for i64 {
    #[inline]
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
}

impl Read for i64 {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.array().map(Self::from_le_bytes)
    }
}

impl Write for u32 {
    #[inline]
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
}

impl Read for u32 {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.array().map(Self::from_le_bytes)
    }
}

impl Write for String {
    #[inline]
    fn write(&self, bytes: &mut Vec<u8>) {
        write::count(self.len(), bytes);
        append(bytes, self.as_bytes());
    }
}

impl Read for String {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.text()
    }
}

impl<T: Write> Write for Option<T> {
    #[inline]
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self.is_some()));
        if let Some(value) = self {
            value.write(bytes);
        }
    }
}

impl<T: Read> Read for Option<T> {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let before = reader.clone();
        match reader.byte()? {
            0 => Ok(None),
            1 => T::read(reader).map(Some),
            _ => Err(before.fault("0 for nothing or 1 before a value")),
        }
    }
}

impl<T: Write> Write for Box<T> {
    fn write(&self, bytes: &mut Vec<u8>) {
        T::write(self, bytes);
    }
}

impl<T: Read> Read for Box<T> {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        T::read(reader).map(Self::new)
    }
}

impl<T: Write> Write for [T] {
    #[inline]
    fn write(&self, bytes: &mut Vec<u8>) {
        write::count(self.len(), bytes);
        for element in self {
            element.write(bytes);
        }
    }
}

impl<T: Write> Write for Vec<T> {
    #[inline]
    fn write(&self, bytes: &mut Vec<u8>) {
        self.as_slice().write(bytes);
    }
}

impl<T: Read> Read for Vec<T> {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let count = reader.count()?;
        let mut list = Self::with_capacity(count.min(FIRST_ROOM));
        for _ in 0..count {
            list.push(T::read(reader)?);
        }
        Ok(list)
    }
}
