//! A plan of edits: who, what they have, what they will have. Stored, shown, changed, and run exactly as shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::typed::Typed;
use super::{Act, Step, Why};
use crate::db::{OperationId, Timestamp, UserId};
use crate::licenses::LicenseType;
use crate::users::fields::{Field, Values};

/// The plan without its rows.
#[derive(Debug, Clone)]
pub struct Plan {
    pub id: String,
    pub act: Act,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// In words: how the people were chosen.
    pub selection: String,
    pub return_to: String,
    pub reason: String,
    pub wanted: Wanted,
    pub fingerprint: String,
    pub operation: Option<OperationId>,
    /// The operation that this plan would undo.
    pub undoes: Option<OperationId>,
}

/// What is asked for everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// The values that everybody shall have, for `Act::Edit`.
    pub set: Values,
    /// Something else is asked of each: their rows say what.
    pub by_row: bool,
    /// The same as it was typed, to be shown in the form again.
    pub typed: Typed,
    /// What shall be posted, for `Act::PostUpdate`.
    pub body: String,
    /// Rows with errors are left out, for `Act::Import`: else nothing runs while there are some.
    pub leaves_errors_out: bool,
    /// Where the file is shown with its columns, for `Act::Import`.
    pub page: String,
    /// The letter of each field's column in the file.
    pub columns: BTreeMap<Field, String>,
}

/// What the fingerprint ends with while rows with errors are left out. That decides too, but no row changes by it.
const WITHOUT_ERRORS: &str = "-without-errors";

impl Plan {
    /// Says whether rows with errors are left out: the rows themselves are as they were weighed.
    pub fn leave_errors_out(&mut self, are_left_out: bool) {
        self.wanted.leaves_errors_out = are_left_out;
        let of_rows = self.fingerprint.trim_end_matches(WITHOUT_ERRORS);
        self.fingerprint = format!("{of_rows}{}", if are_left_out { WITHOUT_ERRORS } else { "" });
    }
}

impl Wanted {
    /// `C7`; empty if the field has no column, or there is no file.
    pub fn cell(&self, field: Field, line: i64) -> String {
        self.columns.get(&field).map_or_else(String::new, |column| format!("{column}{line}"))
    }
}

/// One person of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The place in the list; the line of a file.
    pub n: i64,
    /// Somebody new has one already. `None`: a line of a file that cannot be used.
    pub user: Option<UserId>,
    pub name: String,
    pub step: Step,
    pub why: Option<Why>,
    pub takes: Option<LicenseType>,
    pub frees: Option<LicenseType>,
    /// Of the person's row, as shown; 0 for somebody new.
    pub version: i64,
    /// The values that change, as they are.
    pub before: Values,
    /// The values that come.
    pub after: Values,
    /// Of a row that is carried out: what is good to know, beside no field.
    pub problems: Vec<Problem>,
}

/// What is wrong with a value, or left out of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The address in a file: `C7`; empty if it is not from one.
    #[serde(default)]
    pub cell: String,
    pub field: Option<Field>,
    /// A sentence.
    pub text: String,
}

impl Row {
    /// Somebody of whom nothing is asked yet.
    pub fn of(n: i64, user: UserId, name: String) -> Self {
        Row {
            n,
            user: Some(user),
            name,
            step: Step::Unchanged,
            why: None,
            takes: None,
            frees: None,
            version: 0,
            before: Values::new(),
            after: Values::new(),
            problems: Vec::new(),
        }
    }
}

/// Seats that are missing: `needed` is what comes on top of what gets free in the same plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    pub license: LicenseType,
    pub needed: i64,
    pub free: i64,
}

/// Seats that a plan takes on balance, per license type; negative: it frees some.
pub type Seats = BTreeMap<LicenseType, i64>;

/// Over all that decides: each row's step, and the values that change with those that come.
pub struct Fingerprint {
    hasher: Sha256,
    /// Room for one row's text.
    text: Vec<u8>,
    ending: &'static str,
}

impl Fingerprint {
    pub fn of(act: Act, wanted: &Wanted) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(act.as_str());
        let of_rows = Wanted { leaves_errors_out: false, ..wanted.clone() };
        hasher.update(serde_json::to_vec(&of_rows).unwrap_or_default());
        let ending = if wanted.leaves_errors_out { WITHOUT_ERRORS } else { "" };
        Fingerprint { hasher, text: Vec::new(), ending }
    }

    /// Rows come in the order of their places.
    pub fn include(&mut self, row: &Row) {
        let decides = (row.n, row.user, row.step, row.why, &row.before, &row.after);
        self.text.clear();
        if serde_json::to_writer(&mut self.text, &decides).is_ok() {
            self.hasher.update(&self.text);
        }
    }

    pub fn finish(self) -> String {
        data_encoding::HEXLOWER.encode(&self.hasher.finalize()[..16]) + self.ending
    }
}
