//! The full product of a table's classes: every call with its answer.

use std::{cell::Cell, mem};

use serde_json::Value;

use crate::{
    evaluate::{Evaluation, Told},
    table::{Class, Table},
};

/// A call and what the table answers to it.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// The call as it goes to a policy: JSON with sorted members.
    pub call: &'a str,
    /// The answer, byte for byte.
    pub answer: &'a str,
    evaluation: &'a Evaluation<'a>,
}

impl Situation<'_> {
    /// The table and the class of each input in words.
    #[must_use]
    pub fn described(&self) -> String {
        format!("{}: {}", self.evaluation.table.name, self.evaluation.named())
    }
}

impl Table {
    /// Hands over every situation. A class whose facts have no place is left out, as the role of somebody who is no member:
    /// such a situation would be the same as another.
    ///
    /// # Errors
    /// Names a situation without an answer, and a row or class that no situation has. Ends with the visitor's first error.
    pub fn each(&self, visit: &mut dyn FnMut(&Situation<'_>) -> Result<(), String>) -> Result<(), String> {
        let mut walk = Walk {
            table: self,
            call: self.base.clone(),
            classes: Vec::new(),
            told: self.decisions.iter().map(|decision| vec![Cell::new(false); decision.rows.len()]).collect(),
            met: self.inputs.iter().map(|input| vec![false; input.classes.len()]).collect(),
        };
        walk.from(0, visit)?;
        walk.nothing_is_idle()
    }
}

struct Walk<'a> {
    table: &'a Table,
    call: Value,
    classes: Vec<usize>,
    told: Told,
    met: Vec<Vec<bool>>,
}

impl Walk<'_> {
    fn from(
        &mut self,
        input: usize,
        visit: &mut dyn FnMut(&Situation<'_>) -> Result<(), String>,
    ) -> Result<(), String> {
        let table = self.table;
        let Some(classes) = table.inputs.get(input).map(|input| &input.classes) else { return self.visit(visit) };
        for (index, class) in classes.iter().enumerate() {
            let Some(before) = self.apply(class) else { continue };
            self.classes.push(index);
            if let Some(met) = self.met.get_mut(input).and_then(|classes| classes.get_mut(index)) {
                *met = true;
            }
            self.from(input + 1, visit)?;
            self.classes.pop();
            self.undo(before);
        }
        Ok(())
    }

    /// Changes the call; gives what stood there before, or nothing when there is no such place.
    fn apply<'c>(&mut self, class: &'c Class) -> Option<Vec<(&'c str, Value)>> {
        let mut before = Vec::new();
        for (pointer, value) in &class.changes {
            let Some(place) = self.call.pointer_mut(pointer) else {
                self.undo(before);
                return None;
            };
            before.push((pointer.as_str(), mem::replace(place, value.clone())));
        }
        Some(before)
    }

    fn undo(&mut self, before: Vec<(&str, Value)>) {
        for (pointer, value) in before.into_iter().rev() {
            if let Some(place) = self.call.pointer_mut(pointer) {
                *place = value;
            }
        }
    }

    fn visit(&mut self, visit: &mut dyn FnMut(&Situation<'_>) -> Result<(), String>) -> Result<(), String> {
        let evaluation = Evaluation { table: self.table, classes: &self.classes, told: &self.told };
        let answer = evaluation.answer()?;
        let call = serde_json::to_string(&self.call).map_err(|error| error.to_string())?;
        visit(&Situation { call: &call, answer: &answer, evaluation: &evaluation })
    }

    /// Every class has a situation, and every row is told in one.
    fn nothing_is_idle(&self) -> Result<(), String> {
        for (input, met) in self.table.inputs.iter().zip(&self.met) {
            if let Some((class, _)) = input.classes.iter().zip(met).find(|(_, met)| !**met) {
                return Err(format!("no situation has `{}` of `{}`", class.name, input.name));
            }
        }
        for (decision, rows) in self.table.decisions.iter().zip(&self.told) {
            if let Some(row) = rows.iter().position(|told| !told.get()) {
                return Err(format!("row {} of `{}` is looked at in no situation", row + 1, decision.name));
            }
        }
        Ok(())
    }
}
