//! Runs named steps and tells at the end how long each took, whether all of them succeeded or not.

use std::time::{Duration, Instant};

/// The steps so far. Prints its table when dropped.
#[derive(Default)]
pub(crate) struct Steps {
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    took: Duration,
    succeeded: bool,
}

impl Steps {
    /// Runs one step under a headline.
    pub(crate) fn run<T>(&mut self, name: &'static str, step: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = step();
        self.rows.push(Row { name, took: start.elapsed(), succeeded: outcome.is_ok() });
        outcome
    }

    fn table(&self) -> String {
        let total: Duration = self.rows.iter().map(|row| row.took).sum();
        let lines = self.rows.iter().map(|row| line(row.name, row.took, if row.succeeded { "ok" } else { "FAILED" }));
        lines.chain([line("together", total, "")]).collect()
    }
}

fn line(name: &str, took: Duration, outcome: &str) -> String {
    format!("{name:<16}{:>8.1} s  {outcome}", took.as_secs_f64()).trim_end().to_owned() + "\n"
}

impl Drop for Steps {
    fn drop(&mut self) {
        print!("\n{}", self.table());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_the_failed_step() {
        let mut steps = Steps::default();
        steps.run("first", || Ok(())).unwrap();
        assert!(steps.run::<()>("second", || anyhow::bail!("no")).is_err());
        let table = steps.table();
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[0].starts_with("first") && lines[0].ends_with("ok"), "{table}");
        assert!(lines[1].starts_with("second") && lines[1].ends_with("FAILED"), "{table}");
        assert!(lines[2].starts_with("together"), "{table}");
    }
}
