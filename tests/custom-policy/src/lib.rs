//! Turnpike's rules with one more: a feature that comes with a yearly plan only.

mod yearly_plan;

use core_wasm::own::OwnRules;

core_wasm::export_policy!(&OwnRules { activation: &[yearly_plan::yearly_plan] });
