//! Modules that a host must refuse, or whose answer it must: each reference host is to end with an error on each.

use std::{fs, path::Path, time::Duration};

use anyhow::{Result, ensure};

use crate::program::Program;

/// How long a host may take to refuse; nothing takes as long that does not hang.
const PATIENCE: Duration = Duration::from_secs(60);

const MEMORY: &str = r#"(memory (export "memory") 1)"#;
const VERSION: &str = r#"(func (export "turnpike_abi_version") (result i32) i32.const 1)"#;
const ALLOC: &str = r#"(func (export "turnpike_alloc") (param i32) (result i32) i32.const 4096)"#;
const FREE: &str = r#"(func (export "turnpike_free") (param i32 i32))"#;
const ANSWER: &str = "i64.const 0";

/// A module and what is wrong with it.
struct Hostile {
    what: &'static str,
    /// Whether it takes counted fuel to stop it.
    is_endless: bool,
    text: String,
}

fn module(what: &'static str, parts: [&str; 4], body: &str) -> Hostile {
    let decide = format!(r#"(func (export "turnpike_decide") (param i32 i32) (result i64) {body})"#);
    Hostile { what, is_endless: false, text: format!("(module {} {decide})", parts.join(" ")) }
}

/// One that a host takes, and all others.
fn modules() -> (Hostile, Vec<Hostile>) {
    let good = [MEMORY, VERSION, ALLOC, FREE];
    let with = |what, index: usize, part: &'static str| {
        let mut parts = good;
        parts[index] = part;
        module(what, parts, ANSWER)
    };
    let bad = vec![
        with("imports something", 0, r#"(import "env" "now" (func)) (memory (export "memory") 1)"#),
        with("has no memory", 0, ""),
        with("has no version", 1, ""),
        with("has no alloc", 2, ""),
        with("has no free", 3, ""),
        with("has a global for a function", 3, r#"(global (export "turnpike_free") i32 (i32.const 0))"#),
        with("speaks version 2", 1, r#"(func (export "turnpike_abi_version") (result i32) i32.const 2)"#),
        with("gives no buffer", 2, r#"(func (export "turnpike_alloc") (param i32) (result i32) i32.const 0)"#),
        with(
            "gives a buffer over the edge",
            2,
            r#"(func (export "turnpike_alloc") (param i32) (result i32) i32.const 65535)"#,
        ),
        with(
            "gives a buffer at the end of all",
            2,
            r#"(func (export "turnpike_alloc") (param i32) (result i32) i32.const -1)"#,
        ),
        module("answers over the edge", good, "i64.const 0xffff_00000002"),
        module("answers from outside", good, "i64.const 0xffffffff_00000010"),
        module("answers too much", good, "(drop (memory.grow (i32.const 127))) i64.const 0x400001"),
        module(
            "takes too much memory",
            good,
            "(drop (memory.grow (i32.const 300))) i64.const 0x10_00000002 (drop (i32.load8_u (i32.const 0x1000000)))",
        ),
        module("traps", good, "unreachable"),
        Hostile { is_endless: true, ..module("never ends", good, "(loop $again (br $again)) unreachable") },
    ];
    (module("is good", good, ANSWER), bad)
}

/// Lets each reference host refuse each module; gives how many refusals there were.
///
/// # Errors
/// Names the host and the module that it took.
pub(crate) fn refuse(hosts: &[&Program], fuelled: &[String], work: &Path) -> Result<usize> {
    let (calls, answers) = (work.join("hostile-calls"), work.join("hostile-answers"));
    fs::write(&calls, b"{}\0{}\0")?;
    let (good, bad) = modules();
    let file = work.join("hostile.wasm");
    let mut refusals = 0;
    for host in hosts {
        fs::write(&file, wat::parse_str(&good.text)?)?;
        ensure!(host.succeeds(&file, &calls, &answers, PATIENCE)?, "{} refuses a good module", host.name);
        for module in bad.iter().filter(|module| !module.is_endless || fuelled.contains(&host.name)) {
            fs::write(&file, wat::parse_str(&module.text)?)?;
            let taken = host.succeeds(&file, &calls, &answers, PATIENCE)?;
            ensure!(!taken, "{} takes a module that {}", host.name, module.what);
            refusals += 1;
        }
    }
    Ok(refusals)
}
