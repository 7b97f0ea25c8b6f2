//! `turnpike policy check`: every gate that a module must pass, what it takes, and which reasons its answers reach.

use std::{fmt::Write as _, io, path::PathBuf};

use clap::{Args, builder::PossibleValuesParser};
use serde_json::{Value, json};

use super::{Error, info};
use crate::{
    config::policy::sha256,
    policy::{self, CaseFuel, Demand, Examination, GOLDEN_FUEL, Gates, Limits, LoadError, Policy},
};

/// Arguments of `policy check`.
#[derive(Clone, Debug, Args)]
pub struct Arguments {
    /// The module
    pub file: PathBuf,
    /// How it must answer the golden cases: as the setting `policy.golden`
    #[arg(long, value_name = "HOW", default_value = "stricter", value_parser = words())]
    pub golden: String,
    /// The digest that it must have; may be given more than once
    #[arg(long, value_name = "DIGEST", value_parser = digest)]
    pub sha256: Vec<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

fn words() -> PossibleValuesParser {
    Demand::ALL.map(|(word, _)| word).into()
}

/// A digest, as the setting `policy.sha256` reads it.
fn digest(text: &str) -> Result<String, String> {
    sha256(text).ok_or_else(|| "it must be a SHA-256 digest of 64 hexadecimal digits".to_owned())
}

/// Tries a module and writes what was found; whether it may decide.
///
/// # Errors
/// When the file cannot be read or `out` takes no more. A module that is refused is an answer.
pub fn run(arguments: &Arguments, out: &mut impl io::Write) -> Result<bool, Error> {
    let demand = Demand::ALL.into_iter().find(|(word, _)| *word == arguments.golden).map(|(_, demand)| demand);
    let gates = Gates { pins: arguments.sha256.clone(), demand: demand.unwrap_or_default() };
    let bytes = policy::read(&arguments.file)?;
    let found = gates.examine(&bytes, Limits::default());
    let passed = found.as_ref().is_ok_and(|(_, examination)| examination.faults.is_empty());
    let text = match (&found, arguments.json) {
        (Ok((policy, examination)), false) => told(policy, examination),
        (Ok((policy, examination)), true) => format!("{:#}\n", object(policy, examination)),
        (Err(error), false) => format!("refused: {}\n", error.in_full()),
        (Err(error), true) => format!("{:#}\n", refused(&bytes, error)),
    };
    out.write_all(text.as_bytes())?;
    Ok(passed)
}

fn told(policy: &Policy, found: &Examination) -> String {
    let mut text = info::info(policy);
    let mut line = |name: &str, value: &str| {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{name:<9} {value}");
    };
    let Examination { cases, otherwise, faults, reasons, .. } = found;
    line("cases", &format!("{cases} asked, {} answered otherwise than by Turnpike's rules", otherwise.len()));
    if let Some((case, fuel)) = found.dearest() {
        let median = found.median_fuel();
        line("per case", &format!("fuel: median {median}, most {fuel} (`{case}`), allowed {GOLDEN_FUEL}"));
    }
    let reached: Vec<String> = reasons.iter().map(|(code, cases)| format!("{code} {cases}")).collect();
    line("reasons", &if reached.is_empty() { "none reached".to_owned() } else { reached.join(", ") });
    for case in otherwise {
        line("otherwise", case);
    }
    for (case, fault) in faults {
        line("fault", &format!("{case}: {fault}"));
    }
    line("verdict", if faults.is_empty() { "it may decide" } else { "refused" });
    text
}

fn object(policy: &Policy, found: &Examination) -> Value {
    let Examination { cases, otherwise, faults, fuel, reasons } = found;
    json!({
        "passed": faults.is_empty(),
        "digest": policy.digest(),
        "bytes": policy.bytes().len(),
        "abiVersion": policy.abi_version(),
        "cases": cases,
        "otherwise": otherwise,
        "faults": faults.iter().map(|(case, fault)| json!({ "case": case, "fault": fault.to_string() })).collect::<Vec<_>>(),
        "fuel": {
            "allowed": GOLDEN_FUEL,
            "median": found.median_fuel(),
            "most": found.dearest().map(|(_, fuel)| fuel.most()),
            "cases": fuel.iter().map(case_fuel).collect::<Vec<_>>(),
        },
        "reasons": reasons,
    })
}

/// What a case takes in its dearer form, and in each.
fn case_fuel((case, fuel): &(String, CaseFuel)) -> Value {
    json!({ "case": case, "fuel": fuel.most(), "json": fuel.json, "compact": fuel.compact })
}

fn refused(bytes: &[u8], error: &LoadError) -> Value {
    json!({
        "passed": false,
        "digest": policy::hex_sha256(bytes),
        "bytes": bytes.len(),
        "refused": error.in_full(),
    })
}
