//! Header fields of the page's document: what it may load, run and talk to, and who may frame it.

use axum::http::{HeaderName, HeaderValue, header};

/// What the page may do, its framing left out. Everything comes from this host; scripts are files, and of code in texts
/// WebAssembly alone is let through; whatever turns a text into markup goes through Lit's own policy.
const CONTENT: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; \
     require-trusted-types-for 'script'; trusted-types lit-html";

/// Of a browser's powers the page needs none.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), \
     geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), magnetometer=(), microphone=(), midi=(), \
     payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), \
     xr-spatial-tracking=()";

/// The fields, for a page that these origins may frame.
pub(super) fn fields(frame_ancestors: &[String]) -> Vec<(HeaderName, HeaderValue)> {
    let framed = !frame_ancestors.is_empty();
    let ancestors = if framed { frame_ancestors.join(" ") } else { "'none'".to_owned() };
    // Origins are letters, digits and the signs of an address. Were one not, then a page that shows nothing is safe.
    let content = HeaderValue::from_str(&format!("{CONTENT}; frame-ancestors {ancestors}"))
        .unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    // A page that is isolated from other origins frames only what lets itself be loaded by them.
    let loaded_by = if framed { "cross-origin" } else { "same-origin" };
    vec![
        (header::CONTENT_SECURITY_POLICY, content),
        // Its requests carry the page's origin to its own host, and nothing goes anywhere else.
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS)),
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static(loaded_by)),
    ]
}
