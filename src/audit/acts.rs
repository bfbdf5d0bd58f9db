//! Every act in the audit log: its word, its name in the filter, and its sentence. A new event has its line here.

/// `{actor}`, `{user}` and `{operation}` are named as they are now; any other word in braces is one of the details.
const ACTS: &[(&str, &str, &str)] = &[
    ("user.created", "User created", "{actor} created {user}"),
    ("user.edited", "User edited", "{actor} changed the details of {user}"),
    ("user.level_changed", "Access level changed", "{actor} changed the access level of {user}"),
    ("user.password_set", "First password set", "{actor} gave {user} a new first password"),
    ("user.password_changed", "Password changed", "{actor} changed their own password"),
    ("user.made_administrator", "Made administrator", "{actor} made {user} a System Administrator"),
    ("user.deactivated", "User deactivated", "{actor} deactivated {user}"),
    ("user.activated", "User activated", "{actor} activated {user}"),
    ("user.deleted", "User deleted", "{actor} deleted {user}"),
    ("user.restored", "User restored", "{actor} restored {user}"),
    ("user.erased", "User erased", "{actor} erased {user} for good"),
    ("user.handed_over", "Duties handed over", "{actor} handed over duties of {user}"),
    ("user.duties_returned", "Duties given back", "{actor} gave {user} back their duties"),
    ("user.leave_planned", "Departure planned", "{actor} planned the departure of {user}"),
    ("user.leave_moved", "Departure moved", "{actor} moved the departure of {user}"),
    ("user.leave_cancelled", "Departure cancelled", "{actor} cancelled the departure of {user}"),
    ("operation.cancelled", "Operation cancelled", "{actor} cancelled the rest of {operation}"),
    ("operation.resumed", "Operation resumed", "{actor} resumed {operation}"),
    ("recycle_bin.emptied", "Recycle bin emptied", "{actor} began to erase whoever was long enough in the recycle bin"),
    ("license.seats_changed", "Seats changed", "{actor} changed the number of {license} seats"),
    ("organization.founded", "Organization founded", "{actor} founded {organization}"),
    ("organization.loaded", "Organization loaded", "{actor} loaded the organization from a folder"),
    ("audit.pruned", "Log shortened", "{actor} removed the entries up to {up_to}: the log keeps {days} days"),
];

/// The name of an act; of one that is not known, its word.
pub fn name(act: &str) -> &str {
    ACTS.iter().find(|(word, ..)| *word == act).map_or(act, |(_, name, _)| name)
}

/// True if the act has a sentence of its own.
pub fn is_known(act: &str) -> bool {
    ACTS.iter().any(|(word, ..)| *word == act)
}

/// A sentence in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Text(&'static str),
    /// To be filled in: `actor`, `user`, `operation`, `act`, or a detail.
    Slot(&'static str),
}

/// The sentence of an act; of one that is not known, its word, and whoever it was about.
pub fn sentence(act: &str, has_user: bool) -> Vec<Part> {
    let known = ACTS.iter().find(|(word, ..)| *word == act).map(|(.., sentence)| *sentence);
    let mut rest = known.unwrap_or(if has_user { "{act} of {user}, by {actor}" } else { "{act}, by {actor}" });
    let mut parts = Vec::new();
    while let Some((text, behind)) = rest.split_once('{') {
        let (slot, behind) = behind.split_once('}').unwrap_or((behind, ""));
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        parts.push(Part::Slot(slot));
        rest = behind;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_cut_at_its_slots() {
        use Part::{Slot, Text};
        let parts = sentence("user.password_set", true);
        assert_eq!(parts, [Slot("actor"), Text(" gave "), Slot("user"), Text(" a new first password")]);
    }

    #[test]
    fn an_unknown_act_is_said_by_its_word() {
        use Part::{Slot, Text};
        assert_eq!(name("moon.landed"), "moon.landed");
        assert_eq!(sentence("moon.landed", false), [Slot("act"), Text(", by "), Slot("actor")]);
    }
}
