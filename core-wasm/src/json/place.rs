//! Where a byte of a text is, as a JSON pointer. Found by walking to it a second time: a place is told of faults only, and
//! what reads calls should not pay for it.

use super::error::shortened;

/// A bracket that is open.
enum Level<'a> {
    /// An object, with the present member's name as written, and whether a name comes next.
    Object { member: Option<&'a str>, is_naming: bool },
    /// An array, with the number of commas behind.
    Array { commas: usize },
}

/// The pointer to what the scanner was reading when it had read `at` bytes.
pub(super) fn pointer(text: &str, at: usize) -> String {
    let mut pointer = String::new();
    for level in open(text, at) {
        match level {
            Level::Object { member: Some(name), .. } => {
                pointer.push('/');
                pointer.push_str(shortened(name));
            }
            Level::Object { member: None, .. } => {}
            Level::Array { commas } => {
                pointer.push('/');
                pointer.push_str(&commas.to_string());
            }
        }
    }
    pointer
}

/// The brackets that are open after `at` bytes.
fn open(text: &str, at: usize) -> Vec<Level<'_>> {
    let mut open = Vec::new();
    // Where the present string began, behind its quote.
    let mut string = None;
    let mut is_escaped = false;
    for (place, byte) in text.bytes().enumerate().take(at) {
        match (string, byte) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), b'\\') => is_escaped = true,
            (Some(start), b'"') => {
                string = None;
                if let Some(Level::Object { member, is_naming: is_naming @ true }) = open.last_mut() {
                    (*member, *is_naming) = (text.get(start..place), false);
                }
            }
            (Some(_), _) => {}
            (None, b'"') => string = Some(place.saturating_add(1)),
            (None, b'{') => open.push(Level::Object { member: None, is_naming: true }),
            (None, b'[') => open.push(Level::Array { commas: 0 }),
            (None, b'}' | b']') => drop(open.pop()),
            (None, b',') => match open.last_mut() {
                Some(Level::Object { is_naming, .. }) => *is_naming = true,
                Some(Level::Array { commas }) => *commas = commas.saturating_add(1),
                None => {}
            },
            (None, _) => {}
        }
    }
    open
}
