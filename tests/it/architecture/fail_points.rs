//! The fail points themselves: each stands in the host once, and in the docs; a wrong name is told at start.

use turnpike::fail_point::{Armed, FailPoint, VARIABLE};

use super::{source::workspace, sources};
use crate::host::Setup;

/// The names in the first cells of a table.
fn rows(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

#[test]
fn every_point_stands_in_the_host_once() {
    let host: Vec<_> =
        sources("host/src").into_iter().filter(|source| source.path != "host/src/fail_point.rs").collect();
    for point in FailPoint::ALL {
        let call = format!("fail_point::reached(FailPoint::{point:?}).await;");
        let places: usize = host.iter().map(|source| source.text.matches(&call).count()).sum();
        assert_eq!(places, 1, "{call}");
    }
    let all: usize = host.iter().map(|source| source.text.matches("fail_point::reached(").count()).sum();
    assert_eq!(all, FailPoint::ALL.len());
}

#[test]
fn every_point_is_in_the_docs_in_order() {
    let text = std::fs::read_to_string(workspace().join("docs/fail-points.md")).unwrap();
    let names: Vec<&str> = FailPoint::ALL.iter().map(|point| point.name()).collect();
    assert_eq!(rows(&text), names);
}

#[test]
fn a_name_is_read_with_what_happens_there() {
    for point in FailPoint::ALL.iter().copied() {
        assert_eq!(Armed::parse(point.name()), Some(Armed { point, aborts: false }));
        assert_eq!(Armed::parse(&format!("{}:abort", point.name())), Some(Armed { point, aborts: true }));
    }
    for wrong in ["", ":abort", "update-unsent:", "update-unsent:park", "Update-Unsent", "update_unsent"] {
        assert_eq!(Armed::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_host_with_a_point_that_is_none_does_not_start() {
    let (code, _, errors) = Setup::new("sqlite:none.db").with(VARIABLE, "somewhere").run(&["serve"]);
    assert_ne!(code, 0);
    assert!(errors.contains("`TURNPIKE_FAIL_POINT` is `somewhere`, it must be the name of a fail point"), "{errors}");
}
