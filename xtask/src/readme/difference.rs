//! Two texts line by line: what only the first has after `- `, what only the second has after `+ `.

/// The lines of both, with the longest common sequence of lines unmarked.
pub(crate) fn between(expected: &str, found: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let common = common_lengths(&old, &new);
    let (mut at_old, mut at_new) = (0, 0);
    let mut lines = Vec::new();
    while at_old < old.len() || at_new < new.len() {
        if at_old < old.len() && at_new < new.len() && old[at_old] == new[at_new] {
            lines.push(format!("  {}", old[at_old]));
            (at_old, at_new) = (at_old + 1, at_new + 1);
        } else if at_old < old.len()
            && (at_new == new.len() || common[at_old + 1][at_new] >= common[at_old][at_new + 1])
        {
            lines.push(format!("- {}", old[at_old]));
            at_old += 1;
        } else {
            lines.push(format!("+ {}", new[at_new]));
            at_new += 1;
        }
    }
    lines.join("\n")
}

/// For each pair of places how many lines the rests have in common.
fn common_lengths(old: &[&str], new: &[&str]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
    for at_old in (0..old.len()).rev() {
        for at_new in (0..new.len()).rev() {
            common[at_old][at_new] = if old[at_old] == new[at_new] {
                common[at_old + 1][at_new + 1] + 1
            } else {
                common[at_old + 1][at_new].max(common[at_old][at_new + 1])
            };
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn only_what_differs_is_marked() {
        assert_eq!(between("a\nb\nc", "a\nx\nc\nd"), "  a\n- b\n+ x\n  c\n+ d");
        assert_eq!(between("", "a"), "+ a");
        assert_eq!(between("same", "same"), "  same");
    }
}
