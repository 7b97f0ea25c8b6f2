//! The store page in the binary: its files, its icons, what it reads first, and the header fields that keep it safe.

pub(super) mod get_asset;
pub(super) mod get_icon;
pub(super) mod get_index;
pub(super) mod get_page;

mod answer;
mod encoding;
mod files;
mod icons;
mod people;
mod policy;

pub use self::{
    files::{Files, media_type},
    icons::drawing,
    people::{PeopleError, Person},
};

use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue};

use self::get_page::{PageAnswer, SignIn};
use crate::{config::Config, ports::store::catalogue::CatalogueStore};

/// What the page's endpoints share.
pub struct Page {
    /// What the page is told before anybody has signed in.
    answer: PageAnswer,
    /// The people of a demo, who are told to callers on this machine only.
    people: Option<Vec<Person>>,
    /// Header fields of its document.
    fields: Vec<(HeaderName, HeaderValue)>,
    /// Says which icons there are.
    catalogue: Arc<dyn CatalogueStore>,
}

impl Page {
    /// The page by configuration.
    ///
    /// # Errors
    /// [`PeopleError`] when there is a file of people that cannot be read.
    pub fn new(config: &Config, catalogue: Arc<dyn CatalogueStore>) -> Result<Self, PeopleError> {
        let sign_in = if config.browser.session_cookie.is_some() { SignIn::Cookie } else { SignIn::Token };
        Ok(Self {
            answer: PageAnswer::new(&config.page, config.server.public_url.clone(), sign_in),
            people: config.page.people.as_deref().map(people::read).transpose()?,
            fields: policy::fields(&config.page.frame_ancestors),
            catalogue,
        })
    }
}
