//! The token of a cookie, taken from requests only that the store's own pages make.
//!
//! A browser sends a cookie along with whatever any page makes it ask. So beside the cookie's own `SameSite` three things
//! must hold that a foreign page cannot bring about: the right origin, a type that a form cannot send, and a header field
//! that only scripts send, and only to where CORS lets them.

use axum::http::{HeaderMap, HeaderName, Method, header};
use cookie::Cookie;
use reqwest::Url;

use super::AuthenticationError::{self, CrossSite, NoToken, Rejected};
use crate::config::browser::BrowserConfig;

/// Only scripts can send it.
const MARK: HeaderName = HeaderName::from_static("x-turnpike");
/// From where a browser says that a request comes (W3C Fetch Metadata).
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Requests with a cookie.
#[derive(Debug)]
pub(super) struct Sessions {
    /// The cookie that holds the token.
    cookie: String,
    /// Under which address callers reach the service.
    public_url: Option<Url>,
    /// Origins whose pages may use the cookie besides the host's own.
    trusted: Vec<String>,
}

/// From where a request comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// A page of this host.
    Own,
    /// A page of an origin that is trusted.
    Trusted,
}

impl Sessions {
    /// By configuration; none where no cookie is configured.
    pub(super) fn new(config: &BrowserConfig, public_url: Option<&str>) -> Option<Self> {
        Some(Self {
            cookie: config.session_cookie.clone()?,
            public_url: public_url.and_then(|url| Url::parse(url).ok()),
            trusted: config.session_origins.clone(),
        })
    }

    /// The token of a request.
    ///
    /// # Errors
    /// When there is none, or more than one, or the request may come from a foreign page.
    pub(super) fn token<'headers>(
        &self,
        method: &Method,
        headers: &'headers HeaderMap,
    ) -> Result<&'headers str, AuthenticationError> {
        let token = self.cookie(headers)?;
        if method.is_safe() {
            self.check_read(headers)?
        } else {
            self.check_write(headers)?
        }
        Ok(token)
    }

    fn cookie<'headers>(&self, headers: &'headers HeaderMap) -> Result<&'headers str, AuthenticationError> {
        let mut values = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .filter(|cookie| cookie.name() == self.cookie)
            .filter_map(|cookie| cookie.value_raw());
        let value = values.next().filter(|value| !value.is_empty()).ok_or(NoToken)?;
        if values.next().is_some() {
            // Another host of the same site can set one of that name too; which of them is the session is not known.
            return Err(Rejected("more than one cookie of that name"));
        }
        Ok(value)
    }

    /// A read changes nothing, and a foreign page cannot see its answer. Still it is not made for one.
    fn check_read(&self, headers: &HeaderMap) -> Result<(), AuthenticationError> {
        match (single(headers, &FETCH_SITE)?, single(headers, &header::ORIGIN)?) {
            (None, None) | (Some("same-origin" | "none"), _) => Ok(()),
            (None, Some(origin)) => self.origin(origin, headers).map(|_| ()),
            (Some("same-site"), Some(origin)) => self.origin(origin, headers).map(|_| ()),
            (Some(_), _) => Err(CrossSite("`Sec-Fetch-Site` names another site")),
        }
    }

    fn check_write(&self, headers: &HeaderMap) -> Result<(), AuthenticationError> {
        if single(headers, &header::CONTENT_TYPE)?.is_none_or(|media_type| !is_json(media_type)) {
            return Err(CrossSite("`Content-Type` is not `application/json`"));
        }
        if single(headers, &MARK)? != Some("1") {
            return Err(CrossSite("`X-Turnpike` is not `1`"));
        }
        let origin = single(headers, &header::ORIGIN)?.ok_or(CrossSite("there is no `Origin`"))?;
        match (self.origin(origin, headers)?, single(headers, &FETCH_SITE)?) {
            // Browsers leave it out where the connection is not secure.
            (_, None) | (From::Own, Some("same-origin")) | (From::Trusted, Some("same-site")) => Ok(()),
            (_, Some(_)) => Err(CrossSite("`Sec-Fetch-Site` names another site")),
        }
    }

    /// Whose origin it is.
    fn origin(&self, origin: &str, headers: &HeaderMap) -> Result<From, AuthenticationError> {
        let public = self.public_url.as_ref().map(|url| url.origin().ascii_serialization());
        if public.as_deref() == Some(origin) {
            return Ok(From::Own);
        }
        if self.trusted.iter().any(|trusted| trusted == origin) {
            return Ok(From::Trusted);
        }
        let host = single(headers, &header::HOST)?.unwrap_or_default().to_ascii_lowercase();
        // A proxy in front may end TLS, so either scheme can be the right one, but for the public address.
        let is_own = ["https://", "http://"]
            .iter()
            .any(|scheme| !host.is_empty() && origin.strip_prefix(scheme).is_some_and(|authority| authority == host));
        let is_public_host = self.public_url.as_ref().is_some_and(|url| authority(url) == host);
        if is_own && !is_public_host { Ok(From::Own) } else { Err(CrossSite("`Origin` is another one")) }
    }
}

/// Host and port as `Host` names them.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// A field's value; what stands there twice or is no text may mean two things.
fn single<'headers>(
    headers: &'headers HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'headers str>, AuthenticationError> {
    let mut values = headers.get_all(name).iter();
    match (values.next().map(|value| value.to_str()), values.next()) {
        (None, _) => Ok(None),
        (Some(Ok(value)), None) => Ok(Some(value)),
        _ => Err(CrossSite("a header field is there twice, or is no text")),
    }
}

/// With a cookie only the very type counts that no form can send.
fn is_json(media_type: &str) -> bool {
    media_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}
