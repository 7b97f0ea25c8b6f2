//! The users of the demo and what they may do, read from the data set.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

/// A user to try the demo with.
#[derive(Debug, PartialEq)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) username: String,
    /// Like `admin of m-alpenblick`, or `stranger`.
    pub(crate) part: String,
    /// A mandate where this user has the role `admin`.
    pub(crate) administers: Option<String>,
}

#[derive(Deserialize)]
struct Data {
    users: Vec<User>,
    roles: Vec<Role>,
    memberships: Vec<Membership>,
}

#[derive(Deserialize)]
struct User {
    id: String,
    username: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Role {
    id: String,
    role_label: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Membership {
    user_id: String,
    mandate_id: String,
    role_ids: Vec<String>,
}

/// Everybody in the order of the data set.
pub(crate) fn of(file: &Path) -> anyhow::Result<Vec<Person>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let data: Data = serde_json::from_str(&text).with_context(|| format!("cannot read `{}`", file.display()))?;
    let labels: BTreeMap<&str, &str> =
        data.roles.iter().map(|role| (role.id.as_str(), role.role_label.as_str())).collect();
    Ok(data.users.iter().map(|user| person(user, &data.memberships, &labels)).collect())
}

fn person(user: &User, memberships: &[Membership], labels: &BTreeMap<&str, &str>) -> Person {
    let mut parts = Vec::new();
    let mut administers = None;
    for membership in memberships.iter().filter(|membership| membership.user_id == user.id) {
        let mandate = &membership.mandate_id;
        for label in membership.role_ids.iter().filter_map(|id| labels.get(id.as_str())) {
            parts.push(format!("{label} of {mandate}"));
            if *label == "admin" && administers.is_none() {
                administers = Some(mandate.clone());
            }
        }
    }
    let part = if parts.is_empty() { "stranger".to_owned() } else { parts.join(", ") };
    Person { id: user.id.clone(), username: user.username.clone(), part, administers }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data_set() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/demo/demo.json")
    }

    #[test]
    fn the_data_set_has_an_admin_a_member_and_a_stranger() {
        let people = of(&data_set()).unwrap();
        let anna = people.iter().find(|person| person.username == "anna").unwrap();
        assert_eq!(anna.administers.as_deref(), Some("m-alpenblick"));
        let ben = people.iter().find(|person| person.username == "ben").unwrap();
        assert_eq!((ben.part.as_str(), &ben.administers), ("user of m-alpenblick", &None));
        let sam = people.iter().find(|person| person.username == "sam").unwrap();
        assert_eq!(sam.part, "stranger");
    }

    #[test]
    fn the_data_set_bills_every_instance() {
        let data: serde_json::Value = serde_json::from_slice(&fs::read(data_set()).unwrap()).unwrap();
        let all = |section: &str| data[section].as_array().unwrap().clone();
        for item in data["stripe"]["items"].as_array().unwrap() {
            let paid =
                all("subscriptions").into_iter().find(|entry| entry["stripeItemIdInstances"] == item["id"]).unwrap();
            let instances = all("instances").iter().filter(|entry| entry["mandateId"] == paid["mandateId"]).count();
            assert_eq!(item["quantity"], instances, "{item}");
        }
    }
}
