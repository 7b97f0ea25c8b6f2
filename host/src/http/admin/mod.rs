//! The machine API under `/api/admin`: for services of the embedding product. One endpoint per file; eight kinds of entries
//! go through the same five.

mod closing_answer;
mod delete_entry;
mod describe;
mod entry_answer;
pub(super) mod events;
mod get_closing;
mod get_entries;
mod get_entry;
mod patch_entry;
mod post_erasure;
pub(super) mod preconditions;
mod put_entry;

pub(super) use self::{describe::describe, preconditions::Preconditions};
use super::{
    Route,
    authentication::{CatalogRead, CatalogWrite, DirectoryRead, DirectoryWrite, Needed},
};
use crate::directory::Kind;

/// Where the machine API is.
pub(super) const FOLDER: &str = "/api/admin/";

/// Its routes, each with the scope that it needs.
pub(super) fn routes() -> Vec<Route> {
    let mut routes: Vec<Route> = Kind::ALL
        .into_iter()
        .flat_map(|kind| match kind {
            Kind::Plans | Kind::Features => entries::<CatalogRead, CatalogWrite>(kind),
            _ => entries::<DirectoryRead, DirectoryWrite>(kind),
        })
        .collect();
    routes.extend(events::routes());
    let erase = post_erasure::handler::<DirectoryWrite>();
    routes.push(Route::of("post", post_erasure::PATH, erase).needing::<DirectoryWrite>());
    routes
        .push(Route::of("get", get_closing::PATH, get_closing::handler::<DirectoryRead>()).needing::<DirectoryRead>());
    routes
}

/// The five endpoints of a kind of entries.
fn entries<R: Needed, W: Needed>(kind: Kind) -> [Route; 5] {
    let (list, entry) = paths(kind);
    [
        Route::of("get", list, get_entries::handler::<R>(kind)).needing::<R>(),
        Route::of("get", entry, get_entry::handler::<R>(kind)).needing::<R>(),
        Route::of("put", entry, put_entry::handler::<W>(kind)).needing::<W>(),
        Route::of("patch", entry, patch_entry::handler::<W>(kind)).needing::<W>(),
        Route::of("delete", entry, delete_entry::handler::<W>(kind)).needing::<W>(),
    ]
}

/// Where the entries of a kind are, and where one of them is.
const fn paths(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Users => ("/api/admin/users", "/api/admin/users/{id}"),
        Kind::Mandates => ("/api/admin/mandates", "/api/admin/mandates/{id}"),
        Kind::Roles => ("/api/admin/roles", "/api/admin/roles/{id}"),
        Kind::Memberships => ("/api/admin/memberships", "/api/admin/memberships/{id}"),
        Kind::Subscriptions => ("/api/admin/subscriptions", "/api/admin/subscriptions/{id}"),
        Kind::Plans => ("/api/admin/plans", "/api/admin/plans/{id}"),
        Kind::Features => ("/api/admin/features", "/api/admin/features/{id}"),
        Kind::Accesses => ("/api/admin/accesses", "/api/admin/accesses/{id}"),
    }
}
