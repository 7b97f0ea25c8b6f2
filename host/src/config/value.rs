//! How values are written: switches, durations, numbers, addresses, lists.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// A type that a setting can have.
pub(super) trait Value: Sized {
    /// What would be right, for messages.
    const EXPECTED: &'static str;

    /// Reads it; `None` when the text has another form.
    fn parse(text: &str) -> Option<Self>;
}

impl Value for bool {
    const EXPECTED: &'static str = "`on` or `off`";

    fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "on" | "true" | "yes" | "1" => Some(true),
            "off" | "false" | "no" | "0" => Some(false),
            _ => None,
        }
    }
}

impl Value for Duration {
    const EXPECTED: &'static str = "a duration such as `500ms`, `10s`, `5m`, `2h` or `7d`";

    fn parse(text: &str) -> Option<Self> {
        let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (number, unit) = text.split_at_checked(digits)?;
        let number: u64 = number.parse().ok()?;
        let milliseconds = match unit.trim_start() {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        number.checked_mul(milliseconds).filter(|total| *total <= LONGEST).map(Self::from_millis)
    }
}

/// A hundred years in milliseconds: what is longer is a slip, and would overflow instants.
const LONGEST: u64 = 100 * 365 * 86_400_000;

impl Value for u32 {
    const EXPECTED: &'static str = "a whole number";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Value for String {
    const EXPECTED: &'static str = "a text of one line";

    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty() && !text.chars().any(char::is_control)).then(|| text.to_owned())
    }
}

impl Value for PathBuf {
    const EXPECTED: &'static str = "the path of a file";

    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::from(text))
    }
}

impl Value for SocketAddr {
    const EXPECTED: &'static str = "an IP address with a port, such as `127.0.0.1:8080` or `[::]:8080`";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Value for Vec<String> {
    const EXPECTED: &'static str = "one or more texts, separated by commas";

    fn parse(text: &str) -> Option<Self> {
        let items: Self = text.split(',').map(|item| item.trim().to_owned()).collect();
        items.iter().all(|item| !item.is_empty()).then_some(items)
    }
}

/// An absolute URL of one of the schemes, with a host.
pub(super) fn url(text: &str, schemes: &[&str]) -> Option<reqwest::Url> {
    let url = reqwest::Url::parse(text).ok()?;
    (schemes.contains(&url.scheme()) && url.has_host()).then_some(url)
}

/// Whether a URL stays on this machine.
pub(super) fn is_loopback(url: &reqwest::Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        None => false,
    }
}
