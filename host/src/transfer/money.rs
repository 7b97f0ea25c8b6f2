//! Amounts and limits: decimal numbers with at most two places, exact to the minor unit.
//!
//! A JSON number reaches us as a double. Every decimal of at most 15 significant digits survives that: it is read as
//! the nearest double, and the shortest text of that double is the same decimal again. So the amount is taken from
//! that text by its digits, never by arithmetic, and [`MAX_MINOR`] keeps amounts within the 15 digits. The way back
//! divides by 100 once, which is correctly rounded and so gives the nearest double.

use serde::{Deserialize, Deserializer, Serializer, de};

/// The largest amount in minor units: 15 digits, the most that a double keeps apart.
pub const MAX_MINOR: i64 = 999_999_999_999_999;

/// The largest count: what a double, and so every JSON reader, holds exactly.
const MAX_COUNT: i64 = 9_007_199_254_740_991;

/// Reads `29.5` as 2950 and `null` as none.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::<Amount>::deserialize(input)?.map(|amount| amount.0))
}

/// Writes 2950 as `29.5` and none as `null`.
pub(super) fn serialize<S: Serializer>(minor: &Option<i64>, output: S) -> Result<S::Ok, S::Error> {
    match *minor {
        None => output.serialize_none(),
        Some(minor) if minor % 100 == 0 => output.serialize_i64(minor / 100),
        Some(minor) => output.serialize_f64(minor as f64 / 100.0),
    }
}

/// Reads an amount that is in minor units already.
pub(super) fn minor<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    whole(input, MAX_MINOR)
}

/// Reads a limit that is a count.
pub(super) fn limit<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    whole(input, MAX_COUNT)
}

/// Reads a currency code, in capitals whatever its case.
pub(super) fn currency<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    let code = String::deserialize(input)?;
    if code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_alphabetic()) {
        Ok(code.to_ascii_uppercase())
    } else {
        Err(de::Error::custom(format_args!(
            "`{}` is no currency, expected three letters such as `CHF`",
            code.escape_debug()
        )))
    }
}

fn whole<'de, D: Deserializer<'de>>(input: D, most: i64) -> Result<Option<i64>, D::Error> {
    match Option::<i64>::deserialize(input)? {
        Some(number) if !(0..=most).contains(&number) => {
            Err(de::Error::custom(format_args!("`{number}` is out of range, expected 0 to {most} or null")))
        }
        number => Ok(number),
    }
}

/// An amount in minor units that a file writes as a decimal number.
struct Amount(i64);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Decimal;

        impl de::Visitor<'_> for Decimal {
            type Value = Amount;

            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("an amount with at most 2 decimals such as 29.5, or null")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Amount, E> {
                from_text(&number.to_string())
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Amount, E> {
                from_text(&number.to_string())
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Amount, E> {
                from_text(&number.to_string())
            }
        }

        input.deserialize_any(Decimal)
    }
}

/// Takes the amount from the digits of a number's shortest text.
fn from_text<E: de::Error>(text: &str) -> Result<Amount, E> {
    let refuse = |expected: &str| E::custom(format_args!("`{text}` is no amount, expected {expected}"));
    let (units, cents) = text.split_once('.').unwrap_or((text, ""));
    if units.starts_with('-') {
        return Err(refuse("one that is not negative"));
    }
    if cents.len() > 2 {
        return Err(refuse("at most 2 decimals"));
    }
    match format!("{units}{cents:0<2}").parse::<i64>() {
        Ok(minor) if minor <= MAX_MINOR => Ok(Amount(minor)),
        _ => Err(refuse("at most 9999999999999.99")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Amount, MAX_MINOR, serialize};

    fn read(text: &str) -> Result<i64, String> {
        serde_json::from_str::<Amount>(text).map(|amount| amount.0).map_err(|error| error.to_string())
    }

    #[test]
    fn every_cent_of_a_range_survives_both_ways() {
        let ends = (0..20_000).chain(MAX_MINOR - 20_000..=MAX_MINOR).chain((0..MAX_MINOR).step_by(99_999_999_977));
        for minor in ends {
            assert_eq!(read(&format!("{}.{:02}", minor / 100, minor % 100)), Ok(minor));
            let mut text = Vec::new();
            serialize(&Some(minor), &mut serde_json::Serializer::new(&mut text)).expect("it serialises");
            assert_eq!(read(&String::from_utf8(text).expect("it is text")), Ok(minor));
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for (text, why) in [
            ("29.505", "at most 2 decimals"),
            ("0.30000000000000004", "at most 2 decimals"),
            ("1e-3", "at most 2 decimals"),
            ("-1", "not negative"),
            ("-0.5", "not negative"),
            ("10000000000000", "at most 9999999999999.99"),
            ("1e300", "at most 9999999999999.99"),
            ("\"29.5\"", "expected an amount"),
            ("true", "expected an amount"),
        ] {
            let message = read(text).expect_err(text);
            assert!(message.contains(why), "{text}: {message}");
        }
        assert_eq!(read("2.95e1"), Ok(2950));
        assert_eq!(read("29.500"), Ok(2950));
    }
}
