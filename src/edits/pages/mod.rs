//! The pages of edits: the fields that many people are given, the update that is posted, the plan, and its one button.

pub mod fields_view;
pub mod plans;
pub mod selections;
pub mod view;

use crate::lifecycle::pages::administrator;
