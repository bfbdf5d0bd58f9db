//! The fields that many people can be given at once: each beside the tick that says that it shall change.

use super::super::plan::Problem;
use super::super::typed::Typed;
use crate::db::{Conn, Result};
use crate::users::fields::Field;
use crate::users::pages::field_view::{FieldView, Offer};

/// A field, and whether it shall be changed.
pub struct TickedField {
    pub view: FieldView,
    pub is_ticked: bool,
}

/// The fields with what was typed, and with what there is to choose. Units that are retired are only offered where they
/// are chosen already.
pub fn read(conn: &mut Conn, fields: &[Field], typed: &Typed, problems: &[Problem]) -> Result<Vec<TickedField>> {
    let offer = Offer::read(conn)?;
    let ticked = fields.iter().map(|field| {
        let texts = typed.iter().find(|(of, _)| of == field).map(|(_, texts)| texts.clone());
        let is_ticked = texts.is_some();
        let texts = texts.unwrap_or_default();
        let choices = offer.choices(*field, &texts, |unit| !unit.is_retired || texts.contains(&unit.id.to_string()));
        let problem = problems.iter().find(|problem| problem.field == Some(*field));
        let error = problem.map(|problem| problem.text.clone());
        let view = FieldView { field: *field, label: field.name(), texts, choices, error, is_labelled: false };
        TickedField { view, is_ticked }
    });
    Ok(ticked.collect())
}
