//! Asks the policy module what nobody means to ask: `policy_fuzz MODULE CASES BYTES SEED FOUND`, until so many bytes are asked.
//!
//! Each input goes to a fresh instance in the service's own sandbox, to one instance that lasts, and to the rules
//! natively: all three must give the same bytes, and these must be an answer. What fails is left in the file FOUND.

mod bytes;
#[path = "../../../core-wasm/tests/rules/generate.rs"]
mod generate;
mod input;
mod lasting;
#[path = "../../cases/reader.rs"]
#[expect(dead_code, reason = "the inputs alone are taken")]
mod reader;
mod structure;
mod tally;

use std::{env, error::Error, fs, path::Path, time::Duration};

use core_wasm::{
    compact,
    question::{Answer, Call},
    wire,
};
use turnpike::policy::{Limits, Output, Policy, PolicyError};

use self::{
    input::{Form, Input, Inputs},
    lasting::Lasting,
    tally::Tally,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().ok_or("wanted: MODULE CASES BYTES SEED FOUND");
    let (module, cases, bytes, seed, found) = (next()?, next()?, next()?.parse::<u64>()?, next()?.parse()?, next()?);
    let module = fs::read(module)?;
    // Fuel ends what does not end. A busy machine is no fault of the module.
    let limits = Limits { deadline: Duration::from_secs(60), ..Limits::default() };
    let mut asked = Asked { policy: Policy::load(&module, limits)?, lasting: Lasting::new(&module, limits)? };
    let mut inputs = Inputs::new(&calls(Path::new(&cases))?, seed);
    let mut tally = Tally::default();
    while tally.bytes() < bytes {
        let input = inputs.next();
        if let Err(fault) = asked.ask(&input, &mut tally) {
            fs::write(&found, &input.bytes)?;
            return Err(format!("seed {seed}, call {}, {input:?}: {fault} (kept as `{found}`)", tally.calls()).into());
        }
    }
    print!("{}", tally.report(seed, asked.lasting.pages()));
    Ok(())
}

/// The calls of all cases.
fn calls(folder: &Path) -> Result<Vec<Call>, String> {
    let cases = reader::read_all(folder)?.into_iter().flat_map(|file| file.cases);
    Ok(cases.filter_map(|case| core_wasm::json::from_slice(&case.input).ok()).collect())
}

/// All who are asked but the rules themselves.
struct Asked {
    policy: Policy,
    lasting: Lasting,
}

impl Asked {
    fn ask(&mut self, input: &Input, tally: &mut Tally) -> Result<(), String> {
        let Output { bytes, fuel } = self.sandboxed(input).map_err(|error| error.to_string())?;
        let answer = parsed(input.form, &bytes)?;
        let (native, again) = match input.form {
            Form::Json => (wire::answer(&input.bytes), serde_json::to_vec(&answer).map_err(|error| error.to_string())?),
            Form::Compact => (compact::answer(&input.bytes), compact::to_vec(&answer)),
        };
        if native != bytes {
            return Err(format!("natively {}, sandboxed {}", shown(&native), shown(&bytes)));
        }
        if again != bytes {
            return Err(format!("{} is another form of {}", shown(&bytes), shown(&again)));
        }
        let later = self.lasting.ask(input).map_err(|error| format!("in the lasting instance: {error}"))?;
        if later != bytes {
            return Err(format!("fresh {}, later {}", shown(&bytes), shown(&later)));
        }
        tally.add(input, &answer, fuel, bytes.len());
        Ok(())
    }

    fn sandboxed(&self, input: &Input) -> Result<Output, PolicyError> {
        match input.form {
            Form::Json => self.policy.call(&input.bytes),
            Form::Compact => self.policy.call_compact(&input.bytes),
        }
    }
}

fn parsed(form: Form, bytes: &[u8]) -> Result<Answer, String> {
    let answer = match form {
        Form::Json => serde_json::from_slice(bytes).map_err(|error| error.to_string()),
        Form::Compact => compact::from_slice(bytes).map_err(|error| error.to_string()),
    };
    answer.map_err(|error| format!("no answer: {error}: {}", shown(bytes)))
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(300).collect()
}
