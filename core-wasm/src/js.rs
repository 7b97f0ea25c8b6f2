//! The rules for JavaScript (trial C).
use wasm_bindgen::prelude::*;
use crate::{json, wire, texts::{self, Locale}};

#[wasm_bindgen(inline_js = "const walk = (v) => { if (typeof v === 'number') { if (!Number.isSafeInteger(v)) throw new RangeError(); } else if (typeof v === 'object' && v !== null) { if (Array.isArray(v)) v.forEach(walk); else for (const k in v) walk(v[k]); } };\nexport function text(value) { walk(value); return JSON.stringify(value); }")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn text(value: &JsValue) -> Result<Option<String>, JsValue>;
}
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON)]
    fn parse(value: &str) -> JsValue;
}

/// x
#[wasm_bindgen]
pub fn decide(call: &JsValue) -> JsValue {
    let input = text(call).ok().flatten().unwrap_or_default();
    let answer = wire::answer(input.as_bytes());
    parse(std::str::from_utf8(&answer).unwrap_or_default())
}
/// x
#[wasm_bindgen]
pub fn explain(code: &str, params: &JsValue, locale: &str) -> Option<String> {
    let locale = Locale::ALL.into_iter().find(|l| l.tag() == locale)?;
    let params = text(params).ok().flatten()?;
    let reason = json::from_parts(code, params.as_bytes()).ok()?;
    Some(texts::explain(&reason, locale).detail)
}
/// x
#[wasm_bindgen(js_name = policyDigest)]
pub fn policy_digest() -> String { option_env!("TURNPIKE_POLICY_DIGEST").unwrap_or_default().to_owned() }
