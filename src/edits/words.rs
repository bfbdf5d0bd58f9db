//! The sentences of edits, each written once.

use super::plan::Shortage;
use super::{Act, Step, Why};
use crate::operations::{Operation, Progress};
use crate::users::fields::Field;
use crate::web::text::{count, number};

impl Act {
    /// "Edit", as in "Edit of 14 people"
    pub fn noun(self) -> &'static str {
        match self {
            Act::Create => "Creation",
            Act::Edit => "Edit",
            Act::Import => "Import",
            Act::PostUpdate => "Update",
            Act::UndoEdit | Act::UndoImport => "Undo",
        }
    }
}

impl Step {
    pub fn verb(self) -> &'static str {
        match self {
            Step::Create => "create",
            Step::Change => "change",
            Step::Post => "post to",
            Step::Remove => "remove",
            Step::TakeBack => "take back from",
            Step::Unchanged | Step::Skip | Step::Error => "skip",
        }
    }

    /// "created", as in "3 users created".
    pub fn participle(self) -> &'static str {
        match self {
            Step::Create => "created",
            Step::Change => "changed",
            Step::Post => "given the update",
            Step::Remove => "removed again, into the recycle bin",
            Step::TakeBack => "relieved of the update",
            Step::Unchanged => "as they shall be already",
            Step::Skip => "left as they are",
            Step::Error => "with errors",
        }
    }

    /// The word of an outcome, and its tone.
    pub fn outcome(self) -> (&'static str, &'static str) {
        match self {
            Step::Create => ("Created", "success"),
            Step::Change => ("Changed", ""),
            Step::Post => ("Posted", ""),
            Step::Remove => ("Removed", "danger"),
            Step::TakeBack => ("Taken back", ""),
            Step::Unchanged => ("Unchanged", ""),
            Step::Skip => ("Skipped", "warning"),
            Step::Error => ("Error", "danger"),
        }
    }
}

/// Of a row of a file, beside the cell that names the manager.
pub fn manager_has_an_error(row: i64) -> String {
    format!("The manager stands in row {row} of this file, which has an error.")
}

impl Why {
    /// Why somebody, or a part of what was asked for, is left out.
    pub fn sentence(self) -> &'static str {
        match self {
            Why::Gone => "Was erased meanwhile.",
            Why::Deleted => "Is in the recycle bin. Restore them there first.",
            Why::BeyondYourRights => "This person has rights that you do not have, or would get some.",
            Why::OwnLevel => "You cannot change your own access level. Ask another System Administrator.",
            Why::LastAdministrator => {
                "This is the last System Administrator who can sign in. Make somebody else one first."
            }
            Why::IsOff => {
                "Is off: gets no access level, company, team, group or job role before they are active again."
            }
            Why::AddressTaken => "Somebody who is not deleted uses this address already.",
            Why::NumberTaken => "Somebody else has this employee number.",
            Why::ManagerInACircle => "Nobody reports to themselves, nor to somebody who reports to them.",
            Why::ManagerIsOff => "The manager is off by now.",
            Why::UnitIsGone => "The company, team, group or job role is retired by now.",
            Why::TouchedSince => "Somebody changed them since. They are left as they are.",
            Why::UsedSince => "Has signed in or has history by now. Deactivate them instead.",
            Why::ChangedMeanwhile => "Somebody changed them meanwhile. Make a new plan.",
            Why::Unchanged => "Is as it shall be already.",
            Why::Error => "The file has an error for this person.",
            Why::Cancelled => "Was not reached: the operation was cancelled.",
        }
    }

    /// The same beside a field of a form, where it speaks of the value.
    pub fn at_field(self, field: Field) -> &'static str {
        match (self, field) {
            (Why::BeyondYourRights, _) => "This access level has rights that you do not have.",
            (Why::ManagerIsOff, _) => "Nobody active has this name or address.",
            (Why::IsOff, Field::Company) => "Nobody who is off is added to a company. Activate them first.",
            (Why::IsOff, Field::Team | Field::Teams) => "Nobody who is off is added to a team. Activate them first.",
            (Why::IsOff, Field::Group | Field::Groups) => "Nobody who is off is added to a group. Activate them first.",
            (Why::IsOff, Field::JobRole) => "Nobody who is off is given a job role. Activate them first.",
            (Why::UnitIsGone, Field::Company) => "This company does not exist any more, or is retired.",
            (Why::UnitIsGone, Field::JobRole) => "This job role does not exist any more, or is retired.",
            (Why::UnitIsGone, Field::Group | Field::Groups) => "This group does not exist any more, or is retired.",
            (Why::UnitIsGone, _) => "This team does not exist any more, or is retired.",
            (why, _) => why.sentence(),
        }
    }

    /// As part of a count: "1 skipped: in the recycle bin."
    pub fn short(self) -> &'static str {
        match self {
            Why::Gone => "erased meanwhile",
            Why::Deleted => "in the recycle bin",
            Why::BeyondYourRights => "rights beyond your own",
            Why::OwnLevel => "your own access level",
            Why::LastAdministrator => "the last administrator who can sign in",
            Why::IsOff => "off",
            Why::AddressTaken => "email address taken",
            Why::NumberTaken => "employee number taken",
            Why::ManagerInACircle => "would report to themselves",
            Why::ManagerIsOff => "the manager is off",
            Why::UnitIsGone => "company, team, group or job role retired",
            Why::TouchedSince => "changed by somebody since",
            Why::UsedSince => "in use by now",
            Why::ChangedMeanwhile => "changed meanwhile",
            Why::Unchanged => "as they shall be already",
            Why::Error => "errors in the file",
            Why::Cancelled => "not reached before it was cancelled",
        }
    }
}

/// The steps as buttons and results name them.
pub const IN_WORDS: [Step; 5] = [Step::Create, Step::Change, Step::Post, Step::Remove, Step::TakeBack];

/// The one primary button: "Create 34, change 12". `None`: the plan does nothing.
pub fn button(of: impl Fn(Step) -> i64) -> Option<String> {
    let parts = IN_WORDS.into_iter().map(|step| (step, of(step))).filter(|(_, n)| *n > 0);
    let parts: Vec<String> = parts.map(|(step, n)| format!("{} {}", step.verb(), number(n))).collect();
    let text = parts.join(", ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect())
}

pub fn shortage(short: &Shortage) -> String {
    format!(
        "{} {} needed, {} free. Free seats first, raise the number in Licenses, or choose another access level.",
        number(short.needed),
        short.license.name(),
        number(short.free)
    )
}

/// "Import of 14 people"
pub fn operation_title(act: Act, operation: &Operation) -> String {
    format!("{} of {}", act.noun(), count(operation.total, "person", "people"))
}

/// Exactly what happened: "3 users created, 2 changed. 1 skipped: off."
pub fn result(operation: &Operation, skipped: &[(String, i64)]) -> String {
    let tally = operation.tally();
    let done = IN_WORDS.into_iter().map(|step| (step, tally.of(step.as_str()))).filter(|(_, n)| *n > 0);
    let mut parts = Vec::new();
    for (step, n) in done {
        let who = if parts.is_empty() { count(n, "user", "users") } else { number(n) };
        parts.push(format!("{who} {}", step.participle()));
    }
    for (prefix, word) in [("freed.", "freed"), ("taken.", "taken")] {
        let seats = tally.under(prefix);
        if seats > 0 {
            parts.push(format!("{} {word}", count(seats, "license", "licenses")));
        }
    }
    let mut sentences = Vec::new();
    if operation.state == Progress::Running {
        sentences.push(format!("{} of {} done so far.", number(operation.done), number(operation.total)));
    } else if parts.is_empty() {
        sentences.push("Nobody was changed.".to_owned());
    } else {
        sentences.push(format!("{}.", parts.join(", ")));
    }
    if operation.state == Progress::Cancelled {
        sentences.push("Cancelled: what was done stays, the rest is as it was.".to_owned());
    }
    if operation.failed > 0 {
        let people = count(operation.failed, "person", "people");
        sentences.push(format!("{people} failed: the database refused it. The log says why."));
    }
    if let Some(because) = &operation.stopped_because {
        sentences.push(format!("Stopped: {because}"));
    }
    let all: i64 = skipped.iter().map(|(_, n)| n).sum();
    if all > 0 {
        let reasons = skipped.iter().filter_map(|(reason, n)| {
            let short = Why::parse(reason)?.short();
            Some(if skipped.len() == 1 { short.to_owned() } else { format!("{} {short}", number(*n)) })
        });
        sentences.push(format!("{} skipped: {}.", number(all), reasons.collect::<Vec<_>>().join(", ")));
    }
    sentences.join(" ")
}
