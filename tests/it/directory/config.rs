//! Settings of service tokens that do not go together are refused before anything starts.

use std::{ffi::OsString, io::Write as _};

use turnpike::config::{Config, Sources, services::ServiceKeys};

use super::service::{AUDIENCE, ISSUER, SECRETS};
use crate::tokens;

fn load(pairs: &[(&str, &str)]) -> Result<Config, String> {
    let variables = pairs.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect();
    Config::load(&Sources { variables, ..Sources::default() }).map_err(|error| error.to_string())
}

/// Issuer and audience, and what else is said.
fn services(more: &[(&str, &str)]) -> Result<Config, String> {
    let both = [("TURNPIKE_SERVICE_ISSUER", ISSUER), ("TURNPIKE_SERVICE_AUDIENCE", AUDIENCE)];
    load(&[&both[..], more].concat())
}

#[test]
fn keys_come_from_one_place() {
    assert!(load(&[]).unwrap().services.tokens.is_none());
    assert!(services(&[]).unwrap().services.tokens.is_none(), "without keys nobody is let in");
    let tokens = services(&[("TURNPIKE_SERVICE_JWT_SECRETS", &SECRETS.join(", "))]).unwrap().services.tokens.unwrap();
    assert!(matches!(&tokens.keys, ServiceKeys::Secrets(secrets) if secrets.len() == 2), "{tokens:?}");
    assert!(!format!("{tokens:?}").contains(SECRETS[0]));
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "{}\n\n{}", SECRETS[0], SECRETS[1]).unwrap();
    let path = file.path().to_string_lossy().into_owned();
    let tokens = services(&[("TURNPIKE_SERVICE_JWT_SECRETS_FILE", &path)]).unwrap().services.tokens.unwrap();
    assert!(matches!(&tokens.keys, ServiceKeys::Secrets(secrets) if secrets.len() == 2), "{tokens:?}");
    let url = "https://identity.example/keys";
    let tokens = services(&[("TURNPIKE_SERVICE_JWKS_URL", url)]).unwrap().services.tokens.unwrap();
    assert!(matches!(&tokens.keys, ServiceKeys::Jwks(found) if found.as_str() == url), "{tokens:?}");
}

#[test]
fn what_would_let_the_wrong_ones_in_is_refused() {
    let url = "https://identity.example/keys";
    let secrets = ("TURNPIKE_SERVICE_JWT_SECRETS", SECRETS[0]);
    let both = format!("{},{}", SECRETS[0], tokens::SECRET);
    for (what, outcome, named) in [
        ("no issuer", load(&[("TURNPIKE_SERVICE_AUDIENCE", AUDIENCE), secrets]), "`TURNPIKE_SERVICE_ISSUER`"),
        ("no audience", load(&[("TURNPIKE_SERVICE_ISSUER", ISSUER), secrets]), "`TURNPIKE_SERVICE_AUDIENCE`"),
        ("a short secret", services(&[("TURNPIKE_SERVICE_JWT_SECRETS", "short")]), "at least 32 bytes"),
        ("two places", services(&[secrets, ("TURNPIKE_SERVICE_JWKS_URL", url)]), "more than one of"),
        (
            "the users' secret",
            services(&[("TURNPIKE_SERVICE_JWT_SECRETS", &both), ("TURNPIKE_JWT_SECRET", tokens::SECRET)]),
            "`TURNPIKE_JWT_SECRET`",
        ),
        (
            "the users' audience",
            services(&[secrets, ("TURNPIKE_JWT_SECRET", tokens::SECRET), ("TURNPIKE_JWT_AUDIENCE", AUDIENCE)]),
            "are the same",
        ),
        (
            "the users' key set",
            services(&[("TURNPIKE_SERVICE_JWKS_URL", url), ("TURNPIKE_JWKS_URL", url)]),
            "`TURNPIKE_JWT_AUDIENCE` is not set",
        ),
    ] {
        let message = outcome.err().unwrap_or_else(|| panic!("{what} is accepted"));
        assert!(message.contains(named), "{what}: {message}");
        assert!(!message.contains(SECRETS[0]) && !message.contains(tokens::SECRET), "{message}");
    }
    let apart = [("TURNPIKE_SERVICE_JWKS_URL", url), ("TURNPIKE_JWKS_URL", url), ("TURNPIKE_JWT_AUDIENCE", "people")];
    assert!(services(&apart).is_ok(), "one key set with two audiences is fine");
}
