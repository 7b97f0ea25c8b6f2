//! Changes of bytes that often leave something close to a call, and bytes that are none.

use rand::{Rng, RngExt};

use crate::input::Form;

/// Bytes that mean something in either form.
const MEANT: &[u8] = b"{}[]\":,\\u0123456789-+.eE tfn/\n\0\x01\x02\x04\x05\x7f\x80\xff";

/// Words of calls in JSON, and some that look like them.
const WORDS: &str = r#"{ } [ ] : , " null true false 0 -1 9223372036854775807 -9223372036854775809 1e5 1.5 01 - "settings"
    "question" "activation" "deactivation" "mandates" "sharing" "overview" "batch" "adminLabels" "now" "mandate" "target" "one" "any" "\u0041"
    "\uD83D\uDE00" "\uD83D""#;

/// One change.
pub(crate) fn change(bytes: &mut Vec<u8>, random: &mut impl Rng) {
    if bytes.is_empty() {
        return;
    }
    let at = random.random_range(0..bytes.len());
    match random.random_range(0..8) {
        0 | 1 => bytes[at] = byte(random),
        2 => bytes.insert(at, byte(random)),
        3 => drop(bytes.remove(at)),
        4 => bytes[at] ^= 1 << random.random_range(0..8),
        5 => {
            let end = random.random_range(at..bytes.len().min(at + 400));
            let part = bytes[at..end].to_vec();
            let to = random.random_range(0..bytes.len());
            bytes.splice(to..to, part);
        }
        // What is a number or a length in the compact form.
        6 => {
            let number: u64 = match random.random_range(0..4) {
                0 => 0,
                1 => u64::MAX,
                2 => u64::try_from(bytes.len() - at).unwrap_or(0),
                _ => random.random(),
            };
            let width = if random.random_bool(0.5) { 4 } else { 8 };
            for (place, byte) in bytes[at..].iter_mut().zip(&number.to_le_bytes()[..width]) {
                *place = *byte;
            }
        }
        _ => bytes.truncate(at),
    }
}

fn byte(random: &mut impl Rng) -> u8 {
    if random.random_bool(0.8) { MEANT[random.random_range(0..MEANT.len())] } else { random.random() }
}

/// The beginning of the one, and the end of the other.
pub(crate) fn spliced(begin: &[u8], end: &[u8], random: &mut impl Rng) -> Vec<u8> {
    let (to, from) = (random.random_range(0..=begin.len()), random.random_range(0..=end.len()));
    [&begin[..to], &end[from..]].concat()
}

/// Words in any order, often behind the beginning of a call; in the compact form small numbers behind the version.
pub(crate) fn words(form: Form, random: &mut impl Rng) -> Vec<u8> {
    let count = random.random_range(0..200);
    match form {
        Form::Json => {
            let words: Vec<&str> = WORDS.split_whitespace().collect();
            let begin = if random.random_bool(0.5) { "{\"settings\":{" } else { "" };
            let text: String = (0..count).map(|_| words[random.random_range(0..words.len())]).collect();
            [begin, &text].concat().into_bytes()
        }
        Form::Compact => std::iter::once(1).chain((0..count * 4).map(|_| random.random_range(0..6))).collect(),
    }
}

/// Any bytes, mostly few.
pub(crate) fn noise(random: &mut impl Rng) -> Vec<u8> {
    let most = 1_usize << random.random_range(0..13);
    let mut bytes = vec![0; random.random_range(0..most)];
    random.fill_bytes(&mut bytes);
    bytes
}
