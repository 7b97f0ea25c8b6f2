//! What is on file about a person, or about a mandate, as one JSON object each.

use serde_json::{Map, Value, json};

use super::{ErasureError, person::person};
use crate::{
    decisions::pseudonym::pseudonym,
    ports::store::{Store, erasure::Rows},
    transfer,
};

/// Everything that the database holds about a person, table by table. `also` are further words that stand for them.
///
/// # Errors
/// [`ErasureError`].
pub async fn of_person(store: &dyn Store, user_id: &str, also: &[String]) -> Result<Value, ErasureError> {
    let keys = store.people().await?.into_iter().find(|known| known.user_id == user_id);
    let pseudonym = keys.map(|known| pseudonym(&known.key, user_id));
    let person = person(store, user_id, also).await?;
    let records = store.person_records(&person, pseudonym.as_deref()).await?;
    if records.is_empty() {
        return Err(ErasureError::NoPerson { id: user_id.to_owned() });
    }
    Ok(json!({"format": "turnpike-person/1", "user": user_id, "pseudonym": pseudonym, "records": tables(records)}))
}

/// A mandate as a document that can be imported, and everything else that the database holds about it, table by table.
///
/// # Errors
/// [`ErasureError`].
pub async fn of_mandate(store: &dyn Store, mandate_id: &str) -> Result<Value, ErasureError> {
    let records = store.mandate_records(mandate_id).await?;
    if records.is_empty() {
        return Err(ErasureError::NoMandate { id: mandate_id.to_owned() });
    }
    let document = transfer::write(&store.dump().await?.of_mandate(mandate_id))?;
    let document: Value = serde_json::from_str(&document)?;
    Ok(json!({"format": "turnpike-mandate/1", "mandate": mandate_id, "document": document, "records": tables(records)}))
}

fn tables(records: Vec<(String, Rows)>) -> Value {
    let told = |(table, rows): (String, Rows)| (table, rows.into_iter().map(Value::Object).collect());
    Value::Object(records.into_iter().map(told).collect::<Map<_, _>>())
}
