//! The session in a document: fenced `console` blocks of commands, each after `$ `, with what they print below.

use anyhow::bail;

use super::difference;

/// How a block of the session begins and ends.
const FENCE: &str = "```console";
const FENCE_END: &str = "```";
/// What stands before a command.
const PROMPT: &str = "$ ";

/// The commands of a document in their order.
#[derive(Debug)]
pub(crate) struct Session {
    steps: Vec<Step>,
}

/// One command and what is said to come of it.
#[derive(Debug)]
struct Step {
    /// Several lines when they end with `\`.
    command: String,
    output: String,
    /// The lines of the document, counted from 0, that hold the output.
    lines: std::ops::Range<usize>,
}

impl Session {
    /// Finds the commands; a document without any, or with output before the first command of a block, is an error.
    pub(crate) fn read(text: &str) -> anyhow::Result<Self> {
        let mut steps: Vec<Step> = Vec::new();
        let mut lines = text.lines().enumerate().peekable();
        while let Some((_, line)) = lines.next() {
            if line.trim_end() != FENCE {
                continue;
            }
            let mut open = false;
            for (number, line) in lines.by_ref().take_while(|(_, line)| line.trim_end() != FENCE_END) {
                if let Some(command) = line.strip_prefix(PROMPT) {
                    steps.push(Step {
                        command: command.to_owned(),
                        output: String::new(),
                        lines: number + 1..number + 1,
                    });
                    open = true;
                    continue;
                }
                let Some(step) = steps.last_mut().filter(|_| open) else {
                    bail!("line {}: a block of the session begins with a command after `{PROMPT}`", number + 1);
                };
                if step.lines.is_empty() && step.command.ends_with('\\') {
                    step.command = format!("{}\n{line}", step.command);
                    step.lines = number + 1..number + 1;
                } else {
                    step.output.push_str(line);
                    step.output.push('\n');
                    step.lines.end = number + 1;
                }
            }
        }
        if steps.is_empty() {
            bail!("there is no command in a `{FENCE}` block");
        }
        Ok(Self { steps })
    }

    /// What is to be typed.
    pub(crate) fn commands(&self) -> Vec<&str> {
        self.steps.iter().map(|step| step.command.as_str()).collect()
    }

    /// One text per command that printed something else than the document says.
    pub(crate) fn differences(&self, printed: &[String]) -> Vec<String> {
        let pairs = self.steps.iter().zip(printed);
        pairs
            .filter(|(step, printed)| step.output.trim_end() != printed.trim_end())
            .map(|(step, printed)| {
                let lines = difference::between(step.output.trim_end(), printed.trim_end());
                format!("line {}: $ {}\n{lines}", step.lines.start, step.command)
            })
            .collect()
    }

    /// The document with other outputs.
    pub(crate) fn with_outputs(&self, text: &str, printed: &[String]) -> String {
        let mut new = String::with_capacity(text.len());
        let mut steps = self.steps.iter().zip(printed).peekable();
        for (number, line) in text.lines().enumerate() {
            while let Some((_, output)) = steps.next_if(|(step, _)| step.lines.start == number) {
                new.extend(output.trim_end().lines().flat_map(|line| [line.trim_end(), "\n"]));
            }
            if !self.steps.iter().any(|step| step.lines.contains(&number)) {
                new.push_str(line);
                new.push('\n');
            }
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "# Title\n\n```console\n$ one\n1\n$ two \\\n  more\n```\n\n```sh\n$ not this\n```\n\n```console\n$ three\nold\nolder\n```\n";

    fn printed(outputs: [&str; 3]) -> Vec<String> {
        outputs.map(String::from).to_vec()
    }

    #[test]
    fn commands_are_found_in_order() {
        assert_eq!(Session::read(DOCUMENT).unwrap().commands(), ["one", "two \\\n  more", "three"]);
    }

    #[test]
    fn every_other_output_is_told() {
        let session = Session::read(DOCUMENT).unwrap();
        assert!(session.differences(&printed(["1\n", "", "old\nolder\n"])).is_empty());
        let differences = session.differences(&printed(["2\n", "", "old\n"]));
        assert_eq!(differences.len(), 2);
        assert!(differences[0].contains("$ one\n- 1\n+ 2"), "{}", differences[0]);
        assert!(differences[1].contains("- older"), "{}", differences[1]);
        assert_eq!(session.differences(&printed(["1", "unexpected", "old\nolder"])).len(), 1);
    }

    #[test]
    fn outputs_are_replaced_and_nothing_else() {
        let session = Session::read(DOCUMENT).unwrap();
        let new = session.with_outputs(DOCUMENT, &printed(["1\n", "second\n", "new\n"]));
        assert_eq!(new, DOCUMENT.replace("more\n", "more\nsecond\n").replace("old\nolder\n", "new\n"));
        assert_eq!(session.with_outputs(DOCUMENT, &printed(["1", "", "old\nolder"])), DOCUMENT);
    }

    #[test]
    fn a_document_without_commands_is_refused() {
        assert!(Session::read("# Title\n").is_err());
        assert!(Session::read("```console\noutput\n```\n").is_err());
    }
}
