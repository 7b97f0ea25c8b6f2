//! Which role makes an admin: of a mandate by its label and scope, of an instance by its template label.

use crate::{
    facts::{MandateFacts, RoleFacts},
    settings::{AdminMatch, Settings},
};

/// Whether the caller holds an admin role of the mandate.
#[must_use]
pub fn is_admin(mandate: &MandateFacts, settings: &Settings) -> bool {
    mandate.membership.as_ref().is_some_and(|membership| membership.roles.iter().any(|role| of_mandate(role, settings)))
}

/// Whether the role makes its holder an admin of the mandate: it belongs to the mandate and to no instance, and its
/// label matches.
#[must_use]
pub fn of_mandate(role: &RoleFacts, settings: &Settings) -> bool {
    role.of_mandate
        && !role.of_instance
        && role
            .label
            .as_deref()
            .is_some_and(|label| settings.admin_labels.iter().any(|admin| matches(label, admin, settings.admin_match)))
}

/// The label of the template role that the activating user gets: the first that ends in `-admin`, in any ASCII case.
#[must_use]
pub fn of_template(template_roles: &[String]) -> Option<&str> {
    let ends =
        |label: &&str| label.as_bytes().last_chunk().is_some_and(|end: &[u8; 6]| end.eq_ignore_ascii_case(b"-admin"));
    template_roles.iter().map(String::as_str).find(ends)
}

fn matches(label: &str, admin: &str, how: AdminMatch) -> bool {
    let (label, admin) = (label.trim(), admin.trim());
    if admin.is_empty() {
        return false;
    }
    match how {
        AdminMatch::Exact => label.eq_ignore_ascii_case(admin),
        AdminMatch::Words => label.split(parts_words).any(|word| word.eq_ignore_ascii_case(admin)),
        AdminMatch::Substring => {
            label.as_bytes().windows(admin.len()).any(|part| part.eq_ignore_ascii_case(admin.as_bytes()))
        }
    }
}

/// One piece of code: what letters are is a table search that would be repeated wherever a text is split.
#[inline(never)]
fn parts_words(sign: char) -> bool {
    !sign.is_alphanumeric()
}
