//! Who runs a command, for the audit trail: the account and the machine, as the system tells them.

use std::process::Command;

use crate::{
    app,
    ports::{
        clock::Clock as _,
        store::audit::{AuditEntry, Origin, Who},
    },
};

/// `user@host`, and the host.
pub(super) fn actor() -> (String, Origin) {
    let user = told("id", &["-un"]).or_else(|| told("id", &["-u"])).or_else(|| variable("USER"));
    let host = told("uname", &["-n"]).or_else(|| variable("HOSTNAME"));
    let (user, host) = (user.as_deref().unwrap_or("unknown"), host.as_deref().unwrap_or("unknown"));
    (format!("{user}@{host}"), Origin { address: Some(host.to_owned()), trace_id: None })
}

/// What is written down about something that whoever runs the command does now.
pub(super) fn deed(action: &str, subject: &str, reason: &str) -> AuditEntry {
    let (actor, origin) = actor();
    let entry = AuditEntry::new(app::clock().now(), Who::Operator(actor), action, subject);
    AuditEntry { origin, reason: reason.to_owned(), ..entry }
}

/// What a program of the system says; an image without it has none.
fn told(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())?;
    word(&String::from_utf8_lossy(&output.stdout))
}

fn variable(name: &str) -> Option<String> {
    word(&std::env::var(name).ok()?)
}

/// One line without anything that could pass for another entry.
fn word(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|c| !c.is_control() && !c.is_whitespace()).take(100).collect();
    (!text.is_empty()).then_some(text)
}
