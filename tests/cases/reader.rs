//! Reads the case files of this folder, for every runtime that answers calls.
//!
//! A file has a `rule`, a sentence `about` it and `cases`. A case has a `name`, an expected `answer` in full, and its
//! input: a `base` (a file of `base/`, the case's own or else the file's) with some members set by a `change` of JSON
//! pointers, or `raw` text. Changes apply in order of their pointers, so that a whole comes before its parts.

use std::{fs, path::Path};

use serde_json::{Map, Value};

/// The cases of one rule.
#[derive(Debug)]
pub(crate) struct CaseFile {
    /// The rule, which is the file's name too.
    pub(crate) rule: String,
    /// The cases, in order.
    pub(crate) cases: Vec<Case>,
}

/// One input and its answer.
#[derive(Debug)]
pub(crate) struct Case {
    /// What it shows.
    pub(crate) name: String,
    /// The bytes of the call.
    pub(crate) input: Vec<u8>,
    /// The answer in full.
    pub(crate) answer: Value,
}

/// All case files of the folder, by name.
///
/// # Errors
/// Names the file and case that is not as described above.
pub(crate) fn read_all(folder: &Path) -> Result<Vec<CaseFile>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("`{}`: {error}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(read_file(folder, &path).map_err(|error| format!("`{}`: {error}", path.display()))?);
        }
    }
    files.sort_by(|a, b| a.rule.cmp(&b.rule));
    Ok(files)
}

fn read_file(folder: &Path, path: &Path) -> Result<CaseFile, String> {
    let file = read_object(path)?;
    only(&file, &["rule", "about", "base", "cases"])?;
    let rule = text(&file, "rule")?;
    if path.file_stem().and_then(|stem| stem.to_str()) != Some(rule) || text(&file, "about")?.is_empty() {
        return Err("its `rule` is its name, and `about` says something".to_owned());
    }
    let base = file.get("base").and_then(Value::as_str);
    let cases = file.get("cases").and_then(Value::as_array).ok_or("no `cases`")?;
    let cases = cases.iter().map(|case| read_case(folder, base, case)).collect::<Result<Vec<_>, _>>()?;
    Ok(CaseFile { rule: rule.to_owned(), cases })
}

fn read_case(folder: &Path, base: Option<&str>, case: &Value) -> Result<Case, String> {
    let case = case.as_object().ok_or("a case is no object")?;
    let name = text(case, "name")?;
    let in_case = |error: String| format!("`{name}`: {error}");
    only(case, &["name", "base", "change", "raw", "answer"]).map_err(in_case)?;
    let base = case.get("base").and_then(Value::as_str).or(base);
    let input = match (case.get("raw"), base) {
        (Some(raw), _) => raw.as_str().ok_or_else(|| in_case("`raw` is no text".to_owned()))?.as_bytes().to_vec(),
        (None, Some(base)) => {
            let mut call = Value::Object(read_object(&folder.join("base").join(format!("{base}.json")))?);
            change(&mut call, case.get("change")).map_err(in_case)?;
            call.to_string().into_bytes()
        }
        (None, None) => return Err(in_case("neither `base` nor `raw`".to_owned())),
    };
    let answer = case.get("answer").ok_or_else(|| in_case("no `answer`".to_owned()))?.clone();
    Ok(Case { name: name.to_owned(), input, answer })
}

fn change(call: &mut Value, changes: Option<&Value>) -> Result<(), String> {
    let empty = Map::new();
    let changes = match changes {
        Some(changes) => changes.as_object().ok_or("`change` is no object")?,
        None => &empty,
    };
    for (pointer, value) in changes {
        *call.pointer_mut(pointer).ok_or_else(|| format!("the base has no `{pointer}`"))? = value.clone();
    }
    Ok(())
}

fn read_object(path: &Path) -> Result<Map<String, Value>, String> {
    let bytes = fs::read(path).map_err(|error| format!("`{}`: {error}", path.display()))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("`{}`: {error}", path.display()))
}

fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Result<&'a str, String> {
    object.get(key).and_then(Value::as_str).ok_or_else(|| format!("no text `{key}`"))
}

fn only(object: &Map<String, Value>, known: &[&str]) -> Result<(), String> {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(format!("unknown member `{key}`")),
        None => Ok(()),
    }
}
