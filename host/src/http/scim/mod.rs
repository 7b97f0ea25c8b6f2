//! SCIM 2.0 under `/scim/v2`: for the identity provider that keeps people and their memberships. One endpoint per file; users
//! and groups go through the same seven.

mod delete_resource;
mod describe;
mod get_description;
mod get_resource;
mod get_resources;
mod patch_resource;
mod post_resource;
mod post_search;
mod problem;
mod put_resource;
mod resource_answer;
mod wanted;

pub(super) use self::{describe::describe, problem::ScimProblem};
use super::{
    Route,
    authentication::{self, Needed as _},
};
use crate::scim::ResourceKind;

/// Where SCIM is.
pub(super) const FOLDER: &str = "/scim/v2/";
/// The media type of all that is answered.
const MEDIA_TYPE: &str = "application/scim+json";
/// Most bytes of a body are those of every body; most resources of a page are these.
const LONGEST_PAGE: i64 = crate::scim::LONGEST_PAGE;

/// Its routes. All of them need one scope: a provider that may write people reads them before.
pub(super) fn routes() -> Vec<Route> {
    let mut routes: Vec<Route> = [ResourceKind::Users, ResourceKind::Groups].into_iter().flat_map(resources).collect();
    routes.extend(get_description::routes());
    routes.into_iter().map(Route::needing::<authentication::Scim>).collect()
}

/// The seven endpoints of a kind of resources.
fn resources(kind: ResourceKind) -> [Route; 7] {
    let Paths { list, search, resource } = paths(kind);
    [
        Route::of("get", list, get_resources::handler(kind)),
        Route::of("post", list, post_resource::handler(kind)),
        Route::of("post", search, post_search::handler(kind)),
        Route::of("get", resource, get_resource::handler(kind)),
        Route::of("put", resource, put_resource::handler(kind)),
        Route::of("patch", resource, patch_resource::handler(kind)),
        Route::of("delete", resource, delete_resource::handler(kind)),
    ]
}

/// Where the resources of a kind are.
struct Paths {
    /// All of them.
    list: &'static str,
    /// All of them, asked for by a body.
    search: &'static str,
    /// One of them.
    resource: &'static str,
}

const fn paths(kind: ResourceKind) -> Paths {
    match kind {
        ResourceKind::Users => {
            Paths { list: "/scim/v2/Users", search: "/scim/v2/Users/.search", resource: "/scim/v2/Users/{id}" }
        }
        ResourceKind::Groups => {
            Paths { list: "/scim/v2/Groups", search: "/scim/v2/Groups/.search", resource: "/scim/v2/Groups/{id}" }
        }
    }
}

/// The scope, in words.
const fn scope() -> &'static str {
    authentication::Scim::SCOPE.as_str()
}
