//! Copying short texts word by word. In the sandbox the instruction that copies any number of bytes is a call into the host,
//! which costs as much as ten words; and nearly all texts of calls and answers are shorter.

/// Bytes from which on a text is copied as a whole.
const LONG: usize = 64;

/// Puts a text behind what is there.
pub(crate) fn append(bytes: &mut Vec<u8>, text: &[u8]) {
    if text.len() > LONG {
        bytes.extend_from_slice(text);
        return;
    }
    bytes.reserve(text.len());
    let (words, rest) = text.as_chunks::<8>();
    for word in words {
        bytes.extend_from_slice(word);
    }
    let (halves, rest) = rest.as_chunks::<4>();
    for half in halves {
        bytes.extend_from_slice(half);
    }
    for byte in rest {
        bytes.push(*byte);
    }
}

#[cfg(test)]
#[expect(clippy::indexing_slicing, reason = "a test may stop at once")]
mod tests {
    use super::append;

    #[test]
    fn whatever_is_appended_stands_behind_what_was_there() {
        let text: Vec<u8> = (0..=u8::MAX).collect();
        for length in 0..text.len() {
            let mut bytes = b"before".to_vec();
            append(&mut bytes, &text[..length]);
            assert_eq!(bytes, [b"before", &text[..length]].concat());
        }
    }
}
