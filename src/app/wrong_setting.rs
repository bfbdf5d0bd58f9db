//! A wrong setting is named by its flag and its variable, and an address is never repeated: it may hold a password.

use clap::error::{ContextKind, ContextValue};
use clap::{Command, Error};

/// Adds the variable of the environment to what clap says of a value.
pub fn named(mut error: Error, command: &Command) -> Error {
    let Some(ContextValue::String(shown)) = error.get(ContextKind::InvalidArg).cloned() else { return error };
    let variable = |command: &Command| {
        let flag = shown.split(' ').next()?.strip_prefix("--")?;
        let argument = command.get_arguments().find(|argument| argument.get_long() == Some(flag))?;
        argument.get_env().map(|name| name.to_string_lossy().into_owned())
    };
    let found = std::iter::once(command).chain(command.get_subcommands()).find_map(variable);
    if let Some(name) = found {
        error.insert(ContextKind::InvalidArg, ContextValue::String(format!("{shown}' or '{name}")));
    }
    if shown.starts_with("--database-url") {
        error.insert(ContextKind::InvalidValue, ContextValue::String("(not shown)".into()));
    }
    error
}
