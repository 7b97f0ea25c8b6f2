//! When a file is taken for another module: look by look.

use turnpike::{
    policy::hex_sha256,
    rollout::{Look, Watched},
};

fn watched() -> Watched {
    Watched::new(hex_sha256(b"old"))
}

#[test]
fn what_was_judged_is_not_judged_again() {
    let mut file = watched();
    assert_eq!([file.look(b"old"), file.look(b"old")], [Look::Same, Look::Same]);
    assert_eq!([file.look(b"new"), file.look(b"new")], [Look::Unsettled, Look::Candidate]);
    file.judged();
    assert_eq!([file.look(b"new"), file.look(b"new")], [Look::Same, Look::Same]);
    assert_eq!([file.look(b"old"), file.look(b"old")], [Look::Unsettled, Look::Candidate]);
}

#[test]
fn a_file_that_grows_is_taken_only_when_it_is_done() {
    let module = [7_u8; 1_000];
    let mut file = watched();
    for written in (0..1_000).step_by(100) {
        assert_eq!(file.look(&module[..written]), Look::Unsettled, "{written} bytes");
    }
    assert_eq!(file.look(&module), Look::Unsettled);
    assert_eq!(file.look(&module), Look::Candidate);
}

#[test]
fn a_file_that_is_put_back_before_it_was_taken_was_never_a_candidate() {
    let mut file = watched();
    assert_eq!(
        [file.look(b"new"), file.look(b"old"), file.look(b"new")],
        [Look::Unsettled, Look::Same, Look::Unsettled]
    );
}

#[test]
fn a_candidate_that_could_not_be_kept_stays_one() {
    let mut file = watched();
    file.look(b"new");
    assert_eq!([file.look(b"new"), file.look(b"new")], [Look::Candidate, Look::Candidate]);
}

#[test]
fn who_asks_for_it_gets_what_was_refused_judged_again() {
    let mut file = watched();
    file.look(b"bad");
    file.look(b"bad");
    file.judged();
    assert_eq!(file.look(b"bad"), Look::Same);
    file.again(&hex_sha256(b"old"));
    assert_eq!([file.look(b"bad"), file.look(b"bad")], [Look::Unsettled, Look::Candidate]);
    file.again(&hex_sha256(b"old"));
    assert_eq!(file.look(b"old"), Look::Same, "what decides is not loaded again");
}
