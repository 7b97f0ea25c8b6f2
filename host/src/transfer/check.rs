//! Checks a document as a whole: what may be there only once, and what is there twice and means one.
//!
//! References are not checked here: they may point into the database, so the store does it in the transaction of the
//! load.

use std::collections::HashMap;

use super::{Document, Fault, Faults, TransferError, Warning, entries::Membership, place};

/// Checks the document and makes double memberships and accesses one.
///
/// # Errors
/// [`TransferError::Faults`] with all contradictions.
pub fn check(document: &mut Document) -> Result<Vec<Warning>, TransferError> {
    let mut faults = Vec::new();
    unique_ids(document, &mut faults);
    unique_stripe_ids(document, &mut faults);
    one_home_each(document, &mut faults);
    if !faults.is_empty() {
        return Err(TransferError::Faults(Faults(faults)));
    }
    let mut warnings = merge_memberships(document);
    warnings.extend(merge_accesses(document));
    Ok(warnings)
}

fn unique_ids(document: &Document, faults: &mut Vec<Fault>) {
    fn ids<'a, T>(section: &str, entries: &'a [T], id: impl Fn(&'a T) -> &'a str, faults: &mut Vec<Fault>) {
        let mut first = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let id = id(entry);
            match first.get(id) {
                None => {
                    first.insert(id, index);
                }
                Some(by) => faults.push(Fault::DuplicateId {
                    entry: place::entry(section, index, id),
                    by: place::entry(section, *by, id),
                }),
            }
        }
    }
    ids("plans", &document.plans, |plan| &plan.key, faults);
    ids("features", &document.features, |feature| &feature.code, faults);
    ids("resources", document.resources.as_deref().unwrap_or_default(), |resource| &resource.object_key, faults);
    ids("users", &document.users, |user| &user.id, faults);
    ids("mandates", &document.mandates, |mandate| &mandate.id, faults);
    ids("roles", &document.roles, |role| &role.id, faults);
    ids("memberships", &document.memberships, |membership| &membership.id, faults);
    ids("subscriptions", &document.subscriptions, |subscription| &subscription.id, faults);
    ids("instances", &document.instances, |instance| &instance.id, faults);
    ids("accesses", &document.accesses, |access| &access.id, faults);
    ids("notifications", &document.notifications, |notification| &notification.id, faults);
}

/// One unique field of a section's entries.
struct Unique {
    section: &'static str,
    field: &'static str,
    rule: &'static str,
}

impl Unique {
    /// Adds a fault for each value that an earlier entry has.
    fn check<'a>(&self, values: impl Iterator<Item = (&'a str, Option<&'a String>)>, faults: &mut Vec<Fault>) {
        let mut first: HashMap<&str, (usize, &str)> = HashMap::new();
        for (index, (id, value)) in values.enumerate() {
            let Some(value) = value else { continue };
            if let Some((by, by_id)) = first.get(value.as_str()) {
                faults.push(Fault::Taken {
                    entry: place::entry(self.section, index, id),
                    field: self.field,
                    value: place::shown(value),
                    by: place::entry(self.section, *by, by_id),
                    rule: self.rule,
                });
            } else {
                first.insert(value, (index, id));
            }
        }
    }
}

fn unique_stripe_ids(document: &Document, faults: &mut Vec<Fault>) {
    let rows = &document.subscriptions;
    let (section, rule) = ("subscriptions", "each in one subscription at most");
    Unique { section, field: "stripeSubscriptionId", rule }
        .check(rows.iter().map(|row| (row.id.as_str(), row.stripe_subscription_id.as_ref())), faults);
    Unique { section, field: "stripeItemIdInstances", rule }
        .check(rows.iter().map(|row| (row.id.as_str(), row.stripe_item_id_instances.as_ref())), faults);
}

fn one_home_each(document: &Document, faults: &mut Vec<Fault>) {
    Unique { section: "mandates", field: "homeOf", rule: "one home mandate per user" }
        .check(document.mandates.iter().map(|row| (row.id.as_str(), row.home_of.as_ref())), faults);
}

/// Unites the memberships of one user in one mandate into the first: the roles of all, enabled if any is.
fn merge_memberships(document: &mut Document) -> Vec<Warning> {
    let mut kept: Vec<(usize, Membership)> = Vec::with_capacity(document.memberships.len());
    let mut first = HashMap::new();
    let mut warnings = Vec::new();
    for (index, membership) in std::mem::take(&mut document.memberships).into_iter().enumerate() {
        let pair = (membership.user_id.clone(), membership.mandate_id.clone());
        let position = *first.entry(pair).or_insert(kept.len());
        let Some((by, into)) = kept.get_mut(position) else {
            kept.push((index, membership));
            continue;
        };
        warnings.push(Warning::MembershipsMerged {
            entry: place::entry("memberships", index, &membership.id),
            into: place::entry("memberships", *by, &into.id),
            user_id: place::shown(&membership.user_id),
            mandate_id: place::shown(&membership.mandate_id),
        });
        into.enabled |= membership.enabled;
        unite(&mut into.role_ids, membership.role_ids);
    }
    document.memberships = kept.into_iter().map(|(_, membership)| membership).collect();
    warnings
}

/// Unites the accesses of one user to one instance into the first, likewise.
fn merge_accesses(document: &mut Document) -> Vec<Warning> {
    let mut kept: Vec<(usize, super::Access)> = Vec::with_capacity(document.accesses.len());
    let mut first = HashMap::new();
    let mut warnings = Vec::new();
    for (index, access) in std::mem::take(&mut document.accesses).into_iter().enumerate() {
        let pair = (access.user_id.clone(), access.feature_instance_id.clone());
        let position = *first.entry(pair).or_insert(kept.len());
        let Some((by, into)) = kept.get_mut(position) else {
            kept.push((index, access));
            continue;
        };
        warnings.push(Warning::AccessesMerged {
            entry: place::entry("accesses", index, &access.id),
            into: place::entry("accesses", *by, &into.id),
            user_id: place::shown(&access.user_id),
            instance_id: place::shown(&access.feature_instance_id),
        });
        into.enabled |= access.enabled;
        unite(&mut into.role_ids, access.role_ids);
    }
    document.accesses = kept.into_iter().map(|(_, access)| access).collect();
    warnings
}

fn unite(roles: &mut Vec<String>, more: Vec<String>) {
    for role in more {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
}
