//! Asks the service's own sandbox everything in a file: `policy_answers [compact] MODULE CALLS ANSWERS`. Calls end with a NUL
//! byte, answers with a line feed; prints how many nanoseconds the decisions took, each in an instance of its own. With
//! `compact` both are in the compact form, in hexadecimal digits.
#![expect(clippy::disallowed_methods, reason = "it measures")]

use std::{env, error::Error, fs, io::Write as _, time::Instant};

use turnpike::policy::Policy;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1).peekable();
    let is_compact = arguments.next_if_eq("compact").is_some();
    let mut next = || arguments.next().ok_or("three files are needed: MODULE CALLS ANSWERS");
    let (module, calls, answers) = (next()?, next()?, next()?);
    let policy = Policy::from_file(module)?;
    let text = fs::read(calls)?;
    let calls = text.split_inclusive(|byte| *byte == 0).map(|call| &call[..call.len() - 1]);
    let calls: Vec<Vec<u8>> =
        if is_compact { calls.map(bytes).collect::<Result<_, _>>()? } else { calls.map(<[u8]>::to_vec).collect() };

    let start = Instant::now();
    let asked = calls.iter().map(|call| if is_compact { policy.call_compact(call) } else { policy.call(call) });
    let answered = asked.collect::<Result<Vec<_>, _>>()?;
    let nanoseconds = start.elapsed().as_nanos();

    let mut text = Vec::new();
    for output in answered {
        if is_compact {
            output.bytes.iter().try_for_each(|byte| write!(text, "{byte:02x}"))?;
        } else {
            text.extend_from_slice(&output.bytes);
        }
        text.push(b'\n');
    }
    fs::write(answers, text)?;
    println!("{nanoseconds}");
    Ok(())
}

/// The bytes that hexadecimal digits stand for.
fn bytes(digits: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let byte = |pair: &[u8]| Ok(u8::from_str_radix(str::from_utf8(pair)?, 16)?);
    digits.chunks(2).map(byte).collect()
}
