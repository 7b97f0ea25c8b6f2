//! `cargo xtask token`: signed tokens for the users of the demo. The product itself issues none.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

/// The signing secret of the demo, which listens on this machine only.
pub(crate) const DEMO_SECRET: &str = "demo-only-secret-of-at-least-32-bytes";

/// How long a token of the demo is valid.
pub(crate) const DEMO_TTL: Duration = Duration::from_secs(8 * 60 * 60);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The user's id.
    #[arg(long)]
    sub: String,
    /// The user's name; the id when left out.
    #[arg(long)]
    username: Option<String>,
    /// The HS256 secret; the demo's when left out.
    #[arg(long, default_value = DEMO_SECRET)]
    secret: String,
    /// How long the token is valid, like `8h`, `90s` or `7d`.
    #[arg(long, default_value = "8h", value_parser = parse_ttl)]
    ttl: Duration,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let username = args.username.as_deref().unwrap_or(&args.sub);
    println!("{}", mint(&args.sub, username, &args.secret, args.ttl)?);
    Ok(())
}

/// A JWT signed with HS256 that is valid from now for `ttl`.
pub(crate) fn mint(sub: &str, username: &str, secret: &str, ttl: Duration) -> anyhow::Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    let claims = json!({"sub": sub, "username": username, "iat": now.as_secs(), "exp": (now + ttl).as_secs()});
    sign(&json!({"alg": "HS256", "typ": "JWT"}).to_string(), &claims.to_string(), secret)
}

fn sign(header: &str, claims: &str, secret: &str) -> anyhow::Result<String> {
    let content = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = hs256(&content, secret.as_bytes())?;
    Ok(format!("{content}.{signature}"))
}

fn hs256(content: &str, key: &[u8]) -> anyhow::Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).context("the secret cannot be used")?;
    mac.update(content.as_bytes());
    Ok(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn parse_ttl(text: &str) -> anyhow::Result<Duration> {
    // Days are plain 24 hours here, which the library leaves to its caller.
    if let Some(days) = text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok()) {
        return Ok(Duration::from_secs(u64::from(days) * 24 * 60 * 60));
    }
    let duration: jiff::SignedDuration = text.parse().with_context(|| format!("`{text}` is no time span like `8h`"))?;
    Duration::try_from(duration).with_context(|| format!("`{text}` is negative"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7515, appendix A.1, with its key.
    #[test]
    fn signs_as_the_standard_does() {
        let key = URL_SAFE_NO_PAD
            .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
            .unwrap();
        let content = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        assert_eq!(hs256(content, &key).unwrap(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }

    #[test]
    fn a_token_carries_user_and_expiry() {
        let token = mint("u-anna", "anna", DEMO_SECRET, Duration::from_secs(60)).unwrap();
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["sub"], "u-anna");
        assert_eq!(claims["username"], "anna");
        assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 60);
    }

    #[test]
    fn time_spans() {
        for (text, seconds) in [("8h", 28_800), ("90s", 90), ("7d", 604_800), ("1h30m", 5_400)] {
            assert_eq!(parse_ttl(text).unwrap(), Duration::from_secs(seconds), "{text}");
        }
        assert!(parse_ttl("soon").is_err());
        assert!(parse_ttl("-1h").is_err());
    }
}
