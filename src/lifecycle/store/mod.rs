//! Lifecycle in the database: facts of people, stored plans, and the changes of state.

pub mod bin;
pub mod departures;
pub mod dormant;
pub mod duties;
pub mod erasing;
pub mod exemptions;
pub mod facts;
pub mod inbox;
pub mod leavers;
pub mod left_behind;
mod mentions;
pub mod people;
pub mod plans;
pub mod proof;
pub mod undoing;
