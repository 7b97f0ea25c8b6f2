//! What a table's file is made of: headings, and under each the rows of a Markdown table.

/// A part of the file: its heading and the rows below it, without the row of titles.
pub(crate) struct Section<'a> {
    pub(crate) heading: &'a str,
    pub(crate) rows: Vec<Vec<&'a str>>,
}

/// All parts of a file that have a heading of the second level.
pub(crate) fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push(Section { heading: heading.trim(), rows: Vec::new() });
        } else if let (Some(section), Some(cells)) = (sections.last_mut(), cells(line)) {
            section.rows.push(cells);
        }
    }
    for section in &mut sections {
        // The titles, and the line between them and the rows.
        section.rows.drain(..section.rows.len().min(2));
    }
    sections
}

/// What stands behind `name: ` at the beginning of a line, in backticks.
pub(crate) fn property<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": `"))?;
    line.trim_end().strip_suffix('`')
}

/// The words of a cell that stand in backticks.
pub(crate) fn code(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}
