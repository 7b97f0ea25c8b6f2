//! Who answered what: the comparison with what must be answered, and the table of it.

use std::{fmt::Write, time::Duration};

use crate::asked::Asked;

/// Differences that are printed for one runtime.
const MOST_SHOWN: usize = 3;

/// In place of an answer: the call cannot be put to this runtime at all.
pub(crate) const UNASKED: &[u8] = b"-";

/// What one runtime answered.
#[derive(Debug)]
pub(crate) struct Line {
    name: String,
    asked: usize,
    unasked: usize,
    /// How many calls cannot be put to it.
    unaskable: usize,
    differing: usize,
    took: Duration,
    /// The first differences, in words.
    shown: Vec<String>,
}

impl Line {
    /// Compares answers, each ended by a line feed, byte by byte with those expected. `unaskable` is how many calls cannot
    /// be put to this runtime.
    pub(crate) fn compare(name: &str, asked: &Asked, answers: &[u8], took: Duration, unaskable: usize) -> Self {
        let name = name.to_owned();
        let mut line = Self { name, asked: 0, unasked: 0, unaskable, differing: 0, took, shown: Vec::new() };
        let mut answers = answers.split_inclusive(|byte| *byte == b'\n');
        for pair in &asked.pairs {
            let answer = answers.next().and_then(|answer| answer.strip_suffix(b"\n"));
            if answer == Some(UNASKED) {
                line.unasked += 1;
                continue;
            }
            line.asked += 1;
            if answer != Some(pair.answer.as_bytes()) {
                let answered = answer.map_or("nothing".into(), String::from_utf8_lossy);
                line.differs(format!(
                    "to {}\n  expected {}\n  answered {answered}",
                    String::from_utf8_lossy(&pair.call),
                    pair.answer
                ));
            }
        }
        let beyond = answers.count();
        if beyond > 0 {
            line.differs(format!("{beyond} answers to nothing"));
        }
        if line.unasked != unaskable {
            line.shown.push(format!("in that {} calls were not asked, {unaskable} cannot be", line.unasked));
        }
        line
    }

    /// Whether every call that can be put to it was, and got the very bytes that were expected.
    pub(crate) fn agrees(&self) -> bool {
        self.differing == 0 && self.asked > 0 && self.unasked == self.unaskable
    }

    fn differs(&mut self, how: String) {
        self.differing += 1;
        if self.shown.len() < MOST_SHOWN {
            self.shown.push(how);
        }
    }
}

/// One line per runtime, after what differs.
pub(crate) fn table(lines: &[Line], timed: bool) -> String {
    let mut text = String::new();
    for line in lines {
        for shown in &line.shown {
            let _infallible = writeln!(text, "{} differs {shown}", line.name);
        }
    }
    let time = if timed { "  ns per decision" } else { "" };
    let _infallible = writeln!(text, "{:<22}{:>9}{:>14}{:>11}{time}", "runtime", "asked", "not askable", "differing");
    for line in lines {
        let asked = u128::try_from(line.asked.max(1)).unwrap_or(u128::MAX);
        let time = if timed { format!("{:>17}", line.took.as_nanos() / asked) } else { String::new() };
        let _infallible =
            writeln!(text, "{:<22}{:>9}{:>14}{:>11}{time}", line.name, line.asked, line.unasked, line.differing);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asked::Pair;

    fn asked() -> Asked {
        let pair = |answer: &str| Pair { call: b"call".to_vec(), answer: answer.to_owned() };
        Asked { pairs: vec![pair("one"), pair("two")], ..Asked::default() }
    }

    fn compared(answers: &str) -> Line {
        unable(answers, 0)
    }

    fn unable(answers: &str, unaskable: usize) -> Line {
        Line::compare("somewhere", &asked(), answers.as_bytes(), Duration::from_nanos(30), unaskable)
    }

    #[test]
    fn only_the_same_bytes_agree() {
        assert!(compared("one\ntwo\n").agrees());
        for other in ["one\nTwo\n", "one\ntwo", "one\n", "one\ntwo\nthree\n", "two\none\n", "one \ntwo\n", ""] {
            assert!(!compared(other).agrees(), "{other:?}");
        }
    }

    #[test]
    fn what_cannot_be_asked_is_counted_and_is_as_much_as_is_known() {
        assert_eq!(compared("-\ntwo\n").unasked, 1);
        assert!(unable("-\ntwo\n", 1).agrees());
        for (answers, unaskable) in [("-\ntwo\n", 0), ("one\ntwo\n", 1), ("-\n-\n", 1), ("-\n-\n", 2)] {
            assert!(!unable(answers, unaskable).agrees(), "{answers:?}, {unaskable}");
        }
        let table = table(&[unable("-\n-\n", 1)], false);
        assert!(table.starts_with("somewhere differs in that 2 calls were not asked, 1 cannot be\n"), "{table}");
    }

    #[test]
    fn the_table_tells_what_differs() {
        let table = table(&[compared("one\nTwo\n")], true);
        assert!(table.contains("answered Two") && table.ends_with(" 15\n"), "{table}");
        assert!(!super::table(&[compared("one\ntwo\n")], false).contains("15"));
    }
}
