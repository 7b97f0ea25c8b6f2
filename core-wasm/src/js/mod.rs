//! The rules for JavaScript: typed objects in and out.
//!
//! An object crosses the border as JSON text and is read by the reader of the plain module. So both builds understand
//! and refuse the same: unknown members, fractions, depth. The types in TypeScript are generated from those of the wire.

use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    json,
    question::{Answer, Failure, FailureCode},
    wire,
};

/// SHA-256 of policy.wasm, which is built first, as JSON.
#[cfg(target_arch = "wasm32")]
const POLICY_DIGEST: &str = concat!(
    '"',
    env!("TURNPIKE_POLICY_DIGEST", "the digest of policy.wasm is missing: `cargo xtask js` builds both modules"),
    '"'
);
/// Natively this file is checked, never run.
#[cfg(not(target_arch = "wasm32"))]
const POLICY_DIGEST: &str = "null";

#[wasm_bindgen(module = "/src/js/json.js")]
extern "C" {
    /// A value as JSON, in UTF-8, and a text as it is; nothing for what JSON cannot say.
    #[wasm_bindgen(js_name = bytes)]
    fn to_json(value: &JsValue) -> Option<Vec<u8>>;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, js_name = parse)]
    fn from_json(text: &str) -> JsValue;
}

/// Decides. A text is a call in JSON. What is no call gets a `failure` answer; nothing is thrown.
#[wasm_bindgen]
#[must_use]
pub fn decide(#[wasm_bindgen(unchecked_param_type = "Call | string")] call: &JsValue) -> Ts<Answer> {
    let answer = to_json(call).map_or_else(|| json::to_vec(&unsayable()), |call| wire::answer(&call));
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

/// SHA-256 of the module that the server runs from the same source, in hexadecimal.
// As JSON, as all that goes out, so that the glue needs no second way for texts.
#[wasm_bindgen(js_name = policyDigest, unchecked_return_type = "string")]
#[must_use]
pub fn policy_digest() -> JsValue {
    from_json(POLICY_DIGEST)
}
