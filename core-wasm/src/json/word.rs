//! Looking at eight bytes at once: where a piece of text ends that stands as it is, and whether two are the same.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// How many bytes stand as they are, up to a quote, a backslash or a control character.
pub(super) fn plain(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let special = special(u64::from_le_bytes(*word));
        if special != 0 {
            let within = special.trailing_zeros() / 8;
            return index.saturating_mul(8).saturating_add(usize::try_from(within).unwrap_or(0));
        }
    }
    let behind = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' ')).unwrap_or(rest.len());
    words.len().saturating_mul(8).saturating_add(behind)
}

/// Whether two pieces of text of one length are the same. What is left behind the last whole word is looked at together with
/// the bytes before it, as a word.
#[inline(always)]
pub(super) fn same(left: &[u8], right: &[u8]) -> bool {
    if let (Some(left_end), Some(right_end)) = (left.last_chunk::<8>(), right.last_chunk::<8>()) {
        let ((left, _), (right, _)) = (left.as_chunks::<8>(), right.as_chunks::<8>());
        return left_end == right_end && left.iter().zip(right).all(|(left, right)| left == right);
    }
    match (left.first_chunk::<4>(), left.last_chunk::<4>()) {
        (Some(start), Some(end)) => right.first_chunk() == Some(start) && right.last_chunk() == Some(end),
        _ => left.iter().zip(right).all(|(left, right)| left == right),
    }
}

/// The lowest bit that is set is in the first byte that is special; bits above it mean nothing.
#[inline(always)]
fn special(word: u64) -> u64 {
    below(b' ', word) | equal(b'"', word) | equal(b'\\', word)
}

#[inline(always)]
fn below(limit: u8, word: u64) -> u64 {
    word.wrapping_sub(ONES.wrapping_mul(u64::from(limit))) & !word & HIGH
}

#[inline(always)]
fn equal(byte: u8, word: u64) -> u64 {
    below(1, word ^ ONES.wrapping_mul(u64::from(byte)))
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, reason = "a test may stop at once")]
mod tests {
    use super::{plain, same};

    #[test]
    fn texts_differ_wherever_a_byte_does() {
        for length in 0..20 {
            let text = vec![b'a'; length];
            assert!(same(&text, &text));
            for place in 0..length {
                let mut other = text.clone();
                other[place] = b'b';
                assert!(!same(&text, &other), "{place} of {length}");
            }
        }
    }

    #[test]
    fn ends_at_the_first_special_byte_wherever_it_is() {
        for byte in 0..=u8::MAX {
            let is_special = byte < b' ' || byte == b'"' || byte == b'\\';
            for place in 0..20 {
                let mut text = [b'a'; 24];
                text[place] = byte;
                text[place + 1] = b'"';
                let expected = if is_special { place } else { place + 1 };
                assert_eq!(plain(&text), expected, "{byte} at {place}");
                assert_eq!(plain(&text[..=place]), expected, "{byte} at the end, {place}");
            }
        }
    }
}
