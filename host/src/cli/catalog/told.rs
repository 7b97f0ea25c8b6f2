//! What a catalogue would become, in words for whoever decides about it.

use crate::{
    cli::columns::table,
    directory::catalog::{CatalogChange, CatalogPlan},
};

/// All of it.
pub(super) fn plan(plan: &CatalogPlan) -> String {
    let mut text: String = plan.changes.iter().map(change).collect();
    for (kind, name) in &plan.unnamed {
        text.push_str(&format!("{} {name}: not in the file, stays\n", kind.word()));
    }
    let new = plan.changes.iter().filter(|change| change.before.is_none()).count();
    text.push_str(&format!(
        "{new} new, {} changed, {} as they are\n",
        plan.changes.len() - new,
        plan.unchanged + plan.unnamed.len()
    ));
    text
}

fn change(change: &CatalogChange) -> String {
    let name = format!("{} {}", change.after.kind().word(), change.after.name());
    let mut text = match &change.before {
        Some(_) => format!("{name}: changes\n"),
        None => format!("{name}: new\n"),
    };
    for (field, before, after) in &change.fields {
        text.push_str(&format!("  {field}: {before} -> {after}\n"));
    }
    if change.instances > 0 {
        text.push_str(&format!("  {} living instances\n", change.instances));
    }
    if change.before.is_some() && !change.subscribers.is_empty() {
        text.push_str(&subscribers(change));
    }
    text
}

/// Whom a plan concerns, and what they pay per period by it, in minor units.
fn subscribers(change: &CatalogChange) -> String {
    let [before, after] = change.prices();
    let amount = |price: &Option<(i64, String)>, instances: i64| match price {
        Some((minor, currency)) => format!("{} {currency}", minor.saturating_mul(instances)),
        None => "nothing".to_owned(),
    };
    let rows: Vec<Vec<String>> = change
        .subscribers
        .iter()
        .map(|one| {
            vec![
                format!("  {}", one.mandate_id),
                one.subscription_id.clone(),
                one.instances.to_string(),
                amount(&before, one.instances),
                amount(&after, one.instances),
                if one.is_bound { "by Stripe, at the price there" } else { "not charged" }.to_owned(),
            ]
        })
        .collect();
    table(&["  mandate", "subscription", "instances", "minor units per period", "then", "charged"], &rows)
}
