//! The files of the page, each with its compressed variants.

use rust_embed::{EmbeddedFile, RustEmbed};

use super::encoding::Encoding;

/// What `npm run build:page` made, found by build.rs.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/page"]
struct Embedded;

/// The files of the page.
pub struct Files;

/// One of them in the form that a caller accepts.
pub(super) struct Found {
    pub(super) file: EmbeddedFile,
    pub(super) encoding: Encoding,
    pub(super) media_type: &'static str,
}

impl Files {
    /// The names of all files, compressed variants left out.
    pub fn names() -> impl Iterator<Item = String> {
        Embedded::iter().map(|name| name.into_owned()).filter(|name| Encoding::of_name(name) == Encoding::Identity)
    }

    /// The file of that name in the first of the encodings that it has. What is no name of a file of the page, or of
    /// none that a page may hold, is not there.
    pub(super) fn find(name: &str, accepted: &[Encoding]) -> Option<Found> {
        if Encoding::of_name(name) != Encoding::Identity {
            return None;
        }
        let media_type = media_type(name)?;
        let whole = Embedded::get(name)?;
        let (encoding, file) = accepted
            .iter()
            .filter(|encoding| **encoding != Encoding::Identity)
            .find_map(|encoding| Some((*encoding, Embedded::get(&format!("{name}{}", encoding.suffix()))?)))
            .unwrap_or((Encoding::Identity, whole));
        Some(Found { file, encoding, media_type })
    }
}

/// The type of a file by its ending.
#[must_use]
pub fn media_type(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => return None,
    })
}
