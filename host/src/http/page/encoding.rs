//! Which compressed variant of a file a caller accepts (RFC 9110, 12.5.3).

use axum::http::{HeaderMap, header};

/// How the bytes of an answer are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Brotli.
    Brotli,
    /// gzip.
    Gzip,
    /// Not at all.
    Identity,
}

impl Encoding {
    /// The smallest first.
    const ALL: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Identity];

    /// What a file's name ends with that holds this variant of another.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }

    /// What `Content-Encoding` calls it.
    pub(super) fn coding(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    /// Which variant a file of this name is.
    pub(super) fn of_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|encoding| name.ends_with(encoding.suffix())).unwrap_or(Self::Identity)
    }

    /// What a caller accepts, the heaviest first and of equal weights the smallest; what is not compressed last, and
    /// even where it is refused, since something has to be sent.
    pub(super) fn accepted(headers: &HeaderMap) -> Vec<Self> {
        let asked: Vec<(String, u16)> = headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(coding_and_weight)
            .collect();
        let weight = |coding: &str| {
            let named = |name: &str| asked.iter().find(|(asked, _)| asked == name).map(|(_, weight)| *weight);
            named(coding).or_else(|| named("*")).unwrap_or(0)
        };
        let mut accepted: Vec<Self> =
            [Self::Brotli, Self::Gzip].into_iter().filter(|encoding| weight(encoding.coding()) > 0).collect();
        // Stable: of equal weights the smaller stays first.
        accepted.sort_by_key(|encoding| std::cmp::Reverse(weight(encoding.coding())));
        accepted.push(Self::Identity);
        accepted
    }
}

/// `gzip;q=0.5` as the coding and its weight in thousandths. What is broken is passed over.
fn coding_and_weight(item: &str) -> Option<(String, u16)> {
    let (coding, parameter) = item.split_once(';').unwrap_or((item, "q=1"));
    let (name, value) = parameter.split_once('=')?;
    let value: f32 = value.trim().parse().ok().filter(|value| (0.0..=1.0).contains(value))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1,000")]
    let weight = (value * 1000.0).round() as u16;
    name.trim().eq_ignore_ascii_case("q").then(|| (coding.trim().to_ascii_lowercase(), weight))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::{Encoding::*, *};

    #[test]
    fn what_is_accepted_by_weight_and_size() {
        let cases: [(&[&str], &[Encoding]); 13] = [
            (&[], &[Identity]),
            (&[""], &[Identity]),
            (&["gzip"], &[Gzip, Identity]),
            (&["gzip, deflate, br, zstd"], &[Brotli, Gzip, Identity]),
            (&["gzip", "BR"], &[Brotli, Gzip, Identity]),
            (&["gzip;q=1.0, br;q=0.5"], &[Gzip, Brotli, Identity]),
            (&["br;q=0, gzip;q=0.001"], &[Gzip, Identity]),
            (&["*"], &[Brotli, Gzip, Identity]),
            (&["*;q=0.5, br;q=0"], &[Gzip, Identity]),
            (&["identity"], &[Identity]),
            (&["identity;q=0"], &[Identity]),
            (&["br;q=2, gzip;q=x, br;level=1"], &[Identity]),
            (&["x-br, brotli"], &[Identity]),
        ];
        for (values, expected) in cases {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            }
            assert_eq!(Encoding::accepted(&headers), expected, "{values:?}");
        }
    }
}
