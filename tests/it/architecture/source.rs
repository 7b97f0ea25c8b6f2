//! Source files as the compiler's own lexer cuts them: comments are gone and strings are one token each.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A source file.
pub(super) struct Source {
    /// Relative to the workspace, with slashes.
    pub(super) path: String,
    /// As written.
    pub(super) text: String,
    /// Its tokens without those under `#[cfg(test)]`, each group opened and closed by tokens of its own.
    pub(super) tokens: Vec<Token>,
}

/// A token that matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Sign(char),
    Open(Delimiter),
    Close(Delimiter),
    Literal,
}

impl Source {
    /// Cuts a text.
    pub(super) fn of(path: &str, text: &str) -> Self {
        let stream: TokenStream = text.parse().unwrap_or_else(|error| panic!("`{path}` is not Rust: {error}"));
        let mut tokens = Vec::new();
        flatten(stream, &mut tokens);
        Self { path: path.to_owned(), text: text.to_owned(), tokens }
    }

    /// Whether the words and signs of `pattern` follow each other somewhere, like `SystemTime :: now`.
    pub(super) fn has(&self, pattern: &str) -> bool {
        let pattern = Self::of("a pattern", pattern).tokens;
        self.tokens.windows(pattern.len()).any(|window| window == pattern)
    }

    /// The paths that begin with `root`: every segment after it, the branches of `{…}` each by itself.
    pub(super) fn paths_from(&self, root: &str) -> Vec<Vec<String>> {
        let mut paths = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            if *token == Token::Word(root.to_owned()) {
                branches(&self.tokens[at + 1..], &[], &mut paths);
            }
        }
        paths
    }

    /// The first segments of all paths that are not the continuation of another.
    pub(super) fn roots(&self) -> Vec<&str> {
        let sign = |at: usize, sign: char| self.tokens.get(at) == Some(&Token::Sign(sign));
        (0..self.tokens.len())
            .filter(|&at| sign(at + 1, ':') && sign(at + 2, ':'))
            .filter(|&at| at < 2 || !(sign(at - 1, ':') && sign(at - 2, ':')))
            .filter_map(|at| match &self.tokens[at] {
                Token::Word(word) => Some(word.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// Follows `::a::{b, c::d}` and adds `[a, b]` and `[a, c, d]`; gives how many tokens that took.
fn branches(tokens: &[Token], before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    let mut at = 0;
    while tokens.get(at..at + 2) == Some(&[Token::Sign(':'), Token::Sign(':')]) {
        match tokens.get(at + 2) {
            Some(Token::Word(word)) => path.push(word.clone()),
            Some(Token::Open(Delimiter::Brace)) => {
                at += 3;
                while tokens.get(at).is_some_and(|token| *token != Token::Close(Delimiter::Brace)) {
                    at += match &tokens[at] {
                        Token::Word(word) => {
                            let branch = [&path[..], std::slice::from_ref(word)].concat();
                            1 + branches(&tokens[at + 1..], &branch, found)
                        }
                        _ => 1,
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

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    let mut tested = false;
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Punct(sign) if sign.as_char() == '#' => {
                let Some(TokenTree::Group(attribute)) = trees.peek() else {
                    tokens.push(Token::Sign('#'));
                    continue;
                };
                tested |= attribute.stream().to_string().replace(' ', "") == "cfg(test)";
                // What an attribute says is no code, but for derived names, which nothing here asks about.
                trees.next();
            }
            // What `#[cfg(test)]` stands before ends with its body, or with a semicolon.
            TokenTree::Group(body) if tested => tested = body.delimiter() != Delimiter::Brace,
            TokenTree::Punct(sign) if tested => tested = sign.as_char() != ';',
            _ if tested => {}
            TokenTree::Group(group) => {
                tokens.push(Token::Open(group.delimiter()));
                flatten(group.stream(), tokens);
                tokens.push(Token::Close(group.delimiter()));
            }
            TokenTree::Ident(word) => tokens.push(Token::Word(word.to_string())),
            TokenTree::Punct(sign) => tokens.push(Token::Sign(sign.as_char())),
            TokenTree::Literal(_) => tokens.push(Token::Literal),
        }
    }
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
        use crate::{ports::{clock::Millis, store::*}, facts};
        /* crate::ledger */
        fn f() -> crate::policy::Decider { "crate::cli"; r#"crate::app"#; 'c'; x.unwrap(); }
        #[cfg(test)]
        mod tests { use crate::transfer; fn g() { panic!("here") } }
        #[cfg(test)]
        use crate::telemetry;
        "##,
    );
    let paths: Vec<String> = source.paths_from("crate").iter().map(|path| path.join("::")).collect();
    assert_eq!(paths, ["ports::clock::Millis", "ports::store", "facts", "policy::Decider"]);
    assert!(source.has(".unwrap()"));
    assert!(!source.has("panic!"));
}

#[test]
fn a_root_is_where_a_path_begins() {
    let source = Source::of("a.rs", "use lettre::message::Mailbox; let x: a::sqlx::Row = ::wasmtime::Engine::new();");
    assert_eq!(source.roots(), ["lettre", "a", "wasmtime"]);
}
