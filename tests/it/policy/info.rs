//! `turnpike policy info`.

use turnpike::{
    cli::policy::{
        Error,
        info::{Arguments, info, run},
    },
    policy::LoadError,
};

use super::{embedded, wat::Wat};
use crate::host::Setup;

#[test]
fn info_tells_what_the_policy_is() {
    let policy = embedded();
    let text = info(&policy);
    for line in [
        format!("digest    sha256 {}", policy.digest()),
        format!("size      {} bytes", policy.bytes().len()),
        "abi       1".to_owned(),
        "imports   none".to_owned(),
        "deadline  1000 ms".to_owned(),
        "instances at most 64 at the same moment, 16 of them for long calls".to_owned(),
    ] {
        assert!(text.lines().any(|found| found == line), "`{line}` is not in\n{text}");
    }
    for export in ["memory", "turnpike_abi_version", "turnpike_alloc", "turnpike_free", "turnpike_decide"] {
        let exports = text.lines().find(|line| line.starts_with("exports ")).unwrap();
        assert!(exports.split(' ').any(|found| found == export), "{export}");
    }
}

#[test]
fn info_looks_at_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.wasm");
    let embedded = embedded();
    std::fs::write(&file, embedded.bytes()).unwrap();
    let mut told = Vec::new();
    run(&Arguments { file: Some(file.clone()), ..Arguments::default() }, &mut told).unwrap();
    assert_eq!(String::from_utf8(told).unwrap(), info(&embedded));

    std::fs::write(&file, b"no module").unwrap();
    let refused = run(&Arguments { file: Some(file), ..Arguments::default() }, &mut Vec::new());
    assert!(matches!(refused, Err(Error::Load(LoadError::Invalid(_)))), "{refused:?}");
}

#[test]
fn the_file_is_named_by_its_place_or_by_the_flag_and_a_refusal_has_its_cause_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.wasm");
    let run = |arguments: &[&str]| Setup::new("sqlite:none").run(&[&["policy", "info"], arguments].concat());
    let path = file.to_string_lossy().into_owned();
    std::fs::write(&file, Wat::default().bytes()).unwrap();
    let (code, by_place, errors) = run(&[&path]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert_eq!(run(&["--file", &path]), (0, by_place, String::new()));
    assert_eq!(run(&[&path, "--file", &path]).0, 2, "one of them");

    std::fs::write(&file, b"no module").unwrap();
    for arguments in [&[path.as_str()][..], &["--file", &path]] {
        let (code, _, errors) = run(arguments);
        assert_eq!(code, 1, "{errors}");
        assert_eq!(errors.matches("at offset").count(), 1, "{errors}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
    }
}
