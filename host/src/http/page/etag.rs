//! Whether a caller has the newest version already (RFC 9110, 13.1.2).

use axum::http::{HeaderMap, header};

/// The tag of a file in an encoding: other bytes, another tag.
pub(super) fn of(sha256: &[u8; 32], coding: &str) -> String {
    let digest: String = sha256.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digest}-{coding}\"")
}

/// Whether `If-None-Match` names the tag, or any.
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        // Weak comparison: proxies that encode anew mark tags as weak.
        .map(|known| known.trim().trim_start_matches("W/"))
        .any(|known| known == tag || known == "*")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_tag_is_known_when_it_is_named() {
        let tag = of(&[0xab; 32], "br");
        assert_eq!(tag, format!("\"{}-br\"", "ab".repeat(16)));
        for (value, known) in [
            (tag.clone(), true),
            (format!("W/{tag}"), true),
            (format!("\"x\", {tag}"), true),
            ("*".to_owned(), true),
            ("\"x\"".to_owned(), false),
            (tag.trim_matches('"').to_owned(), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(&value).unwrap());
            assert_eq!(is_known(&headers, &tag), known, "{value}");
        }
        assert!(!is_known(&HeaderMap::new(), &tag));
    }
}
