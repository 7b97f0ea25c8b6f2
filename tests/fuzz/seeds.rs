//! Writes what the fuzzer begins with: `fuzz_seeds CASES FOLDER` makes FOLDER/json and FOLDER/compact, the inputs of all cases, and
//! FOLDER/words, what stands in them between quotes.

use std::{collections::BTreeSet, env, error::Error, fs, path::PathBuf};

use core_wasm::{compact, json, question::Call};

#[path = "../cases/reader.rs"]
#[expect(dead_code, reason = "the inputs alone are taken")]
mod reader;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (cases, folder) = arguments.next().zip(arguments.next()).ok_or("two folders are needed: CASES FOLDER")?;
    let (in_json, in_compact) = (folder.join("json"), folder.join("compact"));
    fs::create_dir_all(&in_json)?;
    fs::create_dir_all(&in_compact)?;
    let mut words = BTreeSet::new();
    for file in reader::read_all(&cases)? {
        for (number, case) in file.cases.into_iter().enumerate() {
            let name = format!("{}-{number}", file.rule);
            words.extend(plain_words(&case.input));
            if let Ok(call) = json::from_slice::<Call>(&case.input) {
                fs::write(in_compact.join(&name), compact::to_vec(&call))?;
            }
            fs::write(in_json.join(name), case.input)?;
        }
    }
    let lines: String = words.iter().map(|word| format!("\"\\\"{word}\\\"\"\n")).collect();
    fs::write(folder.join("words"), lines)?;
    Ok(())
}

/// What stands between quotes and consists of letters.
fn plain_words(input: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(input);
    let words = text.split('"').filter(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic()));
    words.map(str::to_owned).collect()
}
