//! What a column of a file can be, and the headings by which it is known.

use crate::users::fields::Field;
use crate::users::names;

/// What stands in a column: who is meant, or a field of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The number by which Roster itself knows a person; it stands in exported files.
    Id,
    Field(Field),
}

impl Target {
    /// In the order of forms.
    pub fn all() -> impl Iterator<Item = Target> {
        std::iter::once(Target::Id).chain(Field::ALL.iter().copied().map(Target::Field))
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Target::Id => "id",
            Target::Field(field) => field.as_str(),
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        if word == "id" { Some(Target::Id) } else { Field::parse(word).map(Target::Field) }
    }

    pub fn name(self) -> &'static str {
        match self {
            Target::Id => "ID",
            Target::Field(field) => field.name(),
        }
    }

    /// By what programs people come from call it; beside its own name.
    fn aliases(self) -> &'static [&'static str] {
        use Field::*;
        let Target::Field(field) = self else { return &["User ID", "Roster ID"] };
        match field {
            FirstName => &["Given name", "Forename", "First", "Vorname"],
            LastName => &["Surname", "Family name", "Last", "Nachname"],
            Email => &["E-mail", "Mail", "Email address", "E-mail address", "Mail address", "Login", "User name"],
            Level => &["Access", "Level", "Access level name", "Permission"],
            Title => &["Job title", "Position", "Title of position"],
            Phone => &["Phone number", "Telephone", "Telephone number", "Work phone", "Business phone", "Tel"],
            Mobile => &["Mobile phone", "Mobile number", "Cell", "Cell phone", "Cellphone"],
            About => &["About", "Talk to me", "Ask me about"],
            EmployeeNumber => {
                &["Employee ID", "Employee no", "Personnel number", "Staff number", "Staff ID", "Payroll number"]
            }
            TimeZone => &["Zone", "Timezone name"],
            Company => &["Company name", "Organization", "Employer"],
            Team => &["Team", "Team name", "Department"],
            Teams => &["Teams", "Other teams"],
            Group => &["Group", "Group name"],
            Groups => &["Groups", "Other groups"],
            JobRole => &["Role", "Primary role", "Primary job role"],
            Manager => {
                &["Reports to", "Supervisor", "Line manager", "Manager email", "Manager name", "Reports to email"]
            }
        }
    }

    /// By a heading, without regard to case, accents, spaces and punctuation; and whether it is the very name that
    /// Roster's own pages and files use.
    pub fn known_as(heading: &str) -> Option<(Self, bool)> {
        let key = key(heading);
        if key.is_empty() {
            return None;
        }
        let own = |target: &Target| key == self::key(target.name()) || key == self::key(target.as_str());
        if let Some(target) = Target::all().find(own) {
            return Some((target, true));
        }
        let known = |target: &Target| target.aliases().iter().any(|alias| self::key(alias) == key);
        Target::all().find(known).map(|target| (target, false))
    }

    /// What may stand there, for the sample file and the mapping.
    pub fn hint(self) -> &'static str {
        let Target::Field(field) = self else { return "From an exported file. Leave it empty for somebody new." };
        match field {
            Field::FirstName | Field::LastName => "Needed for somebody new.",
            Field::Email => {
                "Needed for somebody new. It is also how people are recognized, and what they sign in with."
            }
            Field::Level => "The name of an access level. Needed for somebody new, unless you choose one for them all.",
            Field::EmployeeNumber => "People are recognized by it where the email address does not tell.",
            Field::TimeZone => "A name such as Europe/Vienna. Empty: the organization's.",
            Field::Company | Field::Team | Field::Group | Field::JobRole => "A name as it stands in Setup.",
            Field::Teams | Field::Groups => "Names as they stand in Setup, with ; between them.",
            Field::Manager => {
                "The email address of the manager, or the full name if only one person has it. May be \
                somebody in this file."
            }
            _ => "Any text.",
        }
    }
}

/// `"E-mail  Address:"` -> `emailaddress`
fn key(heading: &str) -> String {
    names::fold(heading).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_heading_means_two_things() {
        let mut seen = std::collections::HashMap::new();
        for target in Target::all() {
            for name in [target.name(), target.as_str()].iter().chain(target.aliases()) {
                let before = seen.insert(key(name), target);
                assert!(before.is_none_or(|before| before == target), "“{name}” is {before:?} and {target:?}");
            }
        }
    }
}
