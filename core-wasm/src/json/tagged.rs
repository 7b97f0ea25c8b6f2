//! Reading an enum whose variant's name stands apart from its content, as a reason's code does.

use serde::{
    Deserializer,
    de::{DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor},
};

use super::{error::Error, scan::Scanner};

/// The two halves, handed over one after the other. Serde's derived reader for members in any order would bring a buffer
/// for values of free form, which is larger than all else that reads reasons.
pub(super) struct Tagged<'n, 's, 'a> {
    pub(super) tag: &'n str,
    pub(super) content: &'s mut Scanner<'a>,
}

impl<'a> Deserializer<'a> for Tagged<'_, '_, 'a> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Halves { tag: Some(self.tag), content: self.content })
    }

    serde::forward_to_deserialize_any! {
        <W: Visitor<'a>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Halves<'n, 's, 'a> {
    tag: Option<&'n str>,
    content: &'s mut Scanner<'a>,
}

impl<'a> SeqAccess<'a> for Halves<'_, '_, 'a> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        match self.tag.take() {
            Some(tag) => seed.deserialize(tag.into_deserializer()).map(Some),
            None => seed.deserialize(Content(self.content)).map(Some),
        }
    }
}

/// The content, which is an object: serde asks for it as a value of free form.
struct Content<'s, 'a>(&'s mut Scanner<'a>);

impl<'a> Deserializer<'a> for Content<'_, 'a> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.begin_object()?;
        visitor.visit_map(Members { scanner: self.0, is_first: true })
    }

    serde::forward_to_deserialize_any! {
        <W: Visitor<'a>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The members of the content, by their names: serde does not say here which there are.
struct Members<'s, 'a> {
    scanner: &'s mut Scanner<'a>,
    is_first: bool,
}

impl<'a> MapAccess<'a> for Members<'_, 'a> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        if !self.scanner.has_member(self.is_first)? {
            return Ok(None);
        }
        self.is_first = false;
        let name = self.scanner.string()?;
        self.scanner.colon()?;
        seed.deserialize(name.as_ref().into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(&mut *self.scanner)
    }
}
