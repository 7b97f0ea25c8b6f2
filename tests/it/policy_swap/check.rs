//! `turnpike policy check`.

use serde_json::Value;
use tempfile::TempDir;
use turnpike::policy::hex_sha256;

use super::{another, custom, turnpikes};
use crate::{
    host::Setup,
    policy::{thirsty::thirsty, wat::Wat},
};

/// Exit code and standard output.
fn check(module: &[u8], further: &[&str]) -> (i32, String) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("policy.wasm");
    std::fs::write(&file, module).unwrap();
    let file = file.to_string_lossy().into_owned();
    let arguments: Vec<&str> = ["policy", "check", &file].into_iter().chain(further.iter().copied()).collect();
    // No configuration is needed.
    let (code, out, errors) = Setup::new("sqlite:none").run(&arguments);
    assert_eq!(errors, "");
    (code, out)
}

fn object(module: &[u8], further: &[&str]) -> (i32, Value) {
    let further: Vec<&str> = further.iter().copied().chain(["--json"]).collect();
    let (code, text) = check(module, &further);
    (code, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

#[test]
fn a_module_that_may_decide_is_told_with_fuel_and_reasons() {
    let (code, told) = object(&turnpikes(), &["--golden", "equal"]);
    assert_eq!((code, told["passed"].as_bool()), (0, Some(true)), "{told}");
    assert_eq!(told["digest"].as_str(), Some(hex_sha256(&turnpikes()).as_str()));
    assert_eq!(told["bytes"].as_u64(), Some(turnpikes().len() as u64));
    let number =
        |pointer: &str| told.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("{pointer}: {told}"));
    assert!(number("/cases") > 300, "{told}");
    assert_eq!(number("/cases"), told["fuel"]["cases"].as_array().unwrap().len() as u64);
    assert!(0 < number("/fuel/median") && number("/fuel/median") < number("/fuel/most"), "{told}");
    // So that a rule may be some times as dear before it is refused.
    assert!(number("/fuel/most") * 5 < number("/fuel/allowed"), "{told}");
    // Each form is told, and the dearer one counts.
    for case in told["fuel"]["cases"].as_array().unwrap() {
        let [fuel, json] = ["fuel", "json"].map(|name| case[name].as_u64().unwrap());
        assert_eq!(fuel, json.max(case["compact"].as_u64().unwrap_or_default()), "{case}");
    }
    assert!(told["fuel"]["cases"][0]["compact"].as_u64().is_some_and(|fuel| fuel > 0), "{told}");
    for code in ["capacity-reached", "mandate-not-found", "no-access", "invoice-budget-used"] {
        assert!(number(&format!("/reasons/{code}")) > 0, "{code}");
    }

    let (code, text) = check(&turnpikes(), &[]);
    assert_eq!(code, 0);
    for line in ["verdict   it may decide", "imports   none"] {
        assert!(text.lines().any(|found| found == line), "no `{line}` in\n{text}");
    }
    assert!(text.contains("capacity-reached "), "{text}");
    assert!(text.contains(" in json (`"), "{text}");
    let (code, text) = check(&thirsty(&turnpikes(), "turnpike_decide_compact", 100_000), &[]);
    assert!(code == 0 && text.contains(" in the compact form (`"), "{text}");
}

#[test]
fn a_module_that_may_not_decide_is_told_with_every_fault() {
    let refuses_all =
        r#"{"activation":{"allowed":false,"reasons":[{"code":"mandate-not-found","params":{}}],"grant":null}}"#;
    let (code, told) = object(&Wat::answering(refuses_all).bytes(), &[]);
    assert_eq!((code, told["passed"].as_bool()), (1, Some(false)));
    assert_eq!(told["faults"].as_array().unwrap().len(), 20, "enough is enough: {told}");
    let (code, text) = check(&Wat::answering(refuses_all).bytes(), &[]);
    assert_eq!(code, 1);
    assert!(text.ends_with("verdict   refused\n"), "{text}");
    assert!(text.contains("fault     access_held: "), "{text}");
}

#[test]
fn a_module_that_cannot_be_loaded_is_told_in_one_line() {
    let import = Wat { before: r#"(import "env" "now" (func (result i64)))"#, ..Wat::default() }.bytes();
    assert_eq!(
        check(&import, &[]),
        (1, "refused: the policy module imports `env.now`, a policy must import nothing\n".to_owned())
    );
    let (code, told) = object(b"no module", &[]);
    assert_eq!((code, told["passed"].as_bool()), (1, Some(false)));
    assert!(told["refused"].as_str().unwrap().starts_with("the policy module is no WebAssembly module"), "{told}");
}

#[test]
fn the_pin_and_the_demand_are_those_of_the_command_line() {
    let module = custom("yearly.wasm");
    let digest = hex_sha256(&module);
    assert_eq!(check(&module, &["--sha256", &digest]).0, 0);
    let (code, text) = check(&another(&module, 1), &["--sha256", &digest]);
    assert_eq!(code, 1);
    assert!(text.contains(&format!("only `{digest}` may decide here")), "{text}");
    assert_eq!(Setup::new("sqlite:none").run(&["policy", "check", "x.wasm", "--golden", "any"]).0, 2);
}

#[test]
fn a_pin_that_is_no_digest_is_refused_as_the_setting_is() {
    for pin in ["abc", "", &"g".repeat(64)] {
        let (code, out, errors) = Setup::new("sqlite:none").run(&["policy", "check", "x.wasm", "--sha256", pin]);
        assert_eq!((code, out.as_str()), (2, ""), "{pin}");
        assert!(errors.contains("64 hexadecimal digits"), "{pin}: {errors}");
    }
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let (code, out, errors) = Setup::new("sqlite:none").run(&["policy", "check", "/nowhere/policy.wasm"]);
    assert_eq!((code, out.as_str()), (2, ""), "1 would say that it may not decide");
    assert!(errors.starts_with("error: cannot read the policy module `/nowhere/policy.wasm`"), "{errors}");
}
