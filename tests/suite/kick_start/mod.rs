//! Loading an organization from a folder: what is right is loaded wholly, what is wrong is named and not loaded at all.

mod folder;
mod loading;
mod problems;
mod selections;
