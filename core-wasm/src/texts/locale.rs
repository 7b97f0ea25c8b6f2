//! The languages, and which of them an `Accept-Language` header asks for (RFC 9110, section 12.5.4).

use serde::{Deserialize, Serialize};

/// A language that every text exists in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// German as written in Switzerland; what is spoken when nothing is asked for.
    #[default]
    De,
    /// French.
    Fr,
    /// Italian.
    It,
    /// English.
    En,
}

impl Locale {
    /// All of them, the preferred first.
    pub const ALL: [Self; 4] = [Self::De, Self::Fr, Self::It, Self::En];

    /// Its language tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::Fr => "fr",
            Self::It => "it",
            Self::En => "en",
        }
    }

    /// The language that the header's value prefers: by weight, then by order. A region counts as its language
    /// (`de-CH` is German). Without a header, or with languages only that we do not speak, German.
    #[must_use]
    pub fn negotiate(accept_language: Option<&str>) -> Self {
        let mut asked: Vec<(&str, u16)> = accept_language.unwrap_or_default().split(',').filter_map(range).collect();
        // Stable: what weighs the same stays in the header's order.
        asked.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        let is_refused =
            |locale: Self| asked.iter().any(|(language, weight)| *weight == 0 && locale.is_called(language));
        asked
            .iter()
            .filter(|(_, weight)| *weight > 0)
            .find_map(|(language, _)| {
                Self::ALL
                    .into_iter()
                    .find(|locale| locale.is_called(language) || (*language == "*" && !is_refused(*locale)))
            })
            .unwrap_or_default()
    }

    fn is_called(self, language: &str) -> bool {
        self.tag().eq_ignore_ascii_case(language)
    }
}

/// A language range of the header: its language and its weight in thousandths. A broken one is passed over.
fn range(range: &str) -> Option<(&str, u16)> {
    let (tag, parameter) = range.split_once(';').unwrap_or((range, "q=1"));
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let language = tag.split('-').next()?.trim();
    Some((language, weight(value.trim())?))
}

/// A weight such as `0.85` in thousandths.
fn weight(value: &str) -> Option<u16> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if !matches!(whole, "0" | "1") || fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{whole}{fraction:0<3}").parse().ok()?;
    (thousandths <= 1000).then_some(thousandths)
}

#[cfg(test)]
mod tests {
    use super::Locale::{self, De, En, Fr, It};

    #[test]
    fn headers_and_their_language() {
        for (header, locale) in [
            ("", De),
            ("*", De),
            ("fr", Fr),
            ("de-CH", De),
            ("it-CH, it;q=0.9, en;q=0.8", It),
            ("EN-gb", En),
            ("en;q=0.3, fr;q=0.7", Fr),
            ("fr;q=0.7, it;q=0.70", Fr),
            ("en; q=0.5 , it ; Q=0.75", It),
            ("es, pt;q=0.9, en;q=0.1", En),
            ("es, pt", De),
            ("es, *;q=0.5", De),
            ("fr;q=0", De),
            ("de;q=0, *", Fr),
            ("de;q=0, fr;q=0.000, *;q=0.1, en;q=0.05", It),
            ("en;q=2, fr;q=0.1", Fr),
            ("en;q=1.001, fr;q=0.1", Fr),
            ("en;q=0.1234, fr;q=0.1", Fr),
            ("en;q=0.0005", De),
            ("en;q=+1, fr;q=0.1", Fr),
            ("en;q=00.9, fr;q=0.1", Fr),
            ("en;q=, it;q=0.1", It),
            ("en;level=1, it;q=0.1", It),
            (",,;;,=", De),
            ("de-CH-1996;q=0.4, zh-Hant-TW", De),
            ("england, fr;q=0.1", Fr),
        ] {
            assert_eq!(Locale::negotiate(Some(header)), locale, "`{header}`");
        }
        assert_eq!(Locale::negotiate(None), De);
    }
}
