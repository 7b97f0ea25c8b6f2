//! Writes JSON Schemas of calls and answers into a folder, or says that those in it are others: `policy-schemas FOLDER
//! [--check]`.

use std::{env, fs, path::Path};

use anyhow::{Context, Result, bail};
use core_wasm::question::{Answer, Call};
use schemars::{
    JsonSchema, Schema,
    generate::SchemaSettings,
    transform::{RecursiveTransform, Transform},
};
use serde_json::json;

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().context("a folder is needed")?;
    let is_check = arguments.next().is_some_and(|argument| argument == "--check");
    let calls = schema::<Call>(SchemaSettings::draft2020_12().for_deserialize());
    let answers = schema::<Answer>(SchemaSettings::draft2020_12().for_serialize());
    for (name, schema) in [("call", calls), ("answer", answers)] {
        let file = Path::new(&folder).join(format!("{name}.schema.json"));
        let text = serde_json::to_string_pretty(&schema)? + "\n";
        if !is_check {
            fs::write(&file, text)?;
        } else if fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))? != text {
            bail!("`{}` is not the schema of the types: run `cargo xtask runtimes --schemas`", file.display());
        }
    }
    Ok(())
}

fn schema<T: JsonSchema>(settings: SchemaSettings) -> Schema {
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    RecursiveTransform(strict).transform(&mut schema);
    schema
}

/// Says what the reader asks for and schemas leave out: no other members, and no integers beyond the type. Links of the
/// documentation of Rust become words.
fn strict(schema: &mut Schema) {
    if let Some(description) = schema.get("description").and_then(|text| text.as_str()) {
        let words = description.replace("[`", "`").replace("`]", "`");
        schema.insert("description".to_owned(), json!(words));
    }
    if schema.get("properties").is_some() {
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
    let Some(format) = schema.get("format").and_then(|format| format.as_str()).map(str::to_owned) else { return };
    let (least, most) = match format.as_str() {
        "int64" => (json!(i64::MIN), json!(i64::MAX)),
        "uint32" => (json!(u32::MIN), json!(u32::MAX)),
        _ => return,
    };
    schema.remove("format");
    schema.insert("minimum".to_owned(), least);
    schema.insert("maximum".to_owned(), most);
}
