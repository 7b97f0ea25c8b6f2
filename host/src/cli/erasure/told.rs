//! Forecasts, receipts and what is waited for, for people.

use std::fmt::Write as _;

use crate::{
    cli::columns::{line, table},
    erasure::{Forecast, MandateWaits, Receipt},
    ports::store::erasure::{Outlook, UnderWay},
};

/// What is going to happen to a person.
pub(super) fn forecast(user_id: &str, forecast: &Forecast) -> String {
    let mut text = match &forecast.username {
        Some(username) => format!("user {user_id}, {}\n", line(username)),
        None => format!("user {user_id}, not in the directory any more\n"),
    };
    // Writing into a string cannot fail.
    for (outlook, price) in &forecast.mandates {
        let Outlook { mandate_id, is_home, is_left_empty, accesses, orphans } = outlook;
        let _ = writeln!(
            text,
            "  mandate {mandate_id}: the membership and {accesses} accesses end, with them {orphans} instances that nobody else has access to"
        );
        match price {
            Some((minor, currency)) if *orphans > 0 => {
                let less = minor.saturating_mul(*orphans);
                let _ = writeln!(
                    text,
                    "    the bill goes down by {orphans} instances, {less} minor units of {currency} per period"
                );
            }
            _ => text.push_str("    the bill stays as it is\n"),
        }
        if *is_left_empty {
            let what = if *is_home { "the home mandate" } else { "it" };
            let _ = writeln!(
                text,
                "    nobody else is a member: {what} stays, `turnpike mandate erase {mandate_id}` erases it"
            );
        }
    }
    text.push_str(
        "  then the id, the name and the mail address go out of every table; what is proof of money stays under another name\n",
    );
    text
}

/// A receipt.
pub(super) fn receipt(receipt: &Receipt) -> String {
    let mut text = format!("erased: one {}, at {}\n", receipt.erased, receipt.at);
    if let Some(mandate) = &receipt.mandate {
        let _ = writeln!(text, "mandate: {mandate}");
    }
    let _ = writeln!(text, "in place of ids: {}\n", receipt.tombstone);
    let rows: Vec<Vec<String>> =
        receipt.done.iter().map(|done| vec![done.place.clone(), done.how.to_owned(), done.rows.to_string()]).collect();
    text += &table(&["PLACE", "WHAT", "ROWS"], &rows);
    text.push_str("\nwhat stays:\n");
    for kept in &receipt.kept {
        let _ = writeln!(text, "  {}: {}\n    {}", kept.place, kept.fields, kept.why);
    }
    let _ = writeln!(text, "\ndigest: {}", receipt.digest);
    text
}

/// What an erasure of a person waits for.
pub(super) fn waits_for(waits: UnderWay) -> String {
    match waits {
        UnderWay { changes: 0, events: 0 } => "somebody changed something meanwhile".to_owned(),
        UnderWay { changes, events: 0 } => format!("{changes} changes wait for billing"),
        UnderWay { changes: 0, events } => format!("{events} events are still to be sent to the embedding product"),
        UnderWay { changes, events } => {
            format!("{changes} changes wait for billing, {events} events are still to be sent to the embedding product")
        }
    }
}

/// What an erasure of a mandate waits for.
pub(super) fn mandate_waits_for(waits: &MandateWaits) -> String {
    let MandateWaits { closing, events } = waits;
    match closing {
        Some(closing) => {
            let quantities: Vec<String> = closing
                .quantities
                .iter()
                .map(|(subscription, quantity)| match quantity {
                    Some(quantity) => format!("subscription {subscription} is charged for {quantity}"),
                    None => format!("what subscription {subscription} is charged for is not known yet"),
                })
                .collect();
            let quantities =
                if quantities.is_empty() { "nothing is charged any more".to_owned() } else { quantities.join(", ") };
            format!(
                "{} instances are there, {} changes wait for billing; {quantities}",
                closing.instances, closing.open
            )
        }
        None if *events > 0 => format!("{events} events are still to be sent to the embedding product"),
        None => "a mail is being sent".to_owned(),
    }
}
