//! Asks the policy everything in a file: `policy-in-wasmi MODULE CALLS ANSWERS`. Calls end with a NUL byte, answers with a
//! line feed; prints how many nanoseconds the decisions took.

mod policy;

use std::{env, fs, time::Instant};

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().context("three files are needed: MODULE CALLS ANSWERS");
    let (module, calls, answers) = (next()?, next()?, next()?);
    let mut policy = policy::Policy::new(&fs::read(module)?)?;
    let calls = fs::read(calls)?;

    let start = Instant::now();
    let asked = calls.split_inclusive(|byte| *byte == 0).map(|call| policy.decide(&call[..call.len() - 1]));
    let answered = asked.collect::<Result<Vec<_>>>()?;
    let nanoseconds = start.elapsed().as_nanos();

    let mut text = Vec::new();
    for answer in answered {
        text.extend(answer);
        text.push(b'\n');
    }
    fs::write(answers, text)?;
    println!("{nanoseconds}");
    Ok(())
}
