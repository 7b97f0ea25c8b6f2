//! Which people an answer may name, and to whom. Everything else with a name in it is a leak.

use crate::world::{ADMIN, CROWD, MEMBER};

/// Names that an answer may tell: to whom, where, and why.
fn told(user: &str, request: &str) -> Vec<String> {
    let mut names = Vec::new();
    // A home mandate bears the name of the one user it belongs to.
    if request.starts_with("GET /api/store/mandates") || request.starts_with("GET /api/store/features") {
        names.push(format!("Home name-{user}"));
    }
    // Admins see who activated and who ended what is in their mandate, and whose wishes are under way.
    if user == ADMIN
        && ["instances", "changes?"].iter().any(|list| request.starts_with(&format!("GET /api/store/{list}")))
    {
        names.push(format!("\"by\":\"name-{ADMIN}\""));
    }
    // They see who has access to what is in their mandate, too.
    if user == ADMIN && request.starts_with("GET /api/store/instances/") {
        names.push(format!("\"name\":\"name-{ADMIN}\""));
    }
    // And to whom it could be given: every member.
    if user == ADMIN && request.contains("/colleagues?") {
        let crowd = (0..CROWD).map(|n| format!("u-a{n}"));
        names.extend(crowd.chain([MEMBER.to_owned()]).map(|member| format!("\"name\":\"name-{member}\"")));
    }
    // What happened is told with who asked for it.
    if user == ADMIN && request.starts_with("GET /api/store/history") {
        names.extend([format!("\"by\":\"name-{ADMIN}\""), format!(",\"name-{ADMIN}\",")]);
    }
    names
}

/// Panics when an answer names somebody it may not.
#[track_caller]
pub(super) fn check(user: &str, request: &str, body: &str) {
    let rest = told(user, request).iter().fold(body.to_owned(), |rest, name| rest.replace(name, ""));
    assert!(!rest.contains("name-u-"), "{user} is told a name by {request}: {body}");
}
