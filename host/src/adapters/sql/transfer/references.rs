//! Checks a document against the database, inside the transaction of the load: references that lead nowhere, and unique
//! values that something else has.

use std::collections::{BTreeMap, HashMap, HashSet};

use sqlx::{AnyConnection, Row as _};

use super::{Failure, bulk};
use crate::{adapters::sql::erasure::mark::mark, ports::store::transfer::LoadError, transfer::Document};

/// A reference from an entry to a row of a table.
struct Reference<'a> {
    section: &'static str,
    id: &'a str,
    field: &'static str,
    table: &'static str,
    value: &'a str,
}

/// Finds the first reference that leads neither into the file nor into the database.
pub(super) async fn none_dangling(connection: &mut AnyConnection, document: &Document) -> Result<(), Failure> {
    let mut in_file: HashMap<&str, HashSet<&str>> = HashMap::new();
    in_file.insert("users", document.users.iter().map(|user| user.id.as_str()).collect());
    in_file.insert("mandates", document.mandates.iter().map(|mandate| mandate.id.as_str()).collect());
    in_file.insert("roles", document.roles.iter().map(|role| role.id.as_str()).collect());
    in_file.insert("instances", document.instances.iter().map(|instance| instance.id.as_str()).collect());
    let outside: Vec<Reference<'_>> = references(document)
        .into_iter()
        .filter(|reference| !in_file.get(reference.table).is_some_and(|ids| ids.contains(reference.value)))
        .collect();

    let mut wanted: BTreeMap<&'static str, HashSet<&str>> = BTreeMap::new();
    for reference in &outside {
        wanted.entry(reference.table).or_default().insert(reference.value);
    }
    let mut on_file: HashMap<&str, HashSet<String>> = HashMap::new();
    for (table, values) in wanted {
        let values: Vec<&str> = values.into_iter().collect();
        on_file.insert(table, bulk::present(connection, table, "id", &values).await?);
    }
    match outside.iter().find(|at| !on_file.get(at.table).is_some_and(|ids| ids.contains(at.value))) {
        None => Ok(()),
        Some(at) => Err(Failure::Refused(LoadError::Dangling {
            entry: entry(at.section, at.id),
            field: at.field,
            value: at.value.to_owned(),
        })),
    }
}

/// All references of a document, in its order.
fn references(document: &Document) -> Vec<Reference<'_>> {
    let mut all = Vec::new();
    for row in &document.mandates {
        let home = row.home_of.as_deref();
        all.extend(home.map(|value| reference("mandates", &row.id, "homeOf", "users", value)));
    }
    for row in &document.roles {
        let (mandate, instance) = (row.mandate_id.as_deref(), row.feature_instance_id.as_deref());
        all.extend(mandate.map(|value| reference("roles", &row.id, "mandateId", "mandates", value)));
        all.extend(instance.map(|value| reference("roles", &row.id, "featureInstanceId", "instances", value)));
    }
    for row in &document.memberships {
        all.push(reference("memberships", &row.id, "userId", "users", &row.user_id));
        all.push(reference("memberships", &row.id, "mandateId", "mandates", &row.mandate_id));
        all.extend(row.role_ids.iter().map(|value| reference("memberships", &row.id, "roleIds", "roles", value)));
    }
    for row in &document.subscriptions {
        all.push(reference("subscriptions", &row.id, "mandateId", "mandates", &row.mandate_id));
    }
    for row in &document.instances {
        all.push(reference("instances", &row.id, "mandateId", "mandates", &row.mandate_id));
    }
    for row in &document.accesses {
        all.push(reference("accesses", &row.id, "userId", "users", &row.user_id));
        all.push(reference("accesses", &row.id, "featureInstanceId", "instances", &row.feature_instance_id));
        all.extend(row.role_ids.iter().map(|value| reference("accesses", &row.id, "roleIds", "roles", value)));
    }
    for row in &document.notifications {
        all.push(reference("notifications", &row.id, "mandateId", "mandates", &row.mandate_id));
    }
    all
}

fn reference<'a>(
    section: &'static str,
    id: &'a str,
    field: &'static str,
    table: &'static str,
    value: &'a str,
) -> Reference<'a> {
    Reference { section, id, field, table, value }
}

/// Finds a value that must be unique and that another row of the database has.
pub(super) async fn none_taken(connection: &mut AnyConnection, document: &Document) -> Result<(), Failure> {
    let pairs: Vec<_> = document
        .memberships
        .iter()
        .map(|row| (row.id.as_str(), [row.user_id.as_str(), row.mandate_id.as_str()]))
        .collect();
    Unique { section: "memberships", table: "memberships", id: "id", columns: ["user_id", "mandate_id"] }
        .check(connection, "userId and mandateId", &pairs)
        .await?;
    let pairs: Vec<_> = document
        .accesses
        .iter()
        .map(|row| (row.id.as_str(), [row.user_id.as_str(), row.feature_instance_id.as_str()]))
        .collect();
    Unique { section: "accesses", table: "accesses", id: "id", columns: ["user_id", "instance_id"] }
        .check(connection, "userId and featureInstanceId", &pairs)
        .await?;
    let subscriptions = &document.subscriptions;
    let ids: Vec<_> = subscriptions
        .iter()
        .filter_map(|row| Some((row.id.as_str(), [row.stripe_subscription_id.as_deref()?])))
        .collect();
    Unique { section: "subscriptions", table: "subscriptions", id: "id", columns: ["stripe_subscription_id"] }
        .check(connection, "stripeSubscriptionId", &ids)
        .await?;
    let ids: Vec<_> = subscriptions
        .iter()
        .filter_map(|row| Some((row.id.as_str(), [row.stripe_item_id_instances.as_deref()?])))
        .collect();
    Unique { section: "subscriptions", table: "subscriptions", id: "id", columns: ["stripe_item_id"] }
        .check(connection, "stripeItemIdInstances", &ids)
        .await?;
    let homes: Vec<_> =
        document.mandates.iter().filter_map(|row| Some((row.id.as_str(), [row.home_of.as_deref()?]))).collect();
    Unique { section: "mandates", table: "home_grants", id: "mandate_id", columns: ["user_id"] }
        .check(connection, "homeOf", &homes)
        .await?;
    none_erased(connection, &homes).await
}

/// Whoever was erased had a home mandate, or is to have none.
async fn none_erased(connection: &mut AnyConnection, homes: &[(&str, [&str; 1])]) -> Result<(), Failure> {
    let key = sqlx::query("SELECT key FROM erasure_key").fetch_optional(&mut *connection).await?;
    let Some(key) = key.map(|row| row.try_get::<String, _>(0)).transpose()? else { return Ok(()) };
    let mut marks = Vec::new();
    for (_, [user]) in homes {
        marks.push(mark(&key, user).map_err(|error| Failure::Refused(error.into()))?);
    }
    let wanted: Vec<&str> = marks.iter().map(String::as_str).collect();
    let erased = bulk::present(connection, "erased_people", "mark", &wanted).await?;
    match homes.iter().zip(&marks).find(|(_, mark)| erased.contains(*mark)) {
        None => Ok(()),
        Some(((id, [user]), _)) => {
            let entry = entry("mandates", id);
            Err(Failure::Refused(LoadError::Taken { entry, field: "homeOf", value: (*user).to_owned() }))
        }
    }
}

/// Columns whose values at most one row has.
struct Unique<const N: usize> {
    section: &'static str,
    table: &'static str,
    id: &'static str,
    columns: [&'static str; N],
}

impl<const N: usize> Unique<N> {
    async fn check(
        &self,
        connection: &mut AnyConnection,
        field: &'static str,
        wanted: &[(&str, [&str; N])],
    ) -> Result<(), Failure> {
        let values: Vec<[&str; N]> = wanted.iter().map(|(_, values)| *values).collect();
        let found = bulk::owners(connection, self.table, (self.id, self.columns), &values).await?;
        let owners: HashMap<[String; N], String> = found.into_iter().collect();
        for (id, values) in wanted {
            if owners.get(&values.map(str::to_owned)).is_some_and(|owner| owner != id) {
                let (entry, value) = (entry(self.section, id), values.join(", "));
                return Err(Failure::Refused(LoadError::Taken { entry, field, value }));
            }
        }
        Ok(())
    }
}

/// An entry as messages name it: ``memberships `um-1` ``.
pub(super) fn entry(section: &str, id: &str) -> String {
    format!("{section} `{id}`")
}
