//! docs/policy-abi.md against the module, the host and the reference hosts: exports, figures, failures, code.

use std::{fs, path::PathBuf};

use core_wasm::{ABI_VERSION, json::MAX_DEPTH, question::FailureCode};
use turnpike::policy::{Limits, LoadError, Policy, PolicyError};

use super::embedded;

/// The reference hosts, and whether their runtime counts fuel.
const HOSTS: [(&str, bool); 3] = [
    ("tests/runtimes/node/policy.mjs", false),
    ("tests/runtimes/python/policy.py", true),
    ("tests/runtimes/wasmi/src/policy.rs", true),
];

fn read(path: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).expect(path)
}

fn page() -> String {
    read("docs/policy-abi.md")
}

/// The rows of the table whose first title this is.
fn rows<'a>(page: &'a str, title: &str) -> Vec<Vec<&'a str>> {
    let start = format!("| {title} |");
    let table = page.lines().skip_while(|line| !line.starts_with(&start)).skip(2);
    let rows = table.map_while(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.map(|row| row.split(" | ").map(|cell| cell.trim_matches('`')).collect()).collect()
}

/// Exports of the page that every module has: name and type.
fn exports(page: &str) -> Vec<(&str, &str)> {
    exports_of(page, "export")
}

/// The one that a module may have.
fn optional_exports(page: &str) -> Vec<(&str, &str)> {
    exports_of(page, "optional export")
}

fn exports_of<'a>(page: &'a str, title: &str) -> Vec<(&'a str, &'a str)> {
    rows(page, title).into_iter().map(|cells| (cells[0], cells[1])).collect()
}

/// The text of a module with these exports, which says that it speaks the version of this build.
fn module(exports: &[(&str, &str)]) -> Vec<u8> {
    let fields: String = exports.iter().map(|(name, kind)| export(name, kind)).collect();
    ::wat::parse_str(format!("(module {fields})")).expect("the page's types are WebAssembly's")
}

fn export(name: &str, kind: &str) -> String {
    let Some((params, results)) = kind.split_once(" -> ") else {
        return format!("({kind} (export \"{name}\") 1)");
    };
    let list = |types: &str| types.trim_matches(['(', ')']).replace(',', "");
    let (params, results) = (list(params), list(results));
    let result: String = results.split_whitespace().map(|kind| format!("({kind}.const {ABI_VERSION})")).collect();
    format!("(func (export \"{name}\") (param {params}) (result {results}) {result})")
}

fn load(exports: &[(&str, &str)]) -> Result<Policy, LoadError> {
    Policy::load(&module(exports), Limits::default())
}

fn limit(page: &str, name: &str) -> u64 {
    let rows = rows(page, "limit");
    let row = rows.iter().find(|cells| cells[0] == name).unwrap_or_else(|| panic!("the page has no limit `{name}`"));
    row[1].replace(',', "").parse().expect(name)
}

/// The value of a constant in a source: a product of integers.
fn constant(source: &str, name: &str) -> u64 {
    let line = source.lines().find(|line| line.split([' ', ':']).any(|word| word == name) && line.contains(" = "));
    let (_, value) = line.unwrap_or_else(|| panic!("no `{name}`")).rsplit_once(" = ").expect(name);
    value.trim_end_matches(';').split(" * ").map(|factor| factor.replace('_', "").parse::<u64>().expect(name)).product()
}

#[test]
fn the_page_names_the_exports_that_the_host_demands() {
    let page = page();
    let exports = exports(&page);
    assert_eq!(exports.len(), 5, "{exports:?}");
    load(&exports).expect("a module with the page's exports is a policy");
    for (index, (name, kind)) in exports.iter().enumerate() {
        let mut fewer = exports.clone();
        fewer.remove(index);
        assert!(matches!(load(&fewer), Err(LoadError::MissingExport(missing)) if missing == *name), "{name}");
        let other =
            if *kind == "memory" { "() -> ()".to_owned() } else { kind.replacen("(", "(i32, ", 1).replace(", )", ")") };
        let mut others = exports.clone();
        others[index].1 = &other;
        assert!(
            matches!(load(&others), Err(LoadError::ExportType { name: wrong, .. }) if wrong == *name),
            "{name}: {other}"
        );
        assert!(embedded().exports().iter().any(|export| export == name), "the module has no `{name}`");
    }
}

#[test]
fn the_page_names_the_export_that_the_host_uses_where_it_is_there() {
    let page = page();
    let (required, optional) = (exports(&page), optional_exports(&page));
    assert_eq!(optional, [("turnpike_decide_compact", "(i32, i32) -> (i64)")]);
    assert!(!load(&required).expect("a policy without it").reads_compact());
    assert!(load(&[&required[..], &optional].concat()).expect("a policy with it").reads_compact());
    for other in ["(i32) -> (i64)", "(i32, i32) -> (i32)", "(i32, i32) -> ()", "memory"] {
        let exports = [&required[1..], &[(optional[0].0, other)]].concat();
        let refused = load(&[&[required[0]], &exports[..]].concat());
        let is_refused = matches!(
            refused,
            Err(LoadError::ExportType { name: "turnpike_decide_compact", .. } | LoadError::Invalid(_))
        );
        assert!(is_refused, "{other}");
    }
    assert!(embedded().reads_compact());
}

#[test]
fn the_page_names_the_limits_of_the_host_and_of_the_module() {
    let page = page();
    let limits = Limits::default();
    let bytes = |bytes: usize| u64::try_from(bytes).unwrap();
    let expected = [
        ("bytes of a call", bytes(limits.input_bytes)),
        ("depth of a call, in brackets", bytes(MAX_DEPTH)),
        ("bytes of an answer", bytes(limits.output_bytes)),
        ("bytes of the module", bytes(limits.module_bytes)),
        ("bytes of an instance's memory", bytes(limits.memory_bytes)),
        ("bytes of stack", bytes(limits.stack_bytes)),
        ("fuel of a call", limits.fuel_base),
        ("fuel for each byte of it", limits.fuel_per_byte),
        ("milliseconds of a call", u64::try_from(limits.deadline.as_millis()).unwrap()),
        ("calls at the same moment", u64::from(limits.instances)),
        ("long calls at the same moment", u64::from(limits.long_calls)),
    ];
    assert_eq!(rows(&page, "limit").len(), expected.len());
    for (name, figure) in expected {
        assert_eq!(limit(&page, name), figure, "{name}");
    }
    assert!(page.contains(&format!("the version of this page: {ABI_VERSION} |")));
    assert!(page.contains(&format!("it speaks version {ABI_VERSION} |")));
}

#[test]
fn the_module_takes_calls_as_long_as_the_page_says_and_none_longer() {
    let most = usize::try_from(limit(&page(), "bytes of a call")).unwrap();
    let generous = Limits { input_bytes: most + 1, ..Limits::default() };
    let policy = Policy::load(embedded().bytes(), generous).unwrap();
    let answer = policy.answer_bytes(&vec![b' '; most]).expect("the longest call is answered");
    assert!(answer.starts_with(br#"{"failure":{"code":"malformed""#));
    let refused = policy.answer_bytes(&vec![b' '; most + 1]);
    assert!(matches!(refused, Err(PolicyError::InputRefused { .. })), "{refused:?}");
}

#[test]
fn the_page_names_every_failure() {
    let codes = [FailureCode::Malformed, FailureCode::TooDeep].map(|code| serde_json::to_value(code).unwrap());
    let error = serde_json::from_str::<FailureCode>("\"?\"").unwrap_err().to_string();
    assert_eq!(error.matches('`').count() / 2, codes.len() + 1, "another failure: {error}");
    let page = page();
    let named: Vec<&str> = rows(&page, "failure").into_iter().map(|cells| cells[0]).collect();
    assert_eq!(named, codes);
}

#[test]
fn the_page_shows_the_hosts_as_they_are_and_they_keep_its_figures() {
    let page = page();
    let exports = exports(&page);
    let sources = HOSTS.map(|(path, counts_fuel)| (path, read(path), counts_fuel));
    let shown = page.split_once("## Reference hosts").expect("the hosts").1;
    let blocks: Vec<&str> =
        shown.split("\n```").skip(1).step_by(2).filter_map(|block| Some(block.split_once('\n')?.1)).collect();
    assert_eq!(blocks.len(), HOSTS.len());
    for ((path, source, counts_fuel), block) in sources.iter().zip(blocks) {
        assert_eq!(source.trim_end(), block.trim_end(), "{path} is shown otherwise");
        assert!(page.contains(&format!("[{path}](../{path})")), "{path} is not named");
        for (name, _) in &exports {
            assert!(source.contains(name), "{path} does not ask for `{name}`");
        }
        assert_eq!(constant(source, "ABI_VERSION"), u64::from(ABI_VERSION.unsigned_abs()), "{path}");
        let mut figures = vec![
            ("MOST_CALL", "bytes of a call"),
            ("MOST_ANSWER", "bytes of an answer"),
            ("MOST_MEMORY", "bytes of an instance's memory"),
        ];
        if *counts_fuel {
            figures.extend([("FUEL", "fuel of a call"), ("FUEL_PER_BYTE", "fuel for each byte of it")]);
        }
        for (name, limit_name) in figures {
            assert_eq!(constant(source, name), limit(&page, limit_name), "{path}: {name}");
        }
    }
}

#[test]
fn the_page_is_read_as_it_is_meant() {
    let page = "| limit | figure |\n|---|---:|\n| bytes of `x` | 1,024 |\n\n| other | 2 |\n";
    assert_eq!(rows(page, "limit"), [["bytes of `x", "1,024"]]);
    assert_eq!(limit("| limit | figure |\n|---|---:|\n| fuel | 1,024 | host |\n", "fuel"), 1_024);
    assert_eq!(constant("const A_B: u64 = 3;\nconst A: usize = 2 * 1_024;\n", "A"), 2_048);
    assert_eq!(export("f", "(i32, i32) -> ()"), "(func (export \"f\") (param i32 i32) (result ) )");
}
