//! Every act in the audit log: its word, its name in the filter, and its sentence. A new event has its line here.

/// `{actor}`, `{user}` and `{operation}` are named as they are now; any other word in braces is one of the details,
/// `{after.name}` the name in what is after.
const ACTS: &[(&str, &str, &str)] = &[
    ("user.created", "User created", "{actor} created {user}"),
    ("user.edited", "User edited", "{actor} changed the details of {user}"),
    ("user.level_changed", "Access level changed", "{actor} changed the access level of {user}"),
    ("user.password_set", "First password set", "{actor} gave {user} a new first password"),
    ("user.password_changed", "Password changed", "{actor} changed their own password"),
    ("user.link_made", "Sign-in link made", "{actor} gave {user} a sign-in link"),
    ("user.link_used", "Sign-in link used", "{user} used their sign-in link and chose a password"),
    ("user.sessions_ended", "Sessions ended", "{actor} ended {sessions} of {user}’s sessions"),
    ("user.photo_changed", "Photo changed", "{actor} changed the photo of {user}"),
    ("user.photo_removed", "Photo removed", "{actor} removed the photo of {user}"),
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
    ("user.update_posted", "Update posted", "{actor} posted an update to the profile of {user}"),
    ("user.update_taken_back", "Update taken back", "{actor} took an update on the profile of {user} back"),
    ("user.dormancy_exempted", "Exempted from dormancy", "{actor} exempted {user} from being dormant"),
    ("user.dormancy_exemption_ended", "Exemption ended", "{actor} ended the exemption of {user} from being dormant"),
    ("operation.cancelled", "Operation cancelled", "{actor} cancelled the rest of {operation}"),
    ("operation.resumed", "Operation resumed", "{actor} resumed {operation}"),
    ("recycle_bin.emptied", "Recycle bin emptied", "{actor} began to erase whoever was long enough in the recycle bin"),
    ("license.seats_changed", "Seats changed", "{actor} changed the number of {license} seats"),
    ("company.created", "Company created", "{actor} created the company {after.name}"),
    ("company.renamed", "Company renamed", "{actor} renamed the company {before.name} to {after.name}"),
    ("company.retired", "Company retired", "{actor} retired the company {after.name}"),
    ("company.brought_back", "Company brought back", "{actor} brought the company {after.name} back"),
    ("team.created", "Team created", "{actor} created the team {after.name}"),
    ("team.renamed", "Team renamed", "{actor} renamed the team {before.name} to {after.name}"),
    ("team.retired", "Team retired", "{actor} retired the team {after.name}"),
    ("team.brought_back", "Team brought back", "{actor} brought the team {after.name} back"),
    ("group.created", "Group created", "{actor} created the group {after.name}"),
    ("group.renamed", "Group renamed", "{actor} renamed the group {before.name} to {after.name}"),
    ("group.retired", "Group retired", "{actor} retired the group {after.name}"),
    ("group.brought_back", "Group brought back", "{actor} brought the group {after.name} back"),
    ("job_role.created", "Job role created", "{actor} created the job role {after.name}"),
    ("job_role.renamed", "Job role renamed", "{actor} renamed the job role {before.name} to {after.name}"),
    ("job_role.retired", "Job role retired", "{actor} retired the job role {after.name}"),
    ("job_role.brought_back", "Job role brought back", "{actor} brought the job role {after.name} back"),
    ("preferences.changed", "Preferences changed", "{actor} changed the preferences"),
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
