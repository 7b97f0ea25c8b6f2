//! Turnpike's rules with one more: a feature that comes with a yearly plan only.

mod yearly_plan;

use core_wasm::own::OwnRules;

/// The rules that are asked after Turnpike's.
pub const RULES: OwnRules = OwnRules { activation: &[yearly_plan::yearly_plan] };

core_wasm::export_policy!(&RULES);
