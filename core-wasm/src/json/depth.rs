//! How deep a text is nested, found without recursion, of texts that are no call.

/// The deepest nesting of brackets outside of strings.
pub(super) fn deepest(text: &str) -> usize {
    let (mut deepest, mut level, mut in_string, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in text.bytes() {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (true, b'"') => in_string = false,
            (true, _) => {}
            (false, b'"') => in_string = true,
            (false, b'{' | b'[') => {
                level = level.saturating_add(1);
                deepest = deepest.max(level);
            }
            (false, b'}' | b']') => level = level.saturating_sub(1),
            (false, _) => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::deepest;

    #[test]
    fn brackets_in_strings_are_none() {
        for (text, depth) in [
            ("", 0),
            ("7", 0),
            ("]}", 0),
            ("{}[]{}", 1),
            (r#"{"a":[{},[]]}"#, 3),
            (r#"["[[[",[]]"#, 2),
            (r#"["\"[[[",[]]"#, 2),
            (r#"["\\",[[]]]"#, 3),
            (r#"["\\\"[[[[",[[]]]"#, 3),
            (r#"]]"]"[[]"#, 2),
        ] {
            assert_eq!(deepest(text), depth, "{text}");
        }
    }
}
