//! Signatures: whose, of what, and when.

use secrecy::SecretString;
use stripe_sim::signature as sign;
use turnpike::webhooks::signature::{SignatureFault, verify};

const NOW: i64 = 1_800_000_000;
const PAYLOAD: &str = r#"{"id":"evt_1"}"#;

fn judged(header: &str, secrets: &[&str]) -> Result<(), SignatureFault> {
    let secrets: Vec<SecretString> = secrets.iter().map(|secret| SecretString::from((*secret).to_owned())).collect();
    verify(header, PAYLOAD.as_bytes(), &secrets, NOW * 1000 + 999)
}

/// The hexadecimal part of a signature.
fn hex(secret: &str, time: i64) -> String {
    sign(secret, time, PAYLOAD).split_once("v1=").expect("a signature").1.to_owned()
}

#[test]
fn a_signature_of_stripes_own_kind_is_accepted() {
    // printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test
    let header = "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";
    let secrets = [SecretString::from("whsec_test".to_owned())];
    assert_eq!(verify(header, PAYLOAD.as_bytes(), &secrets, 1_700_000_000_000), Ok(()));
    assert_eq!(verify(header, br#"{"id":"evt_2"}"#, &secrets, 1_700_000_000_000), Err(SignatureFault::Wrong));
}

#[test]
fn each_header_is_judged_as_the_table_says() {
    let (ok, wrong, expired) = (Ok(()), Err(SignatureFault::Wrong), Err(SignatureFault::Expired));
    let good = sign("whsec_a", NOW, PAYLOAD);
    let (a, b, zero) = (hex("whsec_a", NOW), hex("whsec_b", NOW), "0".repeat(64));
    let other = hex("whsec_a", NOW - 1);
    for (case, header, expected) in [
        ("the newer secret", good.clone(), ok),
        ("the older secret", sign("whsec_b", NOW, PAYLOAD), ok),
        ("both, as during a roll", format!("t={NOW},v1={zero},v1={b}"), ok),
        ("another scheme beside", format!("t={NOW},v0={zero},v1={a},v2=x"), ok),
        ("spaces", format!(" t={NOW} , v1={a} ").replace(" ,", ","), ok),
        ("capitals", format!("t={NOW},v1={}", a.to_uppercase()), ok),
        ("just old enough", sign("whsec_a", NOW - 299, PAYLOAD), ok),
        ("just new enough", sign("whsec_a", NOW + 300, PAYLOAD), ok),
        ("too old", sign("whsec_a", NOW - 300, PAYLOAD), expired),
        ("too new", sign("whsec_a", NOW + 302, PAYLOAD), expired),
        ("old and wrong", sign("whsec_x", NOW - 4000, PAYLOAD), wrong),
        ("another secret", sign("whsec_x", NOW, PAYLOAD), wrong),
        ("an empty key", sign("", NOW, PAYLOAD), wrong),
        ("the signature of another time", format!("t={NOW},v1={other}"), wrong),
        ("only another scheme", format!("t={NOW},v0={a}"), wrong),
        ("too short", format!("t={NOW},v1={}", &a[..62]), wrong),
        ("too long", format!("t={NOW},v1={a}00"), wrong),
        ("one letter too many", format!("t={NOW},v1={a}0"), wrong),
        ("no hexadecimal", format!("t={NOW},v1={}", a.replace(['a', 'b', 'c'], "g")), wrong),
        ("a sign within", format!("t={NOW},v1=+{}", &a[1..]), wrong),
        ("two times", format!("t={NOW},t={NOW},v1={a}"), wrong),
        ("no time", format!("v1={a}"), wrong),
        ("an empty time", format!("t=,v1={a}"), wrong),
        ("a time with a sign", format!("t=+{NOW},v1={a}"), wrong),
        ("a time beyond numbers", format!("t=99999999999999999999,v1={a}"), wrong),
        ("no signature", format!("t={NOW}"), wrong),
        ("nothing", String::new(), wrong),
        ("anything", "anything, at=all".to_owned(), wrong),
    ] {
        assert_eq!(judged(&header, &["whsec_a", "whsec_b"]), expected, "{case}");
    }
}

#[test]
fn without_a_secret_nothing_is_accepted() {
    for secrets in [&[][..], &[""]] {
        for secret in ["", "whsec_a"] {
            assert_eq!(
                judged(&sign(secret, NOW, PAYLOAD), secrets),
                Err(SignatureFault::Wrong),
                "{secrets:?} {secret}"
            );
        }
    }
}
