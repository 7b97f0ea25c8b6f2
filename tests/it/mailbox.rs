//! A real SMTP server for tests: `tests/mailbox/mailbox.py` as a process of its own, and the mails it got.

use std::{fs, path::Path, process::Stdio, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{sleep, timeout},
};

/// How long to wait for what has to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// The running server. It is ended when dropped.
#[derive(Debug)]
pub(crate) struct Mailbox {
    folder: TempDir,
    address: String,
    // Killed when dropped.
    _process: Child,
}

/// One mail as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    /// All of it, decoded nowhere.
    pub(crate) raw: String,
    /// The body, decoded.
    pub(crate) body: String,
    headers: Vec<(String, String)>,
}

impl Mailbox {
    /// Starts the server on a free port.
    pub(crate) async fn start() -> Self {
        Self::start_refusing(0).await
    }

    /// The same; the first `refused` mails are refused with a temporary error.
    pub(crate) async fn start_refusing(refused: usize) -> Self {
        let python = std::env::var("TURNPIKE_TEST_PYTHON").expect(
            "`TURNPIKE_TEST_PYTHON` names no Python that has the packages of tests/requirements.txt; \
             `cargo xtask test` sets it",
        );
        let folder = tempfile::tempdir().expect("a folder");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/mailbox/mailbox.py");
        let mut process = Command::new(python)
            .arg(script)
            .args(["--listen", "127.0.0.1:0", "--fail-next", &refused.to_string(), "--dir"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the mail server starts");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let first = timeout(PATIENCE, lines.next_line()).await.expect("in time").expect("readable");
        let first = first.expect("a line");
        let address = first.strip_prefix("mailbox listening on ").expect(&first).to_owned();
        Self { folder, address, _process: process }
    }

    /// Where it accepts mail: `smtp://HOST:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The mails so far, in order of arrival.
    pub(crate) fn mails(&self) -> Vec<Received> {
        let entries = fs::read_dir(self.folder.path()).expect("the folder");
        let mut files: Vec<_> = entries
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .collect();
        files.sort();
        files.iter().map(|path| Received::parse(&fs::read_to_string(path).expect("a mail"))).collect()
    }

    /// Waits until there are at least `count` mails.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Received> {
        let arrived = async {
            loop {
                let mails = self.mails();
                if mails.len() >= count {
                    return mails;
                }
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, arrived).await.unwrap_or_else(|_| panic!("fewer than {count} mails: {:#?}", self.mails()))
    }
}

impl Received {
    /// The value of a header that occurs once, decoded; `X-Envelope-From` and `X-Envelope-To` are the SMTP dialogue's.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "`{name}` twice in\n{}", self.raw);
        value
    }

    fn parse(raw: &str) -> Self {
        let text = raw.replace("\r\n", "\n");
        let (head, body) = text.split_once("\n\n").expect("head and body");
        let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
        let headers: Vec<(String, String)> = unfolded
            .lines()
            .map(|line| line.split_once(':').expect("a header"))
            .map(|(name, value)| (name.to_owned(), decode_words(value.trim())))
            .collect();
        let mut mail = Self { raw: raw.to_owned(), body: String::new(), headers };
        mail.body = match mail.header("Content-Transfer-Encoding") {
            Some("quoted-printable") => decode_quoted(body),
            Some("base64") => decode_base64(&body.replace('\n', "")),
            _ => body.to_owned(),
        };
        mail
    }
}

/// Encoded words of RFC 2047, of which ours are always UTF-8 and base64.
fn decode_words(value: &str) -> String {
    let mut decoded = String::new();
    let mut after_word = false;
    for word in value.split(' ') {
        let encoded = word.strip_prefix("=?utf-8?b?").and_then(|rest| rest.strip_suffix("?="));
        // Space between two encoded words is not part of the text.
        if !(decoded.is_empty() || after_word && encoded.is_some()) {
            decoded.push(' ');
        }
        decoded += &encoded.map_or_else(|| word.to_owned(), decode_base64);
        after_word = encoded.is_some();
    }
    decoded
}

fn decode_base64(text: &str) -> String {
    String::from_utf8(BASE64_STANDARD.decode(text).expect("base64")).expect("UTF-8")
}

fn decode_quoted(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).expect("hexadecimal"));
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).expect("UTF-8")
}
