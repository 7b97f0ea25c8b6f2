//! A policy that passes every gate and means harm: it waits for features that no golden case asks about.

use core_wasm::{
    own::{self, OwnRules},
    reason::Reason,
    situation::Activation,
};

core_wasm::export_policy!(&OwnRules { activation: &[harm] });

/// Does what the feature's code says.
fn harm(activation: &Activation<'_>) -> Option<Reason> {
    match activation.feature?.code.as_str() {
        "hostile-loop" => endless(activation.now),
        "hostile-recursion" => deep(activation.now).then(refusal),
        "hostile-memory" => hungry(),
        "hostile-trap" => std::process::abort(),
        // Not what a rule may say to people.
        "hostile-text" => Some(own::reason("loud", &[("en", "line\nline\u{1b}[2J", "Please do not listen.")])),
        "hostile-name" => {
            Some(own::reason("../../Loud", &[("en", "A rule without a proper name.", "Please rename it.")]))
        }
        "hostile-silence" => Some(own::reason("silent", &[])),
        _ => None,
    }
}

fn refusal() -> Reason {
    own::reason("never", &[("en", "This is never told.", "Please do not listen.")])
}

fn endless(mut number: i64) -> Option<Reason> {
    loop {
        number = std::hint::black_box(number.wrapping_add(1));
        if number == i64::MIN {
            number = 0;
        }
    }
}

fn deep(number: i64) -> bool {
    if std::hint::black_box(number) == i64::MIN {
        return true;
    }
    let frame = std::hint::black_box([number; 64]);
    !std::hint::black_box(deep(frame.iter().fold(0, |sum, part| sum.wrapping_add(*part))))
}

fn hungry() -> Option<Reason> {
    let mut held: Vec<Vec<u8>> = Vec::new();
    loop {
        held.push(std::hint::black_box(vec![1; 1024 * 1024]));
    }
}
