//! Plain text for people: aligned columns, instants and spans.

use jiff::Timestamp;

use crate::ports::clock::Millis;

/// What stands where there is nothing.
pub(super) const NOTHING: &str = "-";

/// Rows under a headline, each column as wide as its widest cell. The last column is not padded.
pub(super) fn table(headline: &[&str], rows: &[Vec<String>]) -> String {
    let headline: Vec<String> = headline.iter().map(|&cell| cell.to_owned()).collect();
    let all: Vec<&Vec<String>> = std::iter::once(&headline).chain(rows).collect();
    let width = |column: usize| {
        all.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headline.len()).map(width).collect();
    let mut text = String::new();
    for row in all {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// Names and values, one pair a line.
pub(super) fn pairs(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    rows.iter().map(|(name, value)| format!("{name:<width$}  {value}\n")).collect()
}

/// An instant in UTC, to the second.
pub(super) fn instant(at: Millis) -> String {
    Timestamp::from_millisecond(at)
        .map_or_else(|_| format!("{at} ms"), |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// An instant that may be missing.
pub(super) fn instant_or_nothing(at: Option<Millis>) -> String {
    at.map_or_else(|| NOTHING.to_owned(), instant)
}

/// A span in milliseconds, in the two largest units.
pub(super) fn span(ms: i64) -> String {
    let seconds = ms.max(0).saturating_add(999) / 1000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

/// Text of others on one line: what they wrote moves no cursor.
pub(super) fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [vec!["a".to_owned(), "1".to_owned()], vec!["größer".to_owned(), String::new()]];
        assert_eq!(table(&["NAME", "N"], &rows), "NAME    N\na       1\ngrößer\n");
        assert_eq!(pairs(&[("a", "1".to_owned()), ("long", "2".to_owned())]), "a     1\nlong  2\n");
    }

    #[test]
    fn instants_and_spans() {
        assert_eq!(instant(1_795_000_000_000), "2026-11-18T11:06:40Z");
        let spans =
            [(-5, "0 s"), (1, "1 s"), (61_000, "1 min 1 s"), (7_260_000, "2 h 1 min"), (180_000_000, "2 d 2 h")];
        for (ms, text) in spans {
            assert_eq!(span(ms), text);
        }
    }

    #[test]
    fn control_characters_are_harmless() {
        assert_eq!(line("a\u{1b}[2Jb\nc"), "a [2Jb c");
    }
}
