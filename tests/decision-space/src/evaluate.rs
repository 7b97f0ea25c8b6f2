//! What a table answers for one class of each input.

use std::cell::Cell;

use crate::table::{Condition, Hit, Piece, Row, Table};

/// Which row of which decision was told or asked for.
pub(crate) type Told = Vec<Vec<Cell<bool>>>;

/// A table with the classes of one situation.
pub(crate) struct Evaluation<'a> {
    pub(crate) table: &'a Table,
    /// The class of each input.
    pub(crate) classes: &'a [usize],
    pub(crate) told: &'a Told,
}

impl Evaluation<'_> {
    /// The answer.
    ///
    /// # Errors
    /// Names the decision of which no row applies.
    pub(crate) fn answer(&self) -> Result<String, String> {
        let mut answer = String::new();
        self.write(&self.table.answer, &mut answer)?;
        Ok(answer)
    }

    fn write(&self, pieces: &[Piece], answer: &mut String) -> Result<(), String> {
        for piece in pieces {
            match piece {
                Piece::Text(text) => answer.push_str(text),
                Piece::Decision(index) => self.write_decision(*index, answer)?,
            }
        }
        Ok(())
    }

    fn write_decision(&self, index: usize, answer: &mut String) -> Result<(), String> {
        let decision = self.table.decisions.get(index).ok_or("an unknown decision")?;
        let mut is_first = true;
        for (number, row) in decision.rows.iter().enumerate() {
            if !self.applies(row) {
                continue;
            }
            self.note(index, number);
            if !is_first {
                answer.push(',');
            }
            is_first = false;
            self.write(&row.told, answer)?;
            if row.last || decision.hit == Hit::First {
                return Ok(());
            }
        }
        match decision.hit {
            Hit::All => Ok(()),
            Hit::First => Err(format!("no row of `{}` applies to {}", decision.name, self.named())),
        }
    }

    fn applies(&self, row: &Row) -> bool {
        row.when.iter().all(|condition| match condition {
            Condition::Class { input, among } => {
                self.classes.get(*input).is_some_and(|class| among & (1_u64 << class) != 0)
            }
            Condition::Told { decision, something } => self.tells(*decision) == *something,
        })
    }

    /// Whether any row of the decision applies.
    fn tells(&self, index: usize) -> bool {
        let mut tells = false;
        let rows = self.table.decisions.get(index).map(|decision| decision.rows.as_slice()).unwrap_or_default();
        for (number, _) in rows.iter().enumerate().filter(|(_, row)| self.applies(row)) {
            tells = true;
            self.note(index, number);
        }
        tells
    }

    fn note(&self, decision: usize, row: usize) {
        if let Some(told) = self.told.get(decision).and_then(|rows| rows.get(row)) {
            told.set(true);
        }
    }

    /// The classes by their names.
    pub(crate) fn named(&self) -> String {
        let named = self.table.inputs.iter().zip(self.classes).map(|(input, class)| {
            let class = input.classes.get(*class).map_or("?", |class| class.name.as_str());
            format!("{} is {class}", input.name)
        });
        named.collect::<Vec<_>>().join(", ")
    }
}
