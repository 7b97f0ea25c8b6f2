//! Source files, cut into words and signs: comments are gone, and a string is one token.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A source file.
pub(super) struct Source {
    /// Relative to the workspace, with slashes.
    pub(super) path: String,
    /// As written.
    pub(super) text: String,
    /// Its tokens, without attributes and without what stands under `#[cfg(test)]`.
    pub(super) tokens: Vec<Token>,
}

/// A token that matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// An identifier, a keyword or a number.
    Word(String),
    /// Anything else that is one character, brackets included.
    Sign(char),
    /// A string or a character.
    Literal,
}

use Token::{Literal, Sign, Word};

impl Source {
    /// Cuts a text.
    pub(super) fn of(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), tokens: without_tests(&cut(text)) }
    }

    /// Whether the tokens of `pattern` follow each other somewhere, as those of `SystemTime::now` or `.unwrap()`.
    pub(super) fn has(&self, pattern: &str) -> bool {
        let pattern = cut(pattern);
        self.tokens.windows(pattern.len()).any(|window| window == pattern)
    }

    /// The paths that begin with `root`: every segment after it, the branches of `{…}` each by itself.
    pub(super) fn paths_from(&self, root: &str) -> Vec<Vec<String>> {
        let mut paths = Vec::new();
        for at in (0..self.tokens.len()).filter(|&at| self.tokens[at] == Word(root.to_owned())) {
            branches(&self.tokens[at + 1..], &[], &mut paths);
        }
        paths
    }

    /// The first segments of all paths.
    pub(super) fn roots(&self) -> Vec<&str> {
        let joined = |at: usize| self.tokens.get(at..at + 2) == Some(&[Sign(':'), Sign(':')]);
        (0..self.tokens.len())
            .filter(|&at| joined(at + 1) && !(at >= 3 && joined(at - 2) && continues(&self.tokens[at - 3])))
            .filter_map(|at| match &self.tokens[at] {
                Word(word) => Some(word.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// Whether a path goes on after this token and `::`.
fn continues(token: &Token) -> bool {
    matches!(token, Word(_) | Sign('>'))
}

/// Follows `::a::{b, c::d}` and adds `[a, b]` and `[a, c, d]`; gives how many tokens that took.
fn branches(tokens: &[Token], before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    let mut at = 0;
    while tokens.get(at..at + 2) == Some(&[Sign(':'), Sign(':')]) {
        match tokens.get(at + 2) {
            Some(Word(word)) => path.push(word.clone()),
            Some(Sign('{')) => {
                at += 3;
                while tokens.get(at).is_some_and(|token| *token != Sign('}')) {
                    at += 1 + match &tokens[at] {
                        Word(word) => {
                            branches(&tokens[at + 1..], &[&path[..], std::slice::from_ref(word)].concat(), found)
                        }
                        _ => 0,
                    };
                }
                return at + 1;
            }
            _ => break,
        }
        at += 3;
    }
    if !path.is_empty() {
        found.push(path);
    }
    at
}

/// Cuts a text into tokens.
fn cut(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')).unwrap_or(rest.len());
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = string(rest) {
            tokens.push(Literal);
            length
        } else if word > 0 {
            tokens.push(Word(rest[..word].to_owned()));
            word
        } else {
            if !first.is_whitespace() {
                tokens.push(Sign(first));
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// The length of the comment that a text begins with; comments nest.
fn block_comment(text: &str) -> usize {
    let (mut at, mut depth) = (2, 1);
    while depth > 0 && at < text.len() {
        let step = match text.as_bytes().get(at..at + 2) {
            Some(b"/*") => (2, 1),
            Some(b"*/") => (2, -1),
            _ => (1, 0),
        };
        (at, depth) = (at + step.0, depth + step.1);
    }
    at.min(text.len())
}

/// The length of the string or character that a text begins with, if it does.
fn string(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r"].into_iter().find(|prefix| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| rest.trim_start_matches('#').starts_with('"') || rest.starts_with('\''))
    });
    let prefix = prefix.unwrap_or("");
    let body = &text[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = body.len() - body.trim_start_matches('#').len();
        let end = format!("\"{}", "#".repeat(hashes));
        let inside = body.get(hashes + 1..)?;
        return Some(prefix.len() + hashes + 1 + inside.find(&end)? + end.len());
    }
    let quote = body.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    // 'a and 'static are lifetimes; 'a' and '\n' are characters.
    if quote == '\'' && !body.starts_with("'\\") && body.chars().nth(2) != Some('\'') {
        return None;
    }
    let mut escaped = false;
    let end = body[1..].find(|letter: char| {
        let ends = letter == quote && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    })?;
    Some(prefix.len() + end + 2)
}

/// Leaves out attributes, and what `#[cfg(test)]` stands before: up to its body's end, or to a semicolon.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mut kept = Vec::with_capacity(tokens.len());
    let (mut at, mut tested) = (0, false);
    while at < tokens.len() {
        let bracket = at + 1 + usize::from(tokens.get(at + 1) == Some(&Sign('!')));
        if tokens[at] == Sign('#') && tokens.get(bracket) == Some(&Sign('[')) {
            let end = closing(tokens, bracket);
            tested |= tokens[bracket..end] == cut("[cfg(test)]");
            at = end;
        } else if tested && tokens[at] == Sign('{') {
            (at, tested) = (closing(tokens, at), false);
        } else if tested {
            tested = tokens[at] != Sign(';');
            at += 1;
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// Where the bracket that opens at `open` is closed again, behind it.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Sign('(' | '[' | '{') => depth += 1,
            Sign(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Every Rust file in a folder of the workspace.
pub(super) fn sources(folder: &str) -> Vec<Source> {
    let mut files = Vec::new();
    collect(&workspace().join(folder), &mut files);
    files.sort();
    assert!(!files.is_empty(), "no source in `{folder}`");
    files
        .iter()
        .map(|file| {
            let path = file.strip_prefix(workspace()).unwrap().to_string_lossy().replace('\\', "/");
            Source::of(&path, &fs::read_to_string(file).unwrap())
        })
        .collect()
}

/// The root of the workspace.
pub(super) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("`{}`: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn comments_strings_and_tests_are_no_code() {
    let source = Source::of(
        "a.rs",
        r##"
        //! crate::http
        #![expect(crate::app)]
        use crate::{ports::{clock::Millis, store::*}, facts};
        /* crate::ledger /* nested */ crate::ledger */
        fn f<'a>(x: &'a str) -> crate::policy::Decider { "crate::cli \" crate::cli"; r#"crate::app"#; '"'; b'\''; x.unwrap(); }
        #[cfg(test)]
        mod tests { use crate::transfer; fn g() { panic!("here") } }
        #[cfg(test)]
        use crate::telemetry;
        const LAST: crate::notices::Last = 1;
        "##,
    );
    let paths: Vec<String> = source.paths_from("crate").iter().map(|path| path.join("::")).collect();
    assert_eq!(paths, ["ports::clock::Millis", "ports::store", "facts", "policy::Decider", "notices::Last"]);
    assert!(source.has(".unwrap()"));
    assert!(!source.has("panic!"));
}

#[test]
fn a_root_is_where_a_path_begins() {
    let text = "use lettre::message::Mailbox; let x: a::sqlx::Row = ::wasmtime::Engine::new(); Vec::<T>::new::<u8>();";
    assert_eq!(Source::of("a.rs", text).roots(), ["lettre", "a", "wasmtime", "Vec"]);
}
