//! The form of one person, new or known: what was typed, what it means, and what is wrong beside each field.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::db::{self, Conn, Timestamp, UserId};
use crate::edits;
use crate::licenses::Rights;
use crate::users::actor::{self, Actor};
use crate::users::details::{self, Details};
use crate::users::fields::{Field, Kind, Value, Values};
use crate::users::record::{self, Hold};
use crate::users::units::Named;
use crate::web::{Error, FieldErrors, Fields};

use super::field_view::{FieldView, Offer};

/// The texts in the fields. A field that was not sent is not in it; of several ids each has its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Texts(BTreeMap<Field, Vec<String>>);

impl Texts {
    pub fn sent(fields: &Fields) -> Texts {
        let mut typed = Texts::default();
        for field in Field::ALL {
            let texts = fields.iter().filter(|(name, _)| name == field.as_str());
            let texts: Vec<String> = texts.map(|(_, text)| text.trim().replace("\r\n", "\n")).collect();
            if !texts.is_empty() {
                typed.put(*field, texts);
            }
        }
        typed
    }

    /// All fields as somebody has them. The manager is in words.
    pub fn of(values: &Values, manager: &str) -> Texts {
        let mut typed = Texts::default();
        for field in Field::ALL {
            let texts = match values.get(field).unwrap_or(&Value::Nothing) {
                _ if field.kind() == Kind::Person => vec![manager.to_owned()],
                Value::Nothing => Vec::new(),
                Value::Id(id) => vec![id.to_string()],
                Value::Ids(ids) => ids.iter().map(ToString::to_string).collect(),
                Value::Text(text) => vec![text.clone()],
            };
            typed.put(*field, texts);
        }
        typed
    }

    /// Nothing at all is one empty text; several stand in one order, each once.
    fn put(&mut self, field: Field, mut texts: Vec<String>) {
        match field.kind() {
            Kind::Units(_) => {
                texts.retain(|text| !text.is_empty());
                texts.sort_by_key(|text| (text.len(), text.clone()));
                texts.dedup();
            }
            _ => texts.truncate(1),
        }
        texts.retain(|text| !text.is_empty());
        self.0.insert(field, texts);
    }

    pub fn text(&self, field: Field) -> &str {
        self.0.get(&field).and_then(|texts| texts.first()).map_or("", String::as_str)
    }

    pub fn texts(&self, field: Field) -> &[String] {
        self.0.get(&field).map_or(&[], Vec::as_slice)
    }

    pub fn has(&self, field: Field, id: i64) -> bool {
        self.texts(field).iter().any(|text| *text == id.to_string())
    }

    pub fn set(&mut self, field: Field, text: &str) {
        self.put(field, vec![text.to_owned()]);
    }

    pub fn copy(&mut self, other: &Texts, field: Field) {
        self.put(field, other.texts(field).to_vec());
    }

    pub fn leave_out(&mut self, field: Field, id: i64) {
        let kept = self.texts(field).iter().filter(|text| **text != id.to_string()).cloned().collect();
        self.put(field, kept);
    }

    /// The fields in which this says something else than `other`.
    pub fn differing(&self, other: &Texts) -> BTreeSet<Field> {
        self.0
            .iter()
            .filter(|(field, texts)| other.texts(**field) != texts.as_slice())
            .map(|(field, _)| *field)
            .collect()
    }

    /// What was changed since `opened`, on top of how it is `now`.
    pub fn onto(&self, opened: &Texts, now: &Texts) -> Texts {
        let mut merged = now.clone();
        for field in self.differing(opened) {
            merged.0.insert(field, self.texts(field).to_vec());
        }
        merged
    }

    /// What these fields mean. The manager is looked up: a name or an address.
    pub fn values(
        &self,
        conn: &mut Conn,
        fields: impl IntoIterator<Item = Field>,
        now: Timestamp,
    ) -> Result<Values, Refusal> {
        let typed = fields.into_iter().map(|field| (field, self.texts(field).to_vec())).collect();
        let (values, problems) = edits::typed::read(conn, &typed, now)?;
        if problems.is_empty() { Ok(values) } else { Err(edits::Refused::Fields(problems).into()) }
    }
}

/// Somebody as they are, and as the form shows them.
pub struct Known {
    pub person: Details,
    pub typed: Texts,
}

impl Known {
    /// Errors: `Error::NotFound` for somebody who is deleted, or was never there.
    pub fn read(conn: &mut Conn, user: UserId) -> db::Result<Known> {
        let person = details::of(conn, user)?;
        let all: BTreeSet<Field> = Field::ALL.iter().copied().collect();
        let record = record::read(conn, &[user], &all, Hold::Not)?.pop();
        let record = record.filter(|_| !person.is_deleted()).ok_or(db::Error::NotFound)?;
        let typed = Texts::of(&record.values, person.manager_email.as_deref().unwrap_or_default());
        Ok(Known { person, typed })
    }
}

/// Why nothing was saved.
pub enum Refusal {
    /// Somebody else changed the person since the form was opened.
    Stale,
    Form(FieldErrors),
    /// A sentence at the head of the form.
    Whole(String),
    /// Everything is as it shall be already.
    Nothing,
    /// A page of its own.
    Page(Error),
}

impl From<db::Error> for Refusal {
    fn from(error: db::Error) -> Self {
        Refusal::Page(error.into())
    }
}

impl From<edits::Refused> for Refusal {
    fn from(refused: edits::Refused) -> Self {
        match refused {
            edits::Refused::Fields(problems) => {
                let mut errors = FieldErrors::default();
                for problem in problems {
                    errors.add(problem.field.unwrap_or(Field::Email).as_str(), problem.text);
                }
                Refusal::Form(errors)
            }
            edits::Refused::Whole(sentence) => Refusal::Whole(sentence.to_owned()),
            edits::Refused::Nothing => Refusal::Nothing,
            edits::Refused::Database(error) => error.into(),
        }
    }
}

/// The administrator who asks, as they are in this writing transaction.
pub fn administrator(conn: &mut Conn, id: UserId, now: Timestamp) -> Result<Actor, Refusal> {
    match actor::present_for_write(conn, id, now)? {
        Some(actor) if actor.may(Rights::ADMINISTER_USERS) => Ok(actor),
        Some(_) => Err(Refusal::Page(Error::forbidden("You may no longer administer users."))),
        None => Err(Refusal::Page(Error::SignIn { then: "/users".into() })),
    }
}

/// A form as its page shows it.
pub struct PersonForm {
    pub typed: Texts,
    pub offer: Offer,
    pub errors: FieldErrors,
    /// What the person has: what is retired stays choosable for them, and somebody who is off gets nothing beside it.
    pub has: Texts,
    pub is_active: bool,
}

/// The field of a form in which a photo is chosen.
pub const PHOTO: &str = "file";

/// As the forms show them, from the top.
const IN_ORDER: [Field; 17] = [
    Field::FirstName,
    Field::LastName,
    Field::Email,
    Field::Title,
    Field::EmployeeNumber,
    Field::Phone,
    Field::Mobile,
    Field::About,
    Field::TimeZone,
    Field::Level,
    Field::Company,
    Field::JobRole,
    Field::Team,
    Field::Group,
    Field::Teams,
    Field::Groups,
    Field::Manager,
];

/// In a form of one person.
fn label(field: Field) -> &'static str {
    if field == Field::Manager { "Reports to" } else { field.name() }
}

// What the templates ask.
impl PersonForm {
    /// What is wrong, in the form's order: the field, its label, and the message beside it.
    pub fn problems(&self) -> Vec<(&'static str, &'static str, &str)> {
        let others = Field::ALL.iter().copied().filter(|field| !IN_ORDER.contains(field));
        let fields = IN_ORDER.into_iter().chain(others).map(|field| (field.as_str(), label(field)));
        let fields = fields.chain([(PHOTO, "Photo")]);
        fields.filter_map(|(field, label)| Some((field, label, self.errors.of(field)?))).collect()
    }

    pub fn error(&self, field: impl Borrow<Field>) -> Option<&str> {
        self.errors.of(field.borrow().as_str())
    }

    /// The field as the page shows it.
    pub fn field(&self, field: impl Borrow<Field>) -> FieldView {
        let field = *field.borrow();
        let texts = self.typed.texts(field).to_vec();
        let is_open = |unit: &Named| (self.is_active && !unit.is_retired) || self.has.has(field, unit.id);
        let choices = self.offer.choices(field, &texts, is_open);
        let error = self.error(field).map(str::to_owned);
        FieldView { field, label: label(field), texts, choices, error, is_labelled: true }
    }

    /// Something stands in one of the fields that are shown on demand, or is wrong there.
    pub fn is_any_used(&self, fields: &[Field]) -> bool {
        fields.iter().any(|field| !self.typed.texts(*field).is_empty() || self.error(field).is_some())
    }
}
