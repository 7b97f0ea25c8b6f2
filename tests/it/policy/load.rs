//! What a module must be to be loaded: every fault has its own refusal, which names it.

use turnpike::policy::{Limits, LoadError, Policy, PolicyError};

use super::{embedded, wat::Wat};

#[test]
fn the_pattern_of_these_tests_is_itself_acceptable() {
    assert_eq!(Wat::default().policy().abi_version(), 1);
}

#[test]
fn an_import_is_named() {
    let wat = Wat { before: r#"(import "env" "now" (func (result i64)))"#, ..Wat::default() };
    let error = wat.refusal();
    assert!(matches!(&error, LoadError::Imports(imports) if *imports == ["env.now"]), "{error:?}");
    assert_eq!(error.to_string(), "the policy module imports `env.now`, a policy must import nothing");
}

#[test]
fn every_missing_export_is_named() {
    let missing = [
        ("memory", Wat { memory: "(memory 1)", ..Wat::default() }),
        ("turnpike_abi_version", Wat { version: "", ..Wat::default() }),
        ("turnpike_alloc", Wat { alloc: "", ..Wat::default() }),
        ("turnpike_free", Wat { free: "", ..Wat::default() }),
        ("turnpike_decide", Wat { decide: String::new(), ..Wat::default() }),
    ];
    for (name, wat) in missing {
        let error = wat.refusal();
        assert!(matches!(error, LoadError::MissingExport(export) if export == name), "{name}: {error:?}");
    }
}

#[test]
fn an_export_of_another_type_is_named_with_both_types() {
    let wat = Wat { free: r#"(func (export "turnpike_free") (param i32) (result i64) i64.const 0)"#, ..Wat::default() };
    assert_eq!(
        wat.refusal().to_string(),
        "the policy module exports `turnpike_free` as (i32) -> (i64), expected (i32, i32) -> ()"
    );
    let wat = Wat { memory: r#"(memory 1) (global (export "memory") i32 (i32.const 0))"#, ..Wat::default() };
    assert_eq!(wat.refusal().to_string(), "the policy module exports `memory` as a global, expected a memory");
}

#[test]
fn the_optional_export_has_its_type_too() {
    let before = r#"(global (export "turnpike_decide_compact") i32 (i32.const 0))"#;
    assert_eq!(
        Wat { before, ..Wat::default() }.refusal().to_string(),
        "the policy module exports `turnpike_decide_compact` as a global, expected (i32, i32) -> (i64)"
    );
}

#[test]
fn another_abi_version_is_refused() {
    let wat = Wat { version: r#"(func (export "turnpike_abi_version") (result i32) i32.const 2)"#, ..Wat::default() };
    let error = wat.refusal();
    assert!(matches!(error, LoadError::AbiVersion { found: 2, expected: 1 }), "{error:?}");
}

#[test]
fn asking_for_the_version_is_limited_like_any_call() {
    let version = r#"(func (export "turnpike_abi_version") (result i32) (loop $again (br $again)) unreachable)"#;
    let error = Wat { version, ..Wat::default() }.refusal();
    assert!(matches!(error, LoadError::NoAbiVersion(PolicyError::OutOfFuel)), "{error:?}");
}

#[test]
fn a_start_function_is_limited_too() {
    let before = "(func $start (loop $again (br $again))) (start $start)";
    let error = Wat { before, ..Wat::default() }.refusal();
    assert!(matches!(error, LoadError::NoAbiVersion(PolicyError::OutOfFuel)), "{error:?}");
}

#[test]
fn what_is_no_module_is_refused() {
    for bytes in [b"".as_slice(), b"\0asm", b"#!/bin/sh", b"\0asm\x01\0\0\0\xff\xff"] {
        let error = Policy::load(bytes, Limits::default()).expect_err("no module");
        assert!(matches!(error, LoadError::Invalid(_)), "{error:?}");
    }
}

#[test]
fn text_is_no_module() {
    let error = Policy::load(b"(module)", Limits::default()).expect_err("no binary module");
    assert!(matches!(error, LoadError::Invalid(_)), "{error:?}");
}

#[test]
fn features_that_no_policy_needs_are_off() {
    let unneeded = [
        "(memory $second 1)",
        "(func (result v128) (v128.const i64x2 0 0))",
        "(func $loop (return_call $loop))",
        "(global i32 (i32.add (i32.const 1) (i32.const 1)))",
    ];
    for before in unneeded {
        let error = Wat { before, ..Wat::default() }.refusal();
        assert!(matches!(error, LoadError::Invalid(_)), "{before}: {error:?}");
    }
}

#[test]
fn a_module_that_starts_too_large_is_refused() {
    let wat = Wat { memory: r#"(memory (export "memory") 1000)"#, ..Wat::default() };
    assert!(matches!(wat.refusal(), LoadError::Invalid(_)));
    let wat = Wat { before: "(table 1000000 funcref)", ..Wat::default() };
    assert!(matches!(wat.refusal(), LoadError::Invalid(_)));
}

#[test]
fn a_module_that_is_too_long_is_not_even_parsed() {
    let bytes = Wat::default().bytes();
    let limits = Limits { module_bytes: bytes.len() - 1, ..Limits::default() };
    let error = Policy::load(&bytes, limits).expect_err("too long");
    assert!(matches!(error, LoadError::TooLong { bytes: found, most } if found == bytes.len() && most + 1 == found));
}

#[test]
fn a_file_is_loaded_or_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.wasm");
    let error = Policy::from_file(&path).expect_err("not there yet");
    assert_eq!(error.to_string(), format!("cannot read the policy module `{}`", path.display()));
    let embedded = embedded();
    std::fs::write(&path, embedded.bytes()).unwrap();
    assert_eq!(Policy::from_file(&path).unwrap().digest(), embedded.digest());
}
