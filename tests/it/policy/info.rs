//! `turnpike policy info`.

use turnpike::{
    cli::policy::{
        Error,
        info::{Arguments, info, run},
    },
    policy::LoadError,
};

use super::embedded;

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
    run(&Arguments { file: Some(file.clone()) }, &mut told).unwrap();
    assert_eq!(String::from_utf8(told).unwrap(), info(&embedded));

    std::fs::write(&file, b"no module").unwrap();
    let refused = run(&Arguments { file: Some(file) }, &mut Vec::new());
    assert!(matches!(refused, Err(Error::Load(LoadError::Invalid(_)))), "{refused:?}");
}
