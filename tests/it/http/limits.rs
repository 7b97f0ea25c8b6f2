//! Rate limits: who shares one, and what a refusal says.

use std::num::NonZeroU32;

use axum::http::{HeaderMap, HeaderValue};
use turnpike::{
    config::limits::LimitsConfig,
    http::{
        authentication::Scope,
        limits::{Class, Limits},
    },
};

fn limits(change: impl FnOnce(&mut LimitsConfig)) -> Limits {
    let address = NonZeroU32::new(3).expect("not zero");
    let mut config = LimitsConfig { enabled: true, address, service: address, checks: address, trusted_proxies: 0 };
    change(&mut config);
    Limits::new(&config)
}

#[test]
fn each_class_of_each_user_has_its_own_quota() {
    let limits = limits(|_| {});
    for (class, quota) in [(Class::Activate, 10), (Class::Deactivate, 10), (Class::Quote, 20), (Class::Read, 60)] {
        for user in ["u-1", "u-2"] {
            let admitted = (0..100).filter(|_| limits.admit_user(class, user).is_ok()).count();
            // A slow machine may earn a request or two while it counts.
            assert!((quota..quota + 3).contains(&admitted), "{class:?} {user}: {admitted}");
        }
    }
}

#[test]
fn a_refusal_tells_when_to_come_back() {
    let limits = limits(|_| {});
    let exceeded =
        (0..100).find_map(|_| limits.admit_user(Class::Activate, "u-1").err()).expect("the limit is reached");
    assert!((1..=6).contains(&exceeded.retry_after), "one of ten a minute comes every six seconds: {exceeded:?}");
    let fields: Vec<(String, String)> = exceeded
        .fields()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()))
        .collect();
    assert_eq!(
        fields,
        [
            ("ratelimit-policy".to_owned(), "\"activate\";q=10;w=60".to_owned()),
            ("ratelimit".to_owned(), format!("\"activate\";r=0;t={}", exceeded.retry_after)),
        ]
    );
}

#[test]
fn who_asks_on_each_request_has_a_limit_of_its_own() {
    let limits = limits(|config| config.checks = NonZeroU32::new(30).expect("not zero"));
    let admitted = |scope| (0..100).filter(|_| limits.admit_service("sync", scope).is_ok()).count();
    assert!((3..6).contains(&admitted(Scope::DirectoryRead)));
    assert!((30..33).contains(&admitted(Scope::EntitlementsRead)));
    let peer = "192.0.2.1:1".parse().expect("an address");
    let of_checks = (0..1000).filter(|_| limits.admit_check_address(peer, &HeaderMap::new()).is_ok()).count();
    assert!((300..330).contains(&of_checks), "{of_checks}");
    assert!(limits.admit_service_address(peer, &HeaderMap::new()).is_ok(), "nor of its address");
}

#[test]
fn switched_off_nothing_is_refused() {
    let limits = limits(|config| config.enabled = false);
    for _ in 0..200 {
        assert!(limits.admit_user(Class::Activate, "u-1").is_ok());
        assert!(limits.admit_address("192.0.2.1:1".parse().expect("an address"), &HeaderMap::new()).is_ok());
    }
}

#[test]
fn webhooks_and_callers_use_up_nothing_of_each_other() {
    let limits = limits(|_| {});
    let peer = "192.0.2.1:1".parse().expect("an address");
    while limits.admit_address(peer, &HeaderMap::new()).is_ok() {}
    let refused = (0..100_000).find_map(|_| limits.admit_webhook(peer, &HeaderMap::new()).err());
    let refused = refused.expect("the limit is reached");
    assert_eq!((refused.name, refused.quota), ("webhook", 6_000));
    assert!(limits.admit_webhook("192.0.2.2:1".parse().expect("an address"), &HeaderMap::new()).is_ok());
}

#[test]
fn addresses_are_told_apart() {
    for (case, proxies, one, other, same) in [
        ("ports do not count", 0, ("192.0.2.1:1", ""), ("192.0.2.1:2", ""), true),
        ("two addresses", 0, ("192.0.2.1:1", ""), ("192.0.2.2:1", ""), false),
        ("one network of IPv6", 0, ("[2001:db8::1]:1", ""), ("[2001:db8::ffff:2]:1", ""), true),
        ("two networks of IPv6", 0, ("[2001:db8::1]:1", ""), ("[2001:db8:0:1::1]:1", ""), false),
        ("IPv4 within IPv6", 0, ("[::ffff:192.0.2.1]:1", ""), ("192.0.2.1:1", ""), true),
        ("no proxy is trusted", 0, ("192.0.2.1:1", "198.51.100.1"), ("192.0.2.1:1", "198.51.100.2"), true),
        ("behind one proxy", 1, ("10.0.0.1:1", "198.51.100.1"), ("10.0.0.1:1", "198.51.100.2"), false),
        (
            "made up before one proxy",
            1,
            ("10.0.0.1:1", "1.1.1.1, 198.51.100.1"),
            ("10.0.0.1:1", "2.2.2.2,198.51.100.1"),
            true,
        ),
        (
            "behind two proxies",
            2,
            ("10.0.0.1:1", "198.51.100.1, 10.0.0.9"),
            ("10.0.0.1:1", "198.51.100.2, 10.0.0.9"),
            false,
        ),
        ("fewer entries than proxies", 2, ("10.0.0.1:1", "198.51.100.1"), ("10.0.0.1:1", "198.51.100.2"), true),
    ] {
        let limits = limits(|config| config.trusted_proxies = proxies);
        let admit = |(peer, forwarded): (&str, &str)| {
            let mut headers = HeaderMap::new();
            if !forwarded.is_empty() {
                headers.insert("x-forwarded-for", HeaderValue::from_str(forwarded).expect("a header value"));
            }
            limits.admit_address(peer.parse().expect("an address"), &headers)
        };
        while admit(one).is_ok() {}
        assert_eq!(admit(other).is_err(), same, "{case}");
    }
}
