//! Groups: found, written and deleted; whoever joins one becomes a member of its mandate with its role, and whoever leaves
//! the last one is a member no more.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    Fault, FaultKind, MOST_TRIES, ONE, Resource, ResourceKind, Scim, ScimError,
    filter::Comparison,
    group::{self, Said},
    is_overtaken, patch,
};
use crate::{
    directory::{Actor, DirectoryError, Entry, Kind, Precondition, Refusal, Wish},
    ports::store::scim::{Found, GroupRecord, GroupsWanted, Slice},
};

impl Scim {
    pub(super) async fn list_groups(
        &self,
        comparisons: &[Comparison],
        slice: Slice,
        with_members: bool,
    ) -> Result<Found<Resource>, ScimError> {
        let found = self.store.find_groups(&group::wanted(comparisons)?, slice).await?;
        let mut members: HashMap<String, Vec<String>> = HashMap::new();
        if with_members {
            let ids: Vec<String> = found.items.iter().map(|group| group.role_id.clone()).collect();
            for holder in self.store.holders(&ids).await? {
                members.entry(holder.role_id).or_default().push(holder.user_id);
            }
        }
        let items = found.items.iter().map(|group| {
            let members = with_members.then(|| members.remove(&group.role_id).unwrap_or_default());
            self.group_resource(group, members.as_deref())
        });
        Ok(Found { total: found.total, items: items.collect() })
    }

    /// A group.
    ///
    /// # Errors
    /// [`ScimError`].
    pub async fn group(&self, id: &str) -> Result<Resource, ScimError> {
        let group = self.group_record(id).await?;
        let members = self.members(id).await?;
        Ok(self.group_resource(&group, Some(&members)))
    }

    /// A new role of a mandate that there is, with whoever has it.
    ///
    /// # Errors
    /// [`ScimError`].
    pub async fn create_group(&self, actor: &Actor, body: &Value) -> Result<Resource, ScimError> {
        let said = group::read(body)?;
        let mandate_id = self.mandate_of(&said.mandate).await?;
        self.is_unnamed(&said, None).await?;
        self.are_users(said.members.as_deref().unwrap_or_default()).await?;
        let id = self.ids.next();
        let role = json!({ "roleLabel": said.label, "mandateId": mandate_id, "externalId": said.external_id });
        let absent = Precondition { absent: true, ..Precondition::default() };
        self.directory.put(actor, (Kind::Roles, &id), &Wish::Whole(role), &absent).await?;
        let group = self.group_record(&id).await?;
        self.settle(actor, &group, &[], said.members.as_deref().unwrap_or_default()).await?;
        self.group(&id).await
    }

    /// All of a group anew.
    ///
    /// # Errors
    /// [`ScimError`].
    pub async fn replace_group(
        &self,
        actor: &Actor,
        id: &str,
        body: &Value,
        precondition: &Precondition,
    ) -> Result<Resource, ScimError> {
        let (group, held) = self.held_group(id, precondition).await?;
        self.overwrite_group(actor, &group, &held, &group::read(body)?).await
    }

    /// Some of a group.
    ///
    /// # Errors
    /// [`ScimError`].
    pub async fn patch_group(
        &self,
        actor: &Actor,
        id: &str,
        body: &Value,
        precondition: &Precondition,
    ) -> Result<Resource, ScimError> {
        let (group, held) = self.held_group(id, precondition).await?;
        let mut attributes = group::attributes(self.base(), &group, Some(&held));
        patch::apply(&mut attributes, body, &group::role_of)?;
        self.overwrite_group(actor, &group, &held, &group::read(&Value::Object(attributes))?).await
    }

    /// No such role any more; whoever had no other is no member of the mandate any more.
    ///
    /// # Errors
    /// [`ScimError`].
    pub async fn delete_group(&self, actor: &Actor, id: &str, precondition: &Precondition) -> Result<(), ScimError> {
        let (group, held) = self.held_group(id, precondition).await?;
        self.settle(actor, &group, &held, &[]).await?;
        self.directory.delete(actor, Kind::Roles, id, &Precondition::default()).await?;
        Ok(())
    }

    async fn overwrite_group(
        &self,
        actor: &Actor,
        group: &GroupRecord,
        held: &[String],
        said: &Said,
    ) -> Result<Resource, ScimError> {
        let is_same_mandate =
            said.mandate.eq_ignore_ascii_case(&group.mandate_name) || said.mandate == group.mandate_id;
        if !is_same_mandate {
            let detail = "a group stays in its mandate: before the last `/` of `displayName` nothing can change";
            return Err(Fault::new(FaultKind::Mutability, detail).into());
        }
        let wished = said.members.as_deref().unwrap_or(held);
        let added: Vec<String> = wished.iter().filter(|id| !held.contains(id)).cloned().collect();
        self.are_users(&added).await?;
        if said.label != group.label || said.external_id != group.external_id {
            if !said.label.eq_ignore_ascii_case(&group.label) {
                self.is_unnamed(said, Some(&group.role_id)).await?;
            }
            let patch = json!({ "roleLabel": said.label, "externalId": said.external_id });
            let there = Precondition { there: true, ..Precondition::default() };
            self.directory.put(actor, (Kind::Roles, &group.role_id), &Wish::Patch(patch), &there).await?;
        }
        self.settle(actor, group, held, wished).await?;
        self.group(&group.role_id).await
    }

    /// Lets those join who are new and leave who are not there any more: one membership, one transaction each. What breaks
    /// off is gone on with by its repetition.
    async fn settle(
        &self,
        actor: &Actor,
        group: &GroupRecord,
        held: &[String],
        wished: &[String],
    ) -> Result<(), ScimError> {
        for user_id in wished.iter().filter(|id| !held.contains(id)) {
            self.join(actor, group, user_id).await?;
        }
        for user_id in held.iter().filter(|id| !wished.contains(id)) {
            self.leave(actor, group, user_id).await?;
        }
        Ok(())
    }

    async fn join(&self, actor: &Actor, group: &GroupRecord, user_id: &str) -> Result<(), ScimError> {
        for _ in 0..MOST_TRIES {
            let user = self.user_entry(user_id).await?;
            let (id, wish, precondition) = match self.membership(user_id, group).await? {
                None => {
                    let whole = json!({
                        "userId": user_id, "mandateId": group.mandate_id, "enabled": user.enabled,
                        "roleIds": [group.role_id]
                    });
                    let absent = Precondition { absent: true, ..Precondition::default() };
                    (self.ids.next(), Wish::Whole(whole), absent)
                }
                Some(held) if held.role_ids.contains(&group.role_id) => return Ok(()),
                Some(mut held) => {
                    held.role_ids.push(group.role_id.clone());
                    (held.id, Wish::Patch(json!({ "roleIds": held.role_ids })), held.seen)
                }
            };
            match self.directory.put(actor, (Kind::Memberships, &id), &wish, &precondition).await {
                Err(error) if is_overtaken(&error) => {}
                Err(error) => return Err(error.into()),
                Ok(_) if user.enabled && !self.user_entry(user_id).await?.enabled => {
                    // The user was suspended meanwhile, maybe before there was this membership to be disabled.
                    let (wish, any) = (Wish::Patch(json!({ "enabled": false })), Precondition::default());
                    self.directory.put(actor, (Kind::Memberships, &id), &wish, &any).await?;
                    return Ok(());
                }
                Ok(_) => return Ok(()),
            }
        }
        Err(DirectoryError::Overtaken.into())
    }

    async fn leave(&self, actor: &Actor, group: &GroupRecord, user_id: &str) -> Result<(), ScimError> {
        for _ in 0..MOST_TRIES {
            let Some(held) = self.membership(user_id, group).await? else { return Ok(()) };
            if !held.role_ids.contains(&group.role_id) {
                return Ok(());
            }
            let rest: Vec<&String> = held.role_ids.iter().filter(|role| **role != group.role_id).collect();
            let outcome = if rest.is_empty() {
                self.directory.delete(actor, Kind::Memberships, &held.id, &held.seen).await.map(|_| ())
            } else {
                let wish = Wish::Patch(json!({ "roleIds": rest }));
                self.directory.put(actor, (Kind::Memberships, &held.id), &wish, &held.seen).await.map(|_| ())
            };
            match outcome {
                Err(error) if is_overtaken(&error) => {}
                outcome => return Ok(outcome?),
            }
        }
        Err(DirectoryError::Overtaken.into())
    }

    async fn membership(&self, user_id: &str, group: &GroupRecord) -> Result<Option<Held>, ScimError> {
        let Some(id) = self.store.membership_id(user_id, &group.mandate_id).await? else { return Ok(None) };
        let Some(entry) = self.directory.entry(Kind::Memberships, &id).await? else { return Ok(None) };
        let digest = entry.digest().map_err(DirectoryError::from)?;
        let seen = Precondition { one_of: Some(vec![digest]), ..Precondition::default() };
        match entry {
            Entry::Membership(membership) => Ok(Some(Held { id, role_ids: membership.role_ids, seen })),
            _ => Ok(None),
        }
    }

    /// The mandate of a name, or else of an id.
    async fn mandate_of(&self, name: &str) -> Result<String, ScimError> {
        let named = self.store.mandates_named(name).await?;
        let detail = match named.as_slice() {
            [id] => return Ok(id.clone()),
            [] if self.directory.entry(Kind::Mandates, name).await?.is_some() => return Ok(name.to_owned()),
            [] => "no mandate has the name that stands before the last `/` of `displayName`",
            _ => "several mandates have the name that stands before the last `/` of `displayName`: write the id of one",
        };
        Err(Fault::new(FaultKind::InvalidValue, detail).into())
    }

    async fn is_unnamed(&self, said: &Said, but: Option<&str>) -> Result<(), ScimError> {
        let mandate_id = self.mandate_of(&said.mandate).await?;
        let mandate = match self.directory.entry(Kind::Mandates, &mandate_id).await? {
            Some(Entry::Mandate(mandate)) => mandate.name,
            _ => said.mandate.clone(),
        };
        let wanted = GroupsWanted { name: Some(format!("{mandate}/{}", said.label)), ..GroupsWanted::default() };
        let found = self.store.find_groups(&wanted, Slice { after: 0, limit: 10 }).await?;
        let is_taken = |group: &GroupRecord| group.mandate_id == mandate_id && Some(group.role_id.as_str()) != but;
        if found.items.iter().any(is_taken) {
            return Err(Fault::new(FaultKind::Uniqueness, "the mandate has a role of this name already").into());
        }
        Ok(())
    }

    /// Nothing is begun with somebody who is not there.
    async fn are_users(&self, ids: &[String]) -> Result<(), ScimError> {
        for id in ids {
            match self.user_entry(id).await {
                Err(ScimError::NotFound) => {
                    let detail = format!("no user has the id `{}` of a member", super::filter::shown(id));
                    return Err(Fault::new(FaultKind::InvalidValue, detail).into());
                }
                Err(error) => return Err(error),
                Ok(_) => {}
            }
        }
        Ok(())
    }

    async fn group_record(&self, id: &str) -> Result<GroupRecord, ScimError> {
        let wanted = GroupsWanted { id: Some(id.to_owned()), ..GroupsWanted::default() };
        self.store.find_groups(&wanted, ONE).await?.items.pop().ok_or(ScimError::NotFound)
    }

    async fn members(&self, id: &str) -> Result<Vec<String>, ScimError> {
        let holders = self.store.holders(&[id.to_owned()]).await?;
        Ok(holders.into_iter().map(|holder| holder.user_id).collect())
    }

    /// A group with its members, as the caller takes it for granted.
    async fn held_group(&self, id: &str, precondition: &Precondition) -> Result<(GroupRecord, Vec<String>), ScimError> {
        let group = self.group_record(id).await?;
        let members = self.members(id).await?;
        let resource = self.group_resource(&group, Some(&members));
        if precondition.absent
            || precondition.one_of.as_ref().is_some_and(|tags| !tags.iter().any(|tag| tag == resource.digest()))
        {
            return Err(DirectoryError::from(Refusal::Precondition).into());
        }
        Ok((group, members))
    }

    fn group_resource(&self, group: &GroupRecord, members: Option<&[String]>) -> Resource {
        let attributes = group::attributes(self.base(), group, members);
        let resource = Resource::new(self.base(), ResourceKind::Groups, &group.role_id, attributes, None);
        if members.is_some() { resource } else { resource.unversioned() }
    }
}

/// A membership as it was seen.
struct Held {
    id: String,
    role_ids: Vec<String>,
    seen: Precondition,
}
