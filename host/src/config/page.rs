//! The store page: its language and words, how people sign in on it, and who may frame it.

use std::path::PathBuf;

use core_wasm::texts::Locale;

use super::{ConfigError, Setting, layers::Layers, origin};

const LOCALE: Setting = Setting::new("page.locale", "TURNPIKE_PAGE_LOCALE");
const MANDATE_DE: Setting = Setting::new("page.mandate_de", "TURNPIKE_PAGE_MANDATE_DE");
const MANDATE_FR: Setting = Setting::new("page.mandate_fr", "TURNPIKE_PAGE_MANDATE_FR");
const MANDATE_IT: Setting = Setting::new("page.mandate_it", "TURNPIKE_PAGE_MANDATE_IT");
const MANDATE_EN: Setting = Setting::new("page.mandate_en", "TURNPIKE_PAGE_MANDATE_EN");
pub(super) const PEOPLE: Setting = Setting::new("page.people", "TURNPIKE_PAGE_PEOPLE");
const FRAME_ANCESTORS: Setting = Setting::new("page.frame_ancestors", "TURNPIKE_FRAME_ANCESTORS");

pub(super) const SETTINGS: &[Setting] =
    &[LOCALE, MANDATE_DE, MANDATE_FR, MANDATE_IT, MANDATE_EN, PEOPLE, FRAME_ANCESTORS];

/// The store page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageConfig {
    /// `TURNPIKE_PAGE_LOCALE` (`de`): its language for whoever has chosen none: `de`, `fr`, `it` or `en`.
    pub locale: Locale,
    /// `TURNPIKE_PAGE_MANDATE_DE`, `…_FR`, `…_IT`, `…_EN`: what a mandate is called, for each of [`Locale::ALL`].
    pub mandate: [(Locale, Word); 4],
    /// `TURNPIKE_PAGE_PEOPLE`: a JSON file of people with tokens to sign in as, for demos; never beside a live Stripe key.
    pub people: Option<PathBuf>,
    /// `TURNPIKE_FRAME_ANCESTORS`: origins whose pages may show the page in a frame; unset: none.
    pub frame_ancestors: Vec<String>,
}

/// A noun as the page writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// For one.
    pub one: String,
    /// For several, and for none.
    pub many: String,
}

impl PageConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let locale = layers.get_with(&LOCALE, "`de`, `fr`, `it` or `en`", |text| {
            Locale::ALL.into_iter().find(|locale| locale.tag() == text)
        })?;
        Ok(Self {
            locale: locale.unwrap_or_default(),
            mandate: [
                (Locale::De, word(layers, &MANDATE_DE, "Mandant", "Mandanten")?),
                (Locale::Fr, word(layers, &MANDATE_FR, "mandat", "mandats")?),
                (Locale::It, word(layers, &MANDATE_IT, "mandato", "mandati")?),
                (Locale::En, word(layers, &MANDATE_EN, "mandate", "mandates")?),
            ],
            people: layers.get(&PEOPLE)?,
            frame_ancestors: layers.get_with(&FRAME_ANCESTORS, origin::EXPECTED, origin::list)?.unwrap_or_default(),
        })
    }
}

fn word(layers: &Layers, setting: &Setting, one: &str, many: &str) -> Result<Word, ConfigError> {
    let given =
        layers.get_with(setting, "a word for one and a word for several, such as `tenant, tenants`", |text| {
            let (one, many) = text.split_once(',')?;
            let (one, many) = (one.trim(), many.trim());
            let is_word = |word: &str| !word.is_empty() && !word.contains(',') && !word.contains(char::is_control);
            (is_word(one) && is_word(many)).then(|| Word { one: one.to_owned(), many: many.to_owned() })
        })?;
    Ok(given.unwrap_or_else(|| Word { one: one.to_owned(), many: many.to_owned() }))
}
