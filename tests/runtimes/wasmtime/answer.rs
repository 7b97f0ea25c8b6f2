//! Asks the service's own sandbox everything in a file: `policy_answers MODULE CALLS ANSWERS`. Calls end with a NUL byte,
//! answers with a line feed; prints how many nanoseconds the decisions took, each in an instance of its own.
#![expect(clippy::disallowed_methods, reason = "it measures")]

use std::{env, error::Error, fs, time::Instant};

use turnpike::policy::Policy;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().ok_or("three files are needed: MODULE CALLS ANSWERS");
    let (module, calls, answers) = (next()?, next()?, next()?);
    let policy = Policy::from_file(module)?;
    let calls = fs::read(calls)?;

    let start = Instant::now();
    let asked = calls.split_inclusive(|byte| *byte == 0).map(|call| policy.answer_bytes(&call[..call.len() - 1]));
    let answered = asked.collect::<Result<Vec<_>, _>>()?;
    let nanoseconds = start.elapsed().as_nanos();

    let mut text = answered.join(&b'\n');
    text.push(b'\n');
    fs::write(answers, text)?;
    println!("{nanoseconds}");
    Ok(())
}
