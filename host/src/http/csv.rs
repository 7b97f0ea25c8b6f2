//! Lines of a CSV file (RFC 4180) that a spreadsheet takes for what they are: no cell is a formula.

/// A cell.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    /// What people or the product wrote: it may begin as formulas do.
    Text(String),
    /// A number, which may be negative.
    Number(i64),
    /// Nothing.
    Empty,
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Empty, Self::Text)
    }
}

impl From<Option<i64>> for Cell {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }
}

/// Adds a line.
pub(super) fn line(csv: &mut String, cells: impl IntoIterator<Item = Cell>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            csv.push(',');
        }
        match cell {
            Cell::Text(text) => quoted(csv, &text),
            Cell::Number(number) => csv.push_str(&number.to_string()),
            Cell::Empty => {}
        }
    }
    csv.push_str("\r\n");
}

/// Every text in quotes. What a spreadsheet takes for a formula, also behind space, gets an apostrophe before it, which says
/// that the cell is text.
fn quoted(csv: &mut String, text: &str) {
    csv.push('"');
    let first = text.trim_start().chars().next();
    let begins_oddly = text.starts_with(|first: char| first.is_control());
    if begins_oddly || first.is_some_and(|first| "=+-@＝＋－＠".contains(first)) {
        csv.push('\'');
    }
    for letter in text.chars() {
        if letter == '"' {
            csv.push('"');
        }
        csv.push(letter);
    }
    csv.push('"');
}

#[cfg(test)]
mod tests {
    use super::{Cell, line};

    fn of(text: &str) -> String {
        let mut csv = String::new();
        line(&mut csv, [Cell::Text(text.to_owned())]);
        csv
    }

    #[test]
    fn cells_are_kept_apart() {
        let mut csv = String::new();
        line(&mut csv, [Cell::from(Some("a,\"b\"\r\nc".to_owned())), Cell::Number(-5), Cell::from(None::<i64>)]);
        line(&mut csv, [Cell::from(None::<String>), Cell::from(Some(7))]);
        assert_eq!(csv, "\"a,\"\"b\"\"\r\nc\",-5,\r\n,7\r\n");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u{a0}=1", "＝1", "＋1", "－1", "＠x"]
        {
            assert_eq!(of(text), format!("\"'{text}\"\r\n"), "{text:?}");
        }
        for text in ["", "Ada", "a=1", "1-2", "'=1", "Zoë", "(1)"] {
            assert_eq!(of(text), format!("\"{text}\"\r\n"), "{text:?}");
        }
    }
}
