//! What only a real browser shows: the mouse, the keyboard, scripts on and off, colors, sizes, accessibility.

mod axe;
mod driver;
mod window;

mod audit_log;
mod door;
mod edits;
mod flow;
mod imports;
mod leave_plan;
mod leavers;
mod list;
mod look;
mod new_user;
mod people;
mod preferences;
mod selection;

pub use window::{Window, key};
