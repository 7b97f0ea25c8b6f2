//! Why an operator does something: words that can stand in an audit trail.

/// The longest reason, in characters.
const LONGEST: usize = 500;

/// Reads `--reason`.
pub(super) fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("it must say why, for whoever reads the audit trail".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("it must be one line without control characters".to_owned());
    }
    if text.chars().count() > LONGEST {
        return Err(format!("it must have at most {LONGEST} characters"));
    }
    Ok(text.to_owned())
}
