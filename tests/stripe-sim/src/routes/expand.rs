//! `expand[]`: ids replaced by their objects, for the few paths that Turnpike's requests name.

use serde_json::Value;

use crate::{errors::StripeError, form::Params, objects, state::State};

/// The fields to expand, checked against what an endpoint can expand.
#[derive(Debug, Clone)]
pub(super) struct Expand(Vec<String>);

impl Expand {
    /// `prefix` is `data.` on lists.
    pub(super) fn read(params: &mut Params, prefix: &str, expandable: &[&str]) -> Result<Self, StripeError> {
        let mut fields = Vec::new();
        for path in params.strings("expand")? {
            match path.strip_prefix(prefix).filter(|field| expandable.contains(field)) {
                Some(field) => fields.push(field.to_owned()),
                None => {
                    let message = format!("This property cannot be expanded ({path}) by this simulator.");
                    return Err(StripeError::invalid("expand", "parameter_invalid", message));
                }
            }
        }
        Ok(Self(fields))
    }

    pub(super) fn apply(&self, state: &State, mut object: Value) -> Value {
        for field in &self.0 {
            let Some(id) = object.get(field).and_then(Value::as_str) else {
                continue;
            };
            let full = match field.as_str() {
                "latest_invoice" => state.invoices.get(id).map(objects::invoice),
                "customer" => state.customers.get(id).map(objects::customer),
                "product" => state.products.get(id).map(objects::product),
                _ => None,
            };
            if let (Some(full), Some(slot)) = (full, object.get_mut(field)) {
                *slot = full;
            }
        }
        object
    }
}
