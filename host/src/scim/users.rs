//! Users: found, written and deleted.

use serde_json::{Value, json};

use super::{
    Fault, FaultKind, ONE, Resource, ResourceKind, Scim, ScimError,
    filter::Comparison,
    patch,
    user::{self, Said},
};
use crate::{
    directory::{Actor, DirectoryError, Entry, Kind, Precondition, Refusal, Wish},
    ports::store::scim::{Found, Slice, UsersWanted},
    transfer::User,
};

impl Scim {
    pub(super) async fn list_users(
        &self,
        comparisons: &[Comparison],
        slice: Slice,
    ) -> Result<Found<Resource>, ScimError> {
        let found = self.store.find_users(&user::wanted(comparisons)?, slice).await?;
        let items = found.items.into_iter().map(|user| self.user_resource(user));
        Ok(Found { total: found.total, items: items.collect::<Result<_, _>>()? })
    }

    /// A user.
    ///
    /// # Errors
    /// [`ScimError`].
    pub async fn user(&self, id: &str) -> Result<Resource, ScimError> {
        self.user_resource(self.user_entry(id).await?)
    }

    /// A new user. The id, which is the `sub` of the user's tokens, is what the provider names the user by: `externalId`,
    /// else `userName`.
    ///
    /// # Errors
    /// [`ScimError`].
    pub async fn create_user(&self, actor: &Actor, body: &Value) -> Result<Resource, ScimError> {
        let said = user::read(body)?;
        let id = said.external_id.clone().filter(|id| !id.is_empty()).unwrap_or_else(|| said.username.clone());
        self.is_free(&said.username, None).await?;
        let absent = Precondition { absent: true, ..Precondition::default() };
        match self.write_user(actor, &id, &said, said.active.unwrap_or(true), &absent).await {
            Err(ScimError::Directory(DirectoryError::Refused(Refusal::Precondition))) => {
                let detail = "there is a user with this id already: `externalId`, or `userName` without one";
                Err(Fault::new(FaultKind::Uniqueness, detail).into())
            }
            outcome => outcome,
        }
    }

    /// All of a user anew.
    ///
    /// # Errors
    /// [`ScimError`].
    pub async fn replace_user(
        &self,
        actor: &Actor,
        id: &str,
        body: &Value,
        precondition: &Precondition,
    ) -> Result<Resource, ScimError> {
        let held = self.user_entry(id).await?;
        let said = user::read(body)?;
        self.overwrite(actor, &held, &said, precondition).await
    }

    /// Some of a user.
    ///
    /// # Errors
    /// [`ScimError`].
    pub async fn patch_user(
        &self,
        actor: &Actor,
        id: &str,
        body: &Value,
        precondition: &Precondition,
    ) -> Result<Resource, ScimError> {
        for _ in 0..super::MOST_TRIES {
            let held = self.user_entry(id).await?;
            let mut attributes = user::attributes(&held);
            patch::apply(&mut attributes, body, &user::role_of)?;
            let said = user::read(&Value::Object(attributes))?;
            // What was patched is what was seen, whatever else the caller takes for granted.
            let digest = Entry::User(held.clone()).digest().map_err(DirectoryError::from)?;
            if precondition.one_of.as_ref().is_some_and(|digests| !digests.contains(&digest)) {
                return Err(DirectoryError::from(Refusal::Precondition).into());
            }
            let seen = Precondition { one_of: Some(vec![digest]), ..precondition.clone() };
            match self.overwrite(actor, &held, &said, &seen).await {
                Err(ScimError::Directory(error)) if super::is_overtaken(&error) => {}
                outcome => return outcome,
            }
        }
        Err(DirectoryError::Overtaken.into())
    }

    /// No such user any more, with all that follows.
    ///
    /// # Errors
    /// [`ScimError`].
    pub async fn delete_user(&self, actor: &Actor, id: &str, precondition: &Precondition) -> Result<(), ScimError> {
        self.user_entry(id).await?;
        self.directory.delete(actor, Kind::Users, id, precondition).await?;
        Ok(())
    }

    async fn overwrite(
        &self,
        actor: &Actor,
        held: &User,
        said: &Said,
        precondition: &Precondition,
    ) -> Result<Resource, ScimError> {
        if !said.username.eq_ignore_ascii_case(&held.username) {
            self.is_free(&said.username, Some(&held.id)).await?;
        }
        let there = Precondition { there: true, ..precondition.clone() };
        self.write_user(actor, &held.id, said, said.active.unwrap_or(held.enabled), &there).await
    }

    async fn write_user(
        &self,
        actor: &Actor,
        id: &str,
        said: &Said,
        enabled: bool,
        precondition: &Precondition,
    ) -> Result<Resource, ScimError> {
        let Said { username, external_id, email, .. } = said;
        let whole = json!({ "username": username, "email": email, "externalId": external_id, "enabled": enabled });
        let put = self.directory.put(actor, (Kind::Users, id), &Wish::Whole(whole), precondition).await?;
        match put.entry {
            Entry::User(user) => self.user_resource(user),
            _ => Err(ScimError::NotFound),
        }
    }

    /// Nobody else has the name.
    async fn is_free(&self, username: &str, but: Option<&str>) -> Result<(), ScimError> {
        let wanted = UsersWanted { username: Some(username.to_owned()), ..UsersWanted::default() };
        let found = self.store.find_users(&wanted, Slice { after: 0, limit: 2 }).await?;
        if found.items.iter().any(|user| Some(user.id.as_str()) != but) {
            return Err(Fault::new(FaultKind::Uniqueness, "another user has this `userName`").into());
        }
        Ok(())
    }

    pub(super) async fn user_entry(&self, id: &str) -> Result<User, ScimError> {
        let wanted = UsersWanted { id: Some(id.to_owned()), ..UsersWanted::default() };
        self.store.find_users(&wanted, ONE).await?.items.pop().ok_or(ScimError::NotFound)
    }

    fn user_resource(&self, user: User) -> Result<Resource, ScimError> {
        let attributes = user::attributes(&user);
        let id = user.id.clone();
        let digest = Entry::User(user).digest().map_err(DirectoryError::from)?;
        Ok(Resource::new(self.base(), ResourceKind::Users, &id, attributes, Some(digest)))
    }
}
