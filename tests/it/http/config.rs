//! The configuration: what each layer says, and what is told about faults.

use std::{ffi::OsString, io::Write as _, time::Duration};

use core_wasm::settings::{AdminMatch, Gate, OrphanEnd};
use secrecy::ExposeSecret;
use turnpike::config::{Config, ConfigError, Flag, Sources, auth::KeySource, log::LogFormat, server::LISTEN};

const LONG: &str = "0123456789abcdef0123456789abcdef";

fn variables(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
}

fn load(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::load(&Sources { variables: variables(pairs), ..Sources::default() })
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    file
}

#[test]
fn defaults() {
    let config = load(&[("PATH", "/bin"), ("TURNPIKE", "x")]).expect("a configuration");
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database.url.expose_secret(), "sqlite:turnpike.db");
    assert_eq!(config.database.timeout, Duration::from_secs(5));
    assert!(config.auth.keys.is_none());
    assert!(config.stripe.secret_key.is_none());
    assert_eq!(config.stripe.api_base, "https://api.stripe.com");
    assert!(config.mail.smtp.is_none());
    assert!(config.limits.enabled);
    assert_eq!(config.ledger.billing_wait, Duration::from_secs(10));
    assert_eq!(config.ledger.lease, Duration::from_secs(60));
    assert_eq!(config.home_mandate.plan, "TRIAL_7D");
    assert_eq!(config.rule_settings(), core_wasm::settings::Settings::default());
}

#[test]
fn flags_win_over_variables_over_the_file() {
    let file = file(
        r#"
        [server]
        listen = "127.0.0.1:1001"
        request_timeout = "40s"
        [database]
        timeout = "1s"
        [rules]
        admin_labels = ["chef", "admin"]
        orphan_end = "admin"
        [home_mandate]
        enabled = false
        [limits]
        address = 5
        [log]
        "#,
    );
    let sources = Sources {
        file: Some(file.path().to_owned()),
        variables: variables(&[
            ("TURNPIKE_LISTEN", "127.0.0.1:1002"),
            ("TURNPIKE_DATABASE_TIMEOUT", "250ms"),
            ("TURNPIKE_ADMIN_MATCH", "words"),
            ("TURNPIKE_ORPHAN_END", " "),
        ]),
        flags: vec![Flag { setting: LISTEN, flag: "--listen", value: "127.0.0.1:1003".to_owned() }],
    };
    let config = Config::load(&sources).expect("a configuration");
    assert_eq!(config.server.listen.port(), 1003);
    assert_eq!(config.server.request_timeout, Duration::from_secs(40));
    assert_eq!(config.database.timeout, Duration::from_millis(250));
    assert_eq!(config.rules.admin_labels, ["chef", "admin"]);
    assert_eq!(config.rules.admin_match, AdminMatch::Words);
    assert_eq!(config.rules.orphan_end, OrphanEnd::Admin, "an empty variable counts as not set");
    assert!(!config.rule_settings().home_mandate);
    assert_eq!(config.limits.address.get(), 5);

    let path = file.path().to_str().expect("a path");
    let config = load(&[("TURNPIKE_CONFIG", path)]).expect("a configuration");
    assert_eq!(config.server.listen.port(), 1001);
}

#[test]
fn good_values() {
    let config = load(&[
        ("TURNPIKE_PUBLIC_URL", "https://store.example.com/shop/"),
        ("TURNPIKE_JWKS_URL", "http://127.0.0.1:9/keys"),
        ("TURNPIKE_STRIPE_SECRET_KEY", "sk_test_1"),
        ("TURNPIKE_STRIPE_API_BASE", "http://stripe-sim:12111/"),
        ("TURNPIKE_BILLING_GATE", "payment"),
        ("TURNPIKE_INVOICE_BUDGET", "20"),
        ("TURNPIKE_SMTP_URL", "smtps://user:word@mail.example.com:465"),
        ("TURNPIKE_MAIL_FROM", "Store <store@example.com>"),
        ("TURNPIKE_RATE_LIMIT", "off"),
        ("TURNPIKE_HOME_MANDATE_TRIAL", "2h"),
        ("TURNPIKE_LOG_FORMAT", "json"),
        ("TURNPIKE_LOG", "info,turnpike::ledger=debug"),
        // What Kubernetes adds for services of the same namespace.
        ("TURNPIKE_SERVICE_HOST", "10.0.0.1"),
        ("TURNPIKE_PORT", "tcp://10.0.0.1:80"),
        ("TURNPIKE_WEB_PORT_80_TCP_ADDR", "10.0.0.1"),
        ("TURNPIKE_WEB_SERVICE_PORT_HTTP", "80"),
    ])
    .expect("a configuration");
    assert_eq!(config.server.public_url.as_deref(), Some("https://store.example.com/shop"));
    assert!(matches!(config.auth.keys, Some(KeySource::Jwks(_))));
    assert_eq!(config.stripe.api_base, "http://stripe-sim:12111");
    assert!(!config.stripe.is_live());
    assert_eq!((config.billing.gate, config.rule_settings().invoice_budget), (Gate::Payment, 20));
    assert!(config.mail.smtp.is_some());
    assert!(!config.limits.enabled);
    assert_eq!(config.home_mandate.trial, Duration::from_secs(7200));
    assert_eq!(config.log.format, LogFormat::Json);
}

#[test]
fn faults_name_the_variable_and_what_would_be_right() {
    for (pairs, expected) in [
        (
            vec![("TURNPIKE_LISTEN", "8080")],
            "`TURNPIKE_LISTEN` is `8080`, it must be an IP address with a port, such as `127.0.0.1:8080` or `[::]:8080`",
        ),
        (vec![("TURNPIKE_LISTN", "x")], "`TURNPIKE_LISTN` is not known; did you mean `TURNPIKE_LISTEN`?"),
        (
            vec![("TURNPIKE_DATABASEURL", "x")],
            "`TURNPIKE_DATABASEURL` is not known; did you mean `TURNPIKE_DATABASE_URL`?",
        ),
        (vec![("TURNPIKE_ZZZ", "x")], "`TURNPIKE_ZZZ` is not known; `turnpike serve --help` lists the settings"),
        (
            vec![("TURNPIKE_JWT_SECRET", "short")],
            "`TURNPIKE_JWT_SECRET` has a value that is not accepted, it must be at least 32 bytes long, better random",
        ),
        (
            vec![("TURNPIKE_JWT_SECRET", LONG), ("TURNPIKE_JWKS_URL", "https://idp.example.com/keys")],
            "`TURNPIKE_JWT_SECRET` and `TURNPIKE_JWKS_URL` are both set: set the one that fits your tokens",
        ),
        (
            vec![("TURNPIKE_JWKS_URL", "http://idp.example.com/keys")],
            "`TURNPIKE_JWKS_URL` is `http://idp.example.com/keys`, it must be an `https://` address (`http://` only on a loopback address)",
        ),
        (
            vec![("TURNPIKE_STRIPE_SECRET_KEY", "pk_live_hush")],
            "`TURNPIKE_STRIPE_SECRET_KEY` has a value that is not accepted, it must be a secret or restricted key (`sk_…` or `rk_…`)",
        ),
        (
            vec![("TURNPIKE_STRIPE_SECRET_KEY", "sk_live_hush"), ("TURNPIKE_STRIPE_API_BASE", "http://127.0.0.1:1")],
            "`TURNPIKE_STRIPE_SECRET_KEY` is a live key, but `TURNPIKE_STRIPE_API_BASE` is `http://127.0.0.1:1`: a live key is only ever sent to `https://api.stripe.com`",
        ),
        (
            vec![("TURNPIKE_DATABASE_URL", "mysql://root:hush@db/x")],
            "`TURNPIKE_DATABASE_URL` has a value that is not accepted, it must be `sqlite:FILE` such as `sqlite:turnpike.db`, or `postgres://USER:PASSWORD@HOST/DATABASE`",
        ),
        (
            vec![("TURNPIKE_SMTP_URL", "smtp://mail.example.com")],
            "`TURNPIKE_MAIL_FROM` is not set: `TURNPIKE_SMTP_URL` is set, so mails need a sender",
        ),
        (
            vec![("TURNPIKE_BILLING_WAIT", "30s")],
            "`TURNPIKE_REQUEST_TIMEOUT` must be longer than `TURNPIKE_BILLING_WAIT`: a request waits that long for billing before it answers 202",
        ),
        (vec![("TURNPIKE_LEDGER_TICK", "0s")], "`TURNPIKE_LEDGER_TICK` is `0s`, it must be a duration above zero"),
        (vec![("TURNPIKE_RATE_LIMIT", "maybe")], "`TURNPIKE_RATE_LIMIT` is `maybe`, it must be `on` or `off`"),
        (
            vec![("TURNPIKE_ADMIN_LABELS", "admin,,")],
            "`TURNPIKE_ADMIN_LABELS` is `admin,,`, it must be one or more texts, separated by commas",
        ),
        (vec![("TURNPIKE_PAGE_LOCALE", "rm")], "`TURNPIKE_PAGE_LOCALE` is `rm`, it must be `de`, `fr`, `it` or `en`"),
        (
            vec![("TURNPIKE_PAGE_MANDATE_EN", "tenant")],
            "`TURNPIKE_PAGE_MANDATE_EN` is `tenant`, it must be a word for one and a word for several, such as `tenant, tenants`",
        ),
        (
            vec![("TURNPIKE_CORS_ORIGINS", "*")],
            "`TURNPIKE_CORS_ORIGINS` is `*`, it must be one or more exact origins such as `https://app.example.com`, separated by commas, never `*`",
        ),
        (
            vec![("TURNPIKE_SESSION_COOKIE", "a b")],
            "`TURNPIKE_SESSION_COOKIE` is `a b`, it must be the name of a cookie, such as `__Host-session`",
        ),
        (
            vec![("TURNPIKE_SESSION_ORIGINS", "https://app.example.com")],
            "`TURNPIKE_SESSION_COOKIE` is not set: `TURNPIKE_SESSION_ORIGINS` lets pages of `https://app.example.com` call with it",
        ),
        (
            vec![
                ("TURNPIKE_SESSION_COOKIE", "session"),
                ("TURNPIKE_CORS_ORIGINS", "https://app.example.com"),
                ("TURNPIKE_SESSION_ORIGINS", "https://app.example.com,https://other.example"),
            ],
            "`https://other.example` is in `TURNPIKE_SESSION_ORIGINS`, but not in `TURNPIKE_CORS_ORIGINS`: what may call with the cookie must be let in at all",
        ),
        (
            vec![("TURNPIKE_PAGE_PEOPLE", "people.json"), ("TURNPIKE_STRIPE_SECRET_KEY", "sk_live_hush")],
            "`TURNPIKE_PAGE_PEOPLE` is set, and `TURNPIKE_STRIPE_SECRET_KEY` is a live key: signing in without a password is for demos only",
        ),
        (
            vec![("TURNPIKE_BILLING_GATE", "paid")],
            "`TURNPIKE_BILLING_GATE` is `paid`, it must be `quantity` or `payment`",
        ),
        (
            vec![("TURNPIKE_INVOICE_BUDGET", "21")],
            "`TURNPIKE_INVOICE_BUDGET` is `21`, it must be a whole number from 1 to 20, which is Stripe's own limit",
        ),
        (
            vec![("TURNPIKE_CURRENCY", "chf")],
            "`TURNPIKE_CURRENCY` is `chf`, it must be a currency of three capital letters, such as `CHF`",
        ),
        (
            vec![("TURNPIKE_CONFIG", "/nowhere/turnpike.toml")],
            "cannot read the configuration file `/nowhere/turnpike.toml`: No such file or directory (os error 2)",
        ),
    ] {
        let message = load(&pairs).expect_err(expected).to_string();
        assert_eq!(message, expected);
        assert!(!message.contains("hush"), "no secret in a message");
    }
    for duration in ["10", "s", "-1s", "1.5s", "1w", "99999999999999999999s", "99999999d", "10 s x"] {
        let fault = load(&[("TURNPIKE_BILLING_WAIT", duration)]).expect_err(duration).to_string();
        assert!(fault.ends_with("it must be a duration such as `500ms`, `10s`, `5m`, `2h` or `7d`"), "{fault}");
    }
    let fault = load(&[]).expect("a configuration").auth.required_keys().expect_err("no key").to_string();
    assert!(fault.starts_with("neither `TURNPIKE_JWT_SECRET` nor `TURNPIKE_JWKS_URL` is set: "), "{fault}");
}

#[test]
fn faults_of_the_file_name_key_and_file() {
    for (text, expected) in [
        ("[server]\nlisten = ", "is not valid TOML: line 2: "),
        ("[server]\nlisten = 5\n", "`server.listen` in `FILE` (variable `TURNPIKE_LISTEN`) is `5`, it must be"),
        ("[server]\nlistn = 5\n", "`server.listn` in `FILE` is not known; did you mean `server.listen`?"),
        ("[servr]\nlisten = 5\n", "`servr.listen` in `FILE` is not known; did you mean `server.listen`?"),
        ("listen = 5\n", "`listen` in `FILE` is not known"),
        ("[nonsense]\n", "`nonsense` in `FILE` is not known"),
        ("[ledger]\nlease = 1.5\n", "`ledger.lease` in `FILE` (variable `TURNPIKE_LEDGER_LEASE`) is a TOML float"),
        ("[rules]\nadmin_labels = [\"a,b\"]\n", "is a TOML array, it must be"),
        ("[auth]\njwt_secret = \"hush\"\n", "`auth.jwt_secret` in `FILE` (variable `TURNPIKE_JWT_SECRET`) has a value"),
    ] {
        let file = file(text);
        let sources = Sources { file: Some(file.path().to_owned()), ..Sources::default() };
        let message = Config::load(&sources).expect_err(text).to_string();
        let message = message.replace(&file.path().display().to_string(), "FILE");
        assert!(message.contains(expected), "{message}");
        assert!(!message.contains("hush"), "no secret in a message");
    }
}

#[test]
fn secrets_are_not_printed() {
    let config = load(&[
        ("TURNPIKE_JWT_SECRET", &format!("hush{LONG}")),
        ("TURNPIKE_STRIPE_SECRET_KEY", "sk_test_hush"),
        ("TURNPIKE_STRIPE_WEBHOOK_SECRET", "whsec_hush"),
        ("TURNPIKE_DATABASE_URL", "postgres://user:hush@localhost/x"),
        ("TURNPIKE_SMTP_URL", "smtp://user:hush@localhost"),
        ("TURNPIKE_MAIL_FROM", "store@example.com"),
    ])
    .expect("a configuration");
    assert!(!format!("{config:?}").contains("hush"));
}

#[test]
fn webhook_secrets_are_several_and_never_empty() {
    let with = |secret: &str| {
        load(&[("TURNPIKE_STRIPE_SECRET_KEY", "sk_test_x"), ("TURNPIKE_STRIPE_WEBHOOK_SECRET", secret)])
            .map(|config| config.stripe.webhook_secrets.len())
            .map_err(|error| error.to_string())
    };
    for (secret, count) in
        [("whsec_hush1", 1), ("whsec_hush1,whsec_hush2", 2), (" whsec_hush1 ,\n whsec_hush2\twhsec_hush3", 3), (" ", 0)]
    {
        assert_eq!(with(secret), Ok(count), "`{secret}`");
    }
    for secret in
        [",", "whsec_hush,", "whsec_hush,,whsec_hush2", "whsec_", "sk_test_hush", "whsec_hush rk_live_hush", "hüsh"]
    {
        let fault = with(secret).expect_err(secret);
        assert!(
            fault.starts_with("`TURNPIKE_STRIPE_WEBHOOK_SECRET` has a value that is not accepted, it must be"),
            "{fault}"
        );
        assert!(!fault.contains("hush"), "{fault}");
    }
    let fault = load(&[("TURNPIKE_STRIPE_WEBHOOK_SECRET", "whsec_hush")]).expect_err("no key").to_string();
    assert!(fault.starts_with("`TURNPIKE_STRIPE_SECRET_KEY` is not set: "), "{fault}");
    for (text, count) in [
        ("\"whsec_hush\"", Some(1)),
        ("[\"whsec_hush\", \"whsec_hush2\"]", Some(2)),
        ("\"\"", None),
        ("[]", None),
        ("[\"\", \"whsec_hush\"]", None),
    ] {
        let file = file(&format!("[stripe]\nsecret_key = \"sk_test_x\"\nwebhook_secret = {text}\n"));
        let sources = Sources { file: Some(file.path().to_owned()), ..Sources::default() };
        assert_eq!(Config::load(&sources).ok().map(|config| config.stripe.webhook_secrets.len()), count, "{text}");
    }
    for (account, accepted) in [("acct_1A2b", true), ("acct_", false), ("1A2b", false), ("acct_1 2", false)] {
        assert_eq!(load(&[("TURNPIKE_STRIPE_ACCOUNT", account)]).is_ok(), accepted, "{account}");
    }
}

#[test]
fn origins_are_exact() {
    for (given, expected) in [
        ("https://app.example.com", vec!["https://app.example.com"]),
        (
            "https://App.Example.com:443, http://127.0.0.1:3000",
            vec!["https://app.example.com", "http://127.0.0.1:3000"],
        ),
        ("http://[::1]:80", vec!["http://[::1]"]),
        ("https://bücher.example", vec!["https://xn--bcher-kva.example"]),
    ] {
        let config = load(&[("TURNPIKE_CORS_ORIGINS", given), ("TURNPIKE_FRAME_ANCESTORS", given)]).expect(given);
        assert_eq!(config.browser.cors_origins, expected, "{given}");
        assert_eq!(config.page.frame_ancestors, expected, "{given}");
    }
    for given in [
        "*",
        "null",
        "self",
        "app.example.com",
        "https://*.example.com",
        "https://app.example.com/",
        "https://app.example.com/shop",
        "https://app.example.com?x",
        "https://app.example.com#x",
        "https://user@app.example.com",
        "https://:word@app.example.com",
        "https://app.example.com https://other.example.com",
        "https://app.example.com;script-src *",
        "https://app.example.com;x",
        "https://'self'",
        "https://app.example.com,",
        "https://",
        "file:///etc",
        "data:text/html,x",
        "ws://app.example.com",
    ] {
        for variable in ["TURNPIKE_CORS_ORIGINS", "TURNPIKE_FRAME_ANCESTORS"] {
            let fault = load(&[(variable, given)]).expect_err(given).to_string();
            assert!(fault.contains("must be one or more exact origins"), "{fault}");
        }
    }
}
