//! The tables of the compact form in docs/policy-abi.md, made from what describes it to the compiler: the fields' order
//! and the variants' numbers of core-wasm/src/compact/layout.rs, with the types of their declarations.

use std::{fs, path::Path};

/// Where the types are declared.
const DECLARED: [&str; 5] = ["decision.rs", "facts.rs", "question.rs", "reason.rs", "settings.rs"];

/// Both tables, as they stand in the page.
pub(super) fn tables(core_wasm: &Path) -> String {
    let read = |name: &str| fs::read_to_string(core_wasm.join("src").join(name)).expect("a source");
    let declared: String = DECLARED.map(read).concat();
    let layout = read("compact/layout.rs");
    let structs = block(&layout, "structs! {").replace('\n', " ");
    let mut text = "| struct | its fields, in this order |\n|---|---|\n".to_owned();
    for (name, fields) in entries(&structs) {
        text += &format!("| `{name}` | {} |\n", listed(&fields, &body(&declared, "struct", &name), Case::Camel));
    }
    let enums = numbered(&layout, &block(&layout, "enums! {").replace('\n', " "));
    text += "\n| enum | the number of each variant, and what follows it |\n|---|---|\n";
    for (name, variants) in entries(&enums) {
        let body = body(&declared, "enum", &name);
        let case = case(&declared, &name);
        let variants: Vec<String> = split(&variants).iter().map(|variant| told(variant, &body, case)).collect();
        text += &format!("| `{name}` | {} |\n", variants.join(", "));
    }
    text
}

/// How names are written in JSON.
#[derive(Clone, Copy)]
enum Case {
    Camel,
    Kebab,
    Screaming,
}

/// A macro's input.
fn block(source: &str, start: &str) -> String {
    let from = source.split_once(&format!("\n{start}")).expect(start).1;
    from.split_once("\n}").expect("an end").0.to_owned()
}

/// Constants in place of their names.
fn numbered(layout: &str, enums: &str) -> String {
    ["BATCH", "FAILURE"].iter().fold(enums.to_owned(), |text, name| {
        let value = layout.split_once(&format!("const {name}: u8 = ")).expect(name).1.split_once(';').expect(name).0;
        text.replace(&format!("{name} ="), &format!("{value} ="))
    })
}

/// `Name { … }` one after another, braces within braces included.
fn entries(text: &str) -> Vec<(String, String)> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((name, behind)) = rest.split_once('{') {
        let mut depth = 1_usize;
        let end = behind.char_indices().find_map(|(at, letter)| {
            depth = match letter {
                '{' => depth + 1,
                '}' => depth - 1,
                _ => depth,
            };
            (depth == 0).then_some(at)
        });
        let end = end.expect("a closing brace");
        found.push((name.trim().to_owned(), behind[..end].trim().to_owned()));
        rest = &behind[end + 1..];
    }
    found
}

/// Parts between commas, those within brackets of any kind left together.
fn split(text: &str) -> Vec<String> {
    let (mut depth, mut parts) = (0_i32, vec![String::new()]);
    for letter in text.chars() {
        depth += i32::from("{(<".contains(letter)) - i32::from("})>".contains(letter));
        match letter {
            ',' if depth == 0 => parts.push(String::new()),
            letter => parts.last_mut().expect("a part").push(letter),
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// The lines of a declaration, without comments and attributes.
fn body(declared: &str, kind: &str, name: &str) -> String {
    let from = declared.split_once(&format!("pub {kind} {name} {{\n")).expect(name).1;
    let lines = from.split_once("\n}").expect(name).0.lines().map(str::trim);
    lines.filter(|line| !line.starts_with("//") && !line.starts_with('#')).collect::<Vec<_>>().join(" ")
}

fn case(declared: &str, name: &str) -> Case {
    let before = declared.split_once(&format!("pub enum {name} {{\n")).expect(name).0;
    let renamed = before.rsplit_once("rename_all = \"").expect(name).1;
    match renamed.split('"').next().expect(name) {
        "camelCase" => Case::Camel,
        "kebab-case" => Case::Kebab,
        "SCREAMING_SNAKE_CASE" => Case::Screaming,
        other => panic!("{name} is written as {other}"),
    }
}

/// Fields with their types.
fn listed(fields: &str, declaration: &str, case: Case) -> String {
    let types = split(declaration);
    let typed = |field: &String| {
        let found = types.iter().find_map(|typed| {
            let (name, kind) = typed.trim_start_matches("pub ").split_once(": ")?;
            (name == field).then_some(kind)
        });
        format!("`{}` {}", word(field, case), shown(found.unwrap_or_else(|| panic!("`{field}` in {declaration}"))))
    };
    split(fields).iter().map(typed).collect::<Vec<_>>().join(", ")
}

/// `0 = Variant { fields }` of the layout.
fn told(variant: &str, declaration: &str, case: Case) -> String {
    let (number, variant) = variant.split_once(" = ").expect("a number");
    let name = variant.split([' ', '(', '{']).next().expect("a name");
    let declared = split(declaration);
    let is_it = |declared: &&String| declared.split([' ', '(', '{']).next() == Some(name);
    let declared = declared.iter().find(is_it).unwrap_or_else(|| panic!("{name} in {declaration}"));
    let inner = |text: &str, open: char| {
        text.split_once(open).map(|(_, rest)| rest[..rest.len() - 1].trim().to_owned()).unwrap_or_default()
    };
    let behind = if variant.contains('(') {
        format!(": {}", shown(&inner(declared, '(')))
    } else if inner(variant, '{').is_empty() {
        String::new()
    } else {
        format!(": {}", listed(&inner(variant, '{'), &inner(declared, '{'), Case::Camel).replace(", ", " and "))
    };
    format!("{number} `{}`{behind}", word(name, case))
}

/// A type as the page names it.
fn shown(kind: &str) -> String {
    let of = |start: &str| kind.strip_prefix(start).and_then(|rest| rest.strip_suffix('>'));
    // Where a value lies is nothing that is written.
    let kind = of("Box<").unwrap_or(kind);
    match (of("Option<"), of("Vec<"), kind) {
        (Some(inner), _, _) => format!("optional {}", shown(inner)),
        (_, Some(inner), _) => format!("list of {}", shown(inner)),
        (_, _, "bool") => "boolean".to_owned(),
        (_, _, "String") => "text".to_owned(),
        (_, _, "i64" | "u32") => kind.to_owned(),
        (_, _, other) => format!("`{other}`"),
    }
}

/// A name of Rust's as it is in JSON.
fn word(name: &str, case: Case) -> String {
    let mut parts: Vec<String> = Vec::new();
    for letter in name.chars() {
        if letter == '_' || letter.is_uppercase() || parts.is_empty() {
            parts.push(String::new());
        }
        if letter != '_' {
            parts.last_mut().expect("a part").push(letter.to_ascii_lowercase());
        }
    }
    match case {
        Case::Kebab => parts.join("-"),
        Case::Screaming => parts.join("_").to_uppercase(),
        Case::Camel => {
            let capital = |part: &String| part[..1].to_uppercase() + &part[1..];
            parts.iter().take(1).cloned().chain(parts.iter().skip(1).map(capital)).collect()
        }
    }
}
