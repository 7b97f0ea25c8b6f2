//! Exact origins: scheme, host and port, as browsers write them into `Origin`.

use super::value;

/// What a list of origins must be, for messages.
pub(super) const EXPECTED: &str =
    "one or more exact origins such as `https://app.example.com`, separated by commas, never `*`";

/// The origins of a list, each as browsers write it: in lower case, without the port that its scheme has anyway.
pub(super) fn list(text: &str) -> Option<Vec<String>> {
    text.split(',').map(|origin| exact(origin.trim())).collect()
}

/// An origin and nothing else: no path, no query, no name or password, no pattern.
fn exact(text: &str) -> Option<String> {
    let url = value::url(text, &["http", "https"])?;
    let origin = url.origin().ascii_serialization();
    let is_bare = url.path() == "/"
        && !text.ends_with('/')
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    // A host may be made of more signs, some of which mean something in a header field.
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:/[]".contains(&byte);
    (is_bare && origin.bytes().all(is_plain)).then_some(origin)
}
