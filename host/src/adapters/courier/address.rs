//! Which addresses are the public internet's. Pure.
//!
//! After the special-purpose registries of IANA: <https://www.iana.org/assignments/iana-ipv4-special-registry> and
//! <https://www.iana.org/assignments/iana-ipv6-special-registry>.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What the host of a URL is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// An address.
    Address(IpAddr),
    /// A name that means this machine wherever it is looked up (RFC 6761).
    ThisMachine,
    /// Another name.
    Name,
}

/// What a host is, as a parsed URL writes it: addresses in their usual form, IPv6 in brackets.
pub(super) fn target_of(host: &str) -> Target {
    let bare = host.trim_end_matches('.');
    if let Ok(address) = bare.trim_matches(['[', ']']).parse() {
        return Target::Address(address);
    }
    let last = bare.rsplit('.').next().unwrap_or(bare);
    if last.eq_ignore_ascii_case("localhost") { Target::ThisMachine } else { Target::Name }
}

/// IPv4 blocks that are not the public internet's: base and length of the prefix.
const SPECIAL_V4: [([u8; 4], u32); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// IPv6 blocks within 2000::/3 that are not: first two groups of the base, and length of the prefix (at most 32).
const SPECIAL_V6: [([u16; 2], u32); 4] = [
    // Protocol assignments, Teredo among them.
    ([0x2001, 0x0000], 23),
    ([0x2001, 0x0db8], 32),
    // 6to4 wraps any IPv4 address.
    ([0x2002, 0x0000], 16),
    ([0x3fff, 0x0000], 20),
];

/// Whether an address is the public internet's. One that wraps an IPv4 address (mapped, or translated by NAT64) is what
/// that one is.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match wrapped(address) {
            Some(wrapped) => is_public_v4(wrapped),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|(base, length)| is_within(address.to_bits(), Ipv4Addr::from(*base).to_bits(), *length))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let head = u32::from(first) << 16 | u32::from(second);
    let is_special =
        |(base, length): &([u16; 2], u32)| is_within(head, u32::from(base[0]) << 16 | u32::from(base[1]), *length);
    first & 0xe000 == 0x2000 && !SPECIAL_V6.iter().any(is_special)
}

/// The IPv4 address in `::ffff:a.b.c.d` and in `64:ff9b::a.b.c.d`.
fn wrapped(address: Ipv6Addr) -> Option<Ipv4Addr> {
    address.to_ipv4_mapped().or_else(|| match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))),
        _ => None,
    })
}

fn is_within(address: u32, base: u32, length: u32) -> bool {
    (address ^ base).checked_shr(32 - length).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_public() {
        for (text, expected) in [
            ("1.1.1.1", true),
            ("8.8.8.8", true),
            ("100.63.255.255", true),
            ("100.128.0.0", true),
            ("172.15.255.255", true),
            ("172.32.0.0", true),
            ("223.255.255.255", true),
            ("2606:4700:4700::1111", true),
            ("2001:4860:4860::8888", true),
            ("::ffff:1.1.1.1", true),
            ("64:ff9b::8.8.8.8", true),
            ("0.0.0.0", false),
            ("10.1.2.3", false),
            ("100.64.0.1", false),
            ("127.0.0.1", false),
            ("127.255.255.255", false),
            ("169.254.169.254", false),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("192.0.2.1", false),
            ("192.168.1.1", false),
            ("198.19.255.255", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("::", false),
            ("::1", false),
            ("::127.0.0.1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:10.0.0.1", false),
            ("64:ff9b::10.0.0.1", false),
            ("64:ff9b:1::1", false),
            ("100::1", false),
            ("2001::1", false),
            ("2001:db8::1", false),
            ("2002:7f00:1::", false),
            ("3fff::1", false),
            ("fc00::1", false),
            ("fd12:3456::1", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(is_public(text.parse().unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn hosts_are_known_however_they_are_written() {
        for (url, expected) in [
            ("https://127.1/", Target::Address(Ipv4Addr::LOCALHOST.into())),
            ("https://2130706433/", Target::Address(Ipv4Addr::LOCALHOST.into())),
            ("https://0x7f.0.0.1/", Target::Address(Ipv4Addr::LOCALHOST.into())),
            ("https://[::1]/", Target::Address(Ipv6Addr::LOCALHOST.into())),
            ("https://LOCALHOST./", Target::ThisMachine),
            ("https://a.localhost:8443/", Target::ThisMachine),
            ("https://localhost.example.com/", Target::Name),
            ("https://example.com/", Target::Name),
        ] {
            assert_eq!(target_of(reqwest::Url::parse(url).unwrap().host_str().unwrap()), expected, "{url}");
        }
    }
}
