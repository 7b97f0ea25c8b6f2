//! The trail is verified without Turnpike, by the lines that docs/audit.md has for that.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use turnpike::ports::store::audit::AuditStore as _;

use super::{filled, without_anna};
use crate::{done_right::on_both_engines, engines::TestDatabase, store::rows::deed};

on_both_engines!(the_lines_of_the_document_verify_a_trail);

const PAGE: &str = include_str!("../../../docs/audit.md");

/// The code of the document in this language: the `n`th of it.
fn code(language: &str, n: usize) -> &'static str {
    let block = PAGE.split(&format!("```{language}\n")).nth(n + 1).expect("a block");
    block.split("\n```").next().expect("its end")
}

/// What the program says about the rows of a database: exit code and output.
async fn outcome(database: &TestDatabase) -> (Option<i32>, String) {
    let rows = database.lines(code("sql", usize::from(database.is_postgres()))).await.join("\n");
    let mut program = Command::new("python3")
        .args(["-c", code("python", 0)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python");
    program.stdin.take().expect("a pipe").write_all(rows.as_bytes()).expect("written");
    let output = program.wait_with_output().expect("an end");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

async fn the_lines_of_the_document_verify_a_trail(database: &TestDatabase) {
    let store = database.store().await;
    filled(&store, 5).await;
    let newest = store.chain().await.expect("a chain").newest;
    assert_eq!(outcome(database).await, (Some(0), format!("{}:{}\n", newest.number, newest.hash)));
    without_anna(&store).await;
    turnpike::audit::seal_all(&store).await.expect("sealed");
    store.forget_audited(i64::MAX, 2, &deed("forget audit", "audit")).await.expect("removed");
    turnpike::audit::seal_all(&store).await.expect("sealed");
    let newest = store.chain().await.expect("a chain").newest;
    assert_eq!(outcome(database).await, (Some(0), format!("{}:{}\n", newest.number, newest.hash)));
    let disarm =
        if database.is_postgres() { "ALTER TABLE audit DISABLE TRIGGER USER" } else { "DROP TRIGGER audit_unchanged" };
    database.execute(disarm).await;
    database.execute("UPDATE audit SET reason = 'x' WHERE erased_at IS NULL").await;
    let (code, told) = outcome(database).await;
    assert!(code == Some(1) && told.contains("entry"), "{told}");
}
