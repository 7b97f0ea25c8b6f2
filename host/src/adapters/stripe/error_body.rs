//! The part of Stripe's error object that we read. Its messages may hold customer data and are left alone.

use miniserde::Deserialize;

#[derive(Deserialize)]
struct Envelope {
    error: Fields,
}

#[derive(Deserialize)]
struct Fields {
    #[serde(rename = "type")]
    kind: String,
    code: Option<String>,
    decline_code: Option<String>,
    param: Option<String>,
}

/// An error that Stripe itself gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ErrorBody {
    /// Such as `invalid_request_error` or `idempotency_error`.
    pub(super) kind: String,
    /// Such as `resource_missing`.
    pub(super) code: Option<String>,
    /// Why a bank declined, such as `insufficient_funds`.
    pub(super) decline_code: Option<String>,
    /// The parameter at fault.
    pub(super) param: Option<String>,
}

impl ErrorBody {
    /// Reads an answer's body; `None` when it is not Stripe's, such as a proxy's page.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let Envelope { error } = miniserde::json::from_str(std::str::from_utf8(body).ok()?).ok()?;
        Some(Self { kind: error.kind, code: error.code, decline_code: error.decline_code, param: error.param })
    }

    /// Kind or code, and parameter, for the log.
    pub(super) fn summary(&self) -> String {
        let code = plain(self.code.as_ref().unwrap_or(&self.kind));
        match &self.param {
            Some(param) => format!("`{code}` for `{}`", plain(param)),
            None => format!("`{code}`"),
        }
    }
}

/// Codes and parameters are plain words; whatever else a server may have put there does not get into the log.
fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_ascii_alphanumeric() || "_-.[]".contains(*c)).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_stripes_own_errors_are_read() {
        for body in
            ["", "<html>502</html>", "{}", "null", "[]", r#"{"error": "no"}"#, r#"{"error": {"type": 7}}"#, "\u{0}"]
        {
            assert_eq!(ErrorBody::parse(body.as_bytes()), None, "`{body}`");
        }
        assert_eq!(ErrorBody::parse(b"\xff"), None);
        let body = r#"{"error": {"type": "card_error", "code": "card_declined", "message": "Ms Example's card", "charge": {"a": [1]}}}"#;
        let error = ErrorBody::parse(body.as_bytes()).expect("an error");
        assert_eq!(error.summary(), "`card_declined`");
    }

    #[test]
    fn a_summary_is_one_plain_line() {
        let error = ErrorBody {
            kind: "invalid_request_error".to_owned(),
            code: None,
            decline_code: None,
            param: Some("items[0][id]\nforged line".to_owned()),
        };
        assert_eq!(error.summary(), "`invalid_request_error` for `items[0][id]forgedline`");
    }
}
