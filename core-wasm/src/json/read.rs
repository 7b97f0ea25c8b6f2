//! The serde side: hands what the scanner finds to the derived types. Kept thin, because it is compiled once per type.

use serde::{
    Deserializer,
    de::{
        DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
        value::U64Deserializer,
    },
};

use super::{
    error::Error,
    scan::{Named, Names, Scanner},
};

impl<'a> Deserializer<'a> for &mut Scanner<'a> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'a>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::new("no call holds a value of a free form"))
    }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.boolean()?)
    }

    fn deserialize_i64<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_i64(self.integer()?)
    }

    fn deserialize_u32<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_i64(self.integer()?)
    }

    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(&self.string()?)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        self.begin_array()?;
        visitor.visit_seq(Elements { scanner: self, is_first: true })
    }

    // One piece of code for each struct, not one for each place where it stands.
    #[inline(never)]
    fn deserialize_struct<V: Visitor<'a>>(self, _: &'static str, fields: Names, visitor: V) -> Result<V::Value, Error> {
        self.begin_object()?;
        visitor.visit_map(Members { scanner: self, fields, likely: 0, is_first: true })
    }

    fn deserialize_enum<V: Visitor<'a>>(self, _: &'static str, variants: Names, visitor: V) -> Result<V::Value, Error> {
        let Named { index, is_bare } = self.variant(variants)?;
        let value = visitor.visit_enum(Variant { scanner: self, index, is_bare })?;
        if is_bare { Ok(value) } else { self.end_object().map(|()| value) }
    }

    serde::forward_to_deserialize_any! {
        <W: Visitor<'a>>
        i8 i16 i32 u8 u16 u64 f32 f64 char str bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct map
        identifier ignored_any
    }
}

/// The members of an object that was begun.
///
/// The derived types are told a field by its place among the fields, so that they need not compare names themselves.
struct Members<'s, 'a> {
    scanner: &'s mut Scanner<'a>,
    fields: Names,
    /// The field behind the one that was read last.
    likely: usize,
    is_first: bool,
}

impl<'a> MapAccess<'a> for Members<'_, 'a> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(index) = self.scanner.member(self.is_first, self.fields, self.likely)? else { return Ok(None) };
        self.is_first = false;
        self.likely = index.saturating_add(1);
        seed.deserialize(place(index)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(&mut *self.scanner)
    }
}

/// The elements of an array that was begun.
struct Elements<'s, 'a> {
    scanner: &'s mut Scanner<'a>,
    is_first: bool,
}

impl<'a> SeqAccess<'a> for Elements<'_, 'a> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if !self.scanner.element(self.is_first)? {
            return Ok(None);
        }
        self.is_first = false;
        seed.deserialize(&mut *self.scanner).map(Some)
    }
}

/// A variant whose name was read; a bare one has no content.
struct Variant<'s, 'a> {
    scanner: &'s mut Scanner<'a>,
    index: usize,
    is_bare: bool,
}

impl<'s, 'a> Variant<'s, 'a> {
    fn content(self) -> Result<&'s mut Scanner<'a>, Error> {
        if self.is_bare {
            Err(Error::new("expected the variant's content, found its name only"))
        } else {
            Ok(self.scanner)
        }
    }
}

impl<'a> EnumAccess<'a> for Variant<'_, 'a> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'a>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let value = seed.deserialize(place(self.index))?;
        Ok((value, self))
    }
}

impl<'a> VariantAccess<'a> for Variant<'_, 'a> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        if self.is_bare { Ok(()) } else { Err(Error::new("expected the variant's name as a string")) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.content()?)
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        Err(Error::new("no call holds a tuple"))
    }

    fn struct_variant<V: Visitor<'a>>(self, fields: Names, visitor: V) -> Result<V::Value, Error> {
        self.content()?.deserialize_struct("", fields, visitor)
    }
}

/// A place in a list of names, as derived types take it.
fn place(index: usize) -> U64Deserializer<Error> {
    u64::try_from(index).unwrap_or(u64::MAX).into_deserializer()
}
