//! Packs the icons that the host embeds: sorted lines of name and path, in compressed blocks.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail, ensure};

use super::folder;
use crate::workspace::Workspace;

/// The package with one SVG file per icon; its version is in js/package-lock.json.
const PACKAGE: &str = "node_modules/@mdi/svg";
/// Bytes of lines after which a block ends: twice what the compression looks back, and quickly unpacked.
const BLOCK: usize = 64 * 1024;
/// The best compression, which is slow, and is not asked for often.
const LEVEL: u8 = 10;

/// Packs the icons into target/icons, unless they are there from the same version of the package.
pub(crate) fn pack(workspace: &Workspace) -> anyhow::Result<()> {
    let package = folder(workspace).join(PACKAGE);
    let version = version(&package)?;
    let packed = workspace.icons();
    let stamp = workspace.root.join("target/icons.version");
    if packed.is_dir() && fs::read_to_string(&stamp).is_ok_and(|stamped| stamped == version) {
        return Ok(());
    }
    let lines = lines(&package.join("svg"))?;
    let blocks = blocks(&lines);
    let bytes: usize = blocks.iter().map(|(_, block)| block.len()).sum();
    let new = workspace.root.join("target/icons.new");
    for old in [&packed, &new] {
        if old.exists() {
            fs::remove_dir_all(old).with_context(|| format!("cannot delete `{}`", old.display()))?;
        }
    }
    fs::create_dir_all(&new).with_context(|| format!("cannot make `{}`", new.display()))?;
    for (first, block) in &blocks {
        let file = new.join(first);
        fs::write(&file, block).with_context(|| format!("cannot write `{}`", file.display()))?;
    }
    fs::rename(&new, &packed).with_context(|| format!("cannot write `{}`", packed.display()))?;
    fs::write(&stamp, &version).context("cannot remember the version of the icons")?;
    println!("icons  {version}  {} icons in {} blocks  {bytes} bytes", lines.len(), blocks.len());
    Ok(())
}

fn version(package: &Path) -> anyhow::Result<String> {
    let file = package.join("package.json");
    let text = fs::read_to_string(&file)
        .with_context(|| format!("cannot read `{}`: `npm ci` in js installs it", file.display()))?;
    let manifest: serde_json::Value = serde_json::from_str(&text)?;
    let version = manifest["version"].as_str().context("the package of icons has no version")?;
    Ok(version.to_owned())
}

/// Name and path of each icon of a folder, by name.
fn lines(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
        let file = entry?.path();
        let Some(name) = file.file_name().and_then(|name| name.to_str()?.strip_suffix(".svg")) else { continue };
        let svg = fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
        let path = path(&svg).with_context(|| format!("`{}` is not drawn as the host serves it", file.display()))?;
        lines.push((name.to_owned(), path.to_owned()));
    }
    ensure!(!lines.is_empty(), "`{}` holds no icons", folder.display());
    lines.sort();
    Ok(lines)
}

/// The one path of a drawing of 24 by 24.
fn path(svg: &str) -> anyhow::Result<&str> {
    let (_, drawn) = svg.split_once(r#"viewBox="0 0 24 24""#).context("it is not 24 by 24")?;
    let mut parts = drawn.split(" d=\"");
    let (Some(_), Some(part), None) = (parts.next(), parts.next(), parts.next()) else { bail!("it has not one path") };
    let (path, _) = part.split_once('"').context("its path does not end")?;
    let is_path = |letter: char| letter.is_ascii_alphanumeric() || " ,.-".contains(letter);
    ensure!(!path.is_empty() && path.chars().all(is_path), "its path holds other signs than numbers and commands");
    Ok(path)
}

/// Compressed blocks of whole lines, each with the name of its first icon.
fn blocks(lines: &[(String, String)]) -> Vec<(&str, Vec<u8>)> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, String)> = None;
    for (name, path) in lines {
        let (_, text) = open.get_or_insert_with(|| (name, String::with_capacity(BLOCK + 4096)));
        text.push_str(&format!("{name} {path}\n"));
        if text.len() >= BLOCK {
            blocks.extend(open.take());
        }
    }
    blocks.extend(open);
    let compressed = |text: String| miniz_oxide::deflate::compress_to_vec_zlib(text.as_bytes(), LEVEL);
    blocks.into_iter().map(|(first, text)| (first, compressed(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_one_path_of_the_right_size() {
        let svg = |inside: &str| format!(r#"<svg viewBox="0 0 24 24">{inside}</svg>"#);
        assert_eq!(path(&svg(r#"<path d="M1,2.5A-3 4Z" />"#)).unwrap(), "M1,2.5A-3 4Z");
        for bad in [
            r#"<path d="M1 2" /><path d="M3 4" />"#,
            r#"<path d="" />"#,
            r#"<path d="M1&quot;" />"#,
            r#"<path d="M1"#,
            "<g/>",
        ] {
            assert!(path(&svg(bad)).is_err(), "{bad}");
        }
        assert!(path(r#"<svg viewBox="0 0 48 48"><path d="M1 2"/></svg>"#).is_err());
    }

    #[test]
    fn blocks_are_called_as_their_first_icon_and_hold_all_of_them() {
        let lines: Vec<(String, String)> =
            (0..300).map(|icon| (format!("icon-{icon:03}"), "M1,2".repeat(200))).collect();
        let blocks = blocks(&lines);
        assert!(blocks.len() > 2);
        let text: String = blocks
            .iter()
            .map(|(first, block)| {
                let text = miniz_oxide::inflate::decompress_to_vec_zlib(block).unwrap();
                let text = String::from_utf8(text).unwrap();
                assert!(text.starts_with(&format!("{first} ")), "{first}");
                text
            })
            .collect();
        let expected: String = lines.iter().map(|(name, path)| format!("{name} {path}\n")).collect();
        assert_eq!(text, expected);
    }
}
