//! Material Design Icons in the binary: compressed blocks of lines, each a name and its path, in order.
//!
//! `cargo xtask js` packs them from the package `@mdi/svg` (Pictogrammers, Apache License 2.0). A block's file is called
//! as its first icon.

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use rust_embed::RustEmbed;

/// The blocks, found by build.rs.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/icons"]
struct Blocks;

/// What the catalogue's names begin with that are icons of this set.
const PREFIX: &str = "mdi-";
/// Most characters of a name.
const LONGEST: usize = 64;
/// Most bytes of an unpacked block: far more than xtask puts into one.
const LARGEST: usize = 1 << 20;

/// The name in the set of an icon that the catalogue calls `mdi-…`; `None` when it cannot be one.
pub(super) fn name(icon: &str) -> Option<&str> {
    icon.strip_prefix(PREFIX).filter(|name| {
        (1..=LONGEST).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    })
}

/// The drawing of an icon that the catalogue calls `mdi-…`, as SVG; `None` when the set has none of that name.
#[must_use]
pub fn drawing(icon: &str) -> Option<String> {
    let name = name(icon)?;
    let block = Blocks::iter().filter(|first| first.as_ref() <= name).max()?;
    let block = decompress_to_vec_zlib_with_limit(&Blocks::get(&block)?.data, LARGEST).ok()?;
    let path = str::from_utf8(&block).ok()?.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    Some(format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="{path}"/></svg>"#))
}
