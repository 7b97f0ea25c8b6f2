//! The rules for JavaScript: typed objects in and out, and the sentences of every reason.
//!
//! An object crosses the border as JSON text and is read by the reader of the plain module. So both builds understand
//! and refuse the same: unknown members, fractions, depth. The types in TypeScript are generated from those of the wire.

use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    json,
    question::{Answer, Failure, FailureCode},
    reason::Reason,
    texts::{self, Locale, Text},
    wire,
};

/// SHA-256 of policy.wasm, which is built first.
#[cfg(target_arch = "wasm32")]
const POLICY_DIGEST: &str =
    env!("TURNPIKE_POLICY_DIGEST", "the digest of policy.wasm is missing: `cargo xtask js` builds both modules");
/// Natively this file is checked, never run.
#[cfg(not(target_arch = "wasm32"))]
const POLICY_DIGEST: &str = "";

#[wasm_bindgen(module = "/src/js/json.js")]
extern "C" {
    /// A value as JSON, in UTF-8; nothing for `undefined`, and a text as it is.
    #[wasm_bindgen(catch, js_name = bytes)]
    fn to_json(value: &JsValue) -> Result<Option<Vec<u8>>, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, js_name = parse)]
    fn from_json(text: &str) -> JsValue;

    /// Any value; its members are asked for by name.
    type Members;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn code(this: &Members) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn params(this: &Members) -> Result<JsValue, JsValue>;
}

/// Decides. A text is a call in JSON. What is no call gets a `failure` answer; nothing is thrown.
#[wasm_bindgen]
#[must_use]
pub fn decide(#[wasm_bindgen(unchecked_param_type = "Call | string")] call: &JsValue) -> Ts<Answer> {
    let answer = match to_json(call) {
        Ok(call) => wire::answer(&call.unwrap_or_default()),
        Err(_) => json::to_vec(&unsayable()),
    };
    Ts::new_unchecked(from_json(std::str::from_utf8(&answer).unwrap_or("null")))
}

/// The answer to what JSON cannot say.
fn unsayable() -> Answer {
    Answer::Failure(Failure {
        code: FailureCode::Malformed,
        detail: "a call holds only what JSON can say: no integer beyond 2^53, no NaN, BigInt, function or cycle"
            .to_owned(),
    })
}

/// What a person reads about a reason; `undefined` for what is no reason of these rules or no language of theirs.
#[wasm_bindgen]
#[must_use]
pub fn explain(reason: &Ts<Reason>, locale: &Ts<Locale>) -> Option<Ts<Text>> {
    // As bytes, as all that comes in, so that the glue needs no second way for texts.
    let tag = to_json(&locale.js_value()).ok()??;
    let locale = Locale::ALL.into_iter().find(|locale| locale.tag().as_bytes() == tag)?;
    let text = texts::explain(&read(reason.js_value().unchecked_into())?, locale);
    Some(Ts::new_unchecked(from_json(std::str::from_utf8(&json::to_vec(&text)).ok()?)))
}

/// SHA-256 of the module that the server runs from the same source, in hexadecimal.
#[wasm_bindgen(js_name = policyDigest)]
#[must_use]
pub fn policy_digest() -> String {
    POLICY_DIGEST.to_owned()
}

/// The reason that a value is, with its members in any order.
fn read(reason: Members) -> Option<Reason> {
    let code = to_json(&reason.code().ok()?).ok()??;
    let params = to_json(&reason.params().ok()?).ok()??;
    json::from_parts(std::str::from_utf8(&code).ok()?, &params).ok()
}
