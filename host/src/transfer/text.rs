//! Free texts: anything but the NUL character, which PostgreSQL cannot store.

use serde::{Deserialize, Deserializer, de};

use crate::ports::store::snapshot::Translations;

/// Reads a text that must be there.
pub(super) fn required<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    Text::deserialize(input).map(|text| text.0)
}

/// Reads a text or `null`.
pub(super) fn optional<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Text>::deserialize(input)?.map(|text| text.0))
}

/// Reads a list of texts.
pub(super) fn list<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    Ok(Vec::<Text>::deserialize(input)?.into_iter().map(|text| text.0).collect())
}

/// Reads a list of texts or `null`.
pub(super) fn optional_list<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Vec<String>>, D::Error> {
    Ok(Option::<Vec<Text>>::deserialize(input)?.map(|texts| texts.into_iter().map(|text| text.0).collect()))
}

/// Reads a text by language; `null` is one in no language.
pub(super) fn translations<'de, D: Deserializer<'de>>(input: D) -> Result<Translations, D::Error> {
    let found = Option::<Translations>::deserialize(input)?.unwrap_or_default();
    for text in [&found.en, &found.de, &found.fr, &found.it].into_iter().flatten() {
        sound(text)?;
    }
    Ok(found)
}

/// A text without NUL.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        sound(&text)?;
        Ok(Self(text))
    }
}

fn sound<E: de::Error>(text: &str) -> Result<(), E> {
    if text.contains('\0') { Err(E::custom("the text holds a NUL character, expected none")) } else { Ok(()) }
}
