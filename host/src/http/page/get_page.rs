//! `GET /api/store/page`: what the page is told before anybody has signed in.

use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, Uri, header, uri::Authority},
};
use core_wasm::texts::Locale;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Page, people::Person};
use crate::config::page::PageConfig;

/// Languages, words and the way to sign in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct PageAnswer {
    /// For whoever has chosen none: `de`, `fr`, `it` or `en`.
    default_locale: &'static str,
    /// All languages of the page.
    locales: Vec<&'static str>,
    /// What a mandate is called, by language.
    vocabulary: BTreeMap<&'static str, Noun>,
    /// How a visitor becomes somebody.
    sign_in: SignIn,
    /// Under which address the service is known, where that is configured.
    public_url: Option<String>,
}

/// A noun.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Noun {
    /// For one.
    one: String,
    /// For several, and for none.
    many: String,
}

/// How a visitor becomes somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum SignIn {
    /// Whoever embeds the page gives it a bearer token.
    Token,
    /// The browser has a cookie already.
    Cookie,
    /// As one of these people, in a demo.
    People {
        /// All of them.
        people: Vec<Person>,
    },
}

/// Tells what the page needs to begin.
#[utoipa::path(
    get,
    path = "/api/store/page",
    operation_id = "get_page",
    responses((status = 200, description = "Languages, words and the way to sign in", body = PageAnswer))
)]
pub(in crate::http) async fn handler(State(page): State<Arc<Page>>, headers: HeaderMap) -> Json<PageAnswer> {
    let mut answer = page.answer.clone();
    if let Some(people) = page.people.as_ref().filter(|_| is_asked_by_name(&headers, answer.public_url.as_deref())) {
        answer.sign_in = SignIn::People { people: people.clone() };
    }
    Json(answer)
}

impl PageAnswer {
    pub(super) fn new(config: &PageConfig, public_url: Option<String>, sign_in: SignIn) -> Self {
        let nouns = config
            .mandate
            .iter()
            .map(|(locale, word)| (locale.tag(), Noun { one: word.one.clone(), many: word.many.clone() }));
        Self {
            default_locale: config.locale.tag(),
            locales: Locale::ALL.map(Locale::tag).to_vec(),
            vocabulary: nouns.collect(),
            sign_in,
            public_url,
        }
    }
}

/// Whether the request names this machine or the public address. A foreign page can point a name of its own at this
/// machine; asked under such a name, the people's tokens are not told.
fn is_asked_by_name(headers: &HeaderMap, public_url: Option<&str>) -> bool {
    let asked = headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| !host.contains('@'));
    let Some(asked) = asked.and_then(|host| host.parse::<Authority>().ok()) else { return false };
    let is_loopback = asked.host().eq_ignore_ascii_case("localhost")
        || asked.host().trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let public = public_url.and_then(|url| url.parse::<Uri>().ok());
    is_loopback || public.as_ref().and_then(Uri::host).is_some_and(|public| public.eq_ignore_ascii_case(asked.host()))
}
