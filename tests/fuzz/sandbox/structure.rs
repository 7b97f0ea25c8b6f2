//! Changes of what a call is made of.

use rand::{Rng, RngExt};
use serde_json::{Value, json};

/// Exchanges, doubles, takes away or puts in one value.
pub(crate) fn change(value: &mut Value, other: &Value, random: &mut impl Rng) {
    if random.random_bool(0.5) {
        return exchange(value, other, random);
    }
    let Some(place) = any(value, random) else { return };
    match (random.random_range(0..4), place) {
        (0, Value::Array(elements)) => repeat(elements, random.random_range(0..60)),
        (1, Value::Array(elements)) if !elements.is_empty() => drop(elements.pop()),
        (0, Value::Object(members)) => {
            let name = members.keys().nth(random.random_range(0..members.len().max(1))).cloned();
            if let Some(name) = name {
                members.remove(&name);
            }
        }
        (1, Value::Object(members)) => {
            members.insert("unknown".to_owned(), odd(random));
        }
        (2, place) => *place = odd(random),
        (_, place) => *place = part(other, random),
    }
}

/// Takes one value from the same place of the other, so that a call is left.
fn exchange(value: &mut Value, other: &Value, random: &mut impl Rng) {
    if let (Value::Object(members), Value::Object(others)) = (&mut *value, other)
        && random.random_bool(0.9)
    {
        let shared: Vec<&String> = others.keys().filter(|name| members.contains_key(*name)).collect();
        if !shared.is_empty() {
            let name = shared[random.random_range(0..shared.len())];
            return exchange(&mut members[name], &others[name], random);
        }
    }
    *value = other.clone();
}

/// Repeats what one list holds, or lengthens one text, up to so many bytes in all.
pub(crate) fn swell(value: &mut Value, most: usize, random: &mut impl Rng) {
    let room = random.random_range(0..most);
    for _ in 0..1_000 {
        match any(value, random) {
            Some(Value::Array(elements)) if !elements.is_empty() => {
                let length = Value::Array(elements.clone()).to_string().len();
                return repeat(elements, room / length);
            }
            Some(Value::String(text)) => return text.push_str(&"ä\"\\\u{1}x".repeat(room / 8)),
            _ => {}
        }
    }
}

fn repeat(elements: &mut Vec<Value>, times: usize) {
    *elements = elements.iter().cycle().take(elements.len() * times).cloned().collect();
}

/// Values at the ends of what may stand in a call, and beyond.
fn odd(random: &mut impl Rng) -> Value {
    match random.random_range(0..16) {
        0 => Value::Null,
        1 => json!(random.random::<bool>()),
        2 => json!(0),
        3 => json!(-1),
        4 => json!(i64::MAX),
        5 => json!(i64::MIN),
        6 => json!(u64::MAX),
        7 => json!(1.5e300),
        8 => json!(random.random::<i64>() >> random.random_range(0..63)),
        9 => json!(""),
        10 => json!("Admin"),
        11 => json!("\u{0}\"\\\u{7f}\u{e4}\u{1f600}".repeat(random.random_range(0..300))),
        12 => json!([]),
        13 => json!({}),
        14 => (0..random.random_range(1..40)).fold(Value::Null, |inner, _| json!([inner])),
        _ => json!({"one": {"mandate": random.random_range(0..5)}}),
    }
}

/// Any value in a value, itself included.
fn any<'v>(value: &'v mut Value, random: &mut impl Rng) -> Option<&'v mut Value> {
    let place = random.random_range(0..size(value));
    nth(value, &mut { place })
}

fn part(value: &Value, random: &mut impl Rng) -> Value {
    let mut value = value.clone();
    any(&mut value, random).map(Value::take).unwrap_or_default()
}

fn size(value: &Value) -> usize {
    let within: usize = match value {
        Value::Array(elements) => elements.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    };
    1 + within
}

fn nth<'v>(value: &'v mut Value, place: &mut usize) -> Option<&'v mut Value> {
    if *place == 0 {
        return Some(value);
    }
    *place -= 1;
    match value {
        Value::Array(elements) => elements.iter_mut().find_map(|element| nth(element, place)),
        Value::Object(members) => members.values_mut().find_map(|member| nth(member, place)),
        _ => None,
    }
}
