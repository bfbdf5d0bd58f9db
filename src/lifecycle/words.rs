//! The sentences of plans and operations, each written once.

use jiff::tz::TimeZone;

use super::guard::Refusal;
use super::plan::{Member, Shortage};
use super::store::plans::Group;
use super::{Act, Step};
use crate::db::Timestamp;
use crate::licenses::LicenseType;
use crate::operations::{Operation, Progress, Tally};
use crate::web::text::{self, count, list, number};

impl Act {
    /// "deactivate", as in "You cannot deactivate yourself."
    pub fn verb(self) -> &'static str {
        match self {
            Act::HandOver => "hand over for",
            act => act.as_str(),
        }
    }

    /// "Deactivate", as in a heading.
    pub fn title(self) -> &'static str {
        match self {
            Act::Deactivate => "Deactivate",
            Act::Activate => "Activate",
            Act::Delete => "Delete",
            Act::Restore => "Restore",
            Act::Undo => "Undo",
            Act::HandOver => "Hand over",
            Act::Erase => "Erase",
        }
    }

    /// "Deactivation", as in "Deactivation of 14 people".
    pub fn noun(self) -> &'static str {
        match self {
            Act::Deactivate => "Deactivation",
            Act::Activate => "Activation",
            Act::Delete => "Deletion",
            Act::Restore => "Restoration",
            Act::Undo => "Undo",
            Act::HandOver => "Handover",
            Act::Erase => "Erasure",
        }
    }
}

impl Step {
    pub fn verb(self) -> &'static str {
        match self {
            Step::HandOver => "hand over for",
            Step::GiveBack => "give back to",
            step => step.as_str(),
        }
    }

    /// "deactivated", as in "3 users deactivated".
    pub fn participle(self) -> &'static str {
        match self {
            Step::Deactivate => "deactivated",
            Step::Activate => "activated",
            Step::Delete => "deleted",
            Step::Restore => "restored",
            Step::HandOver => "relieved of their duties",
            Step::GiveBack => "given their duties back",
            Step::Erase => "erased",
            Step::Skip => "skipped",
        }
    }
}

impl Refusal {
    /// Why one user is skipped.
    pub fn sentence(self, act: Act) -> String {
        let verb = act.verb();
        match self {
            Refusal::Yourself => format!("You cannot {verb} yourself. Ask another administrator."),
            Refusal::LastAdministrator => {
                "This is the last administrator who can sign in. Make somebody else an administrator first.".into()
            }
            Refusal::BeyondYourRights => "This person has rights that you do not have.".into(),
            Refusal::AlreadyOff => "Is deactivated already.".into(),
            Refusal::AlreadyActive => "Is active already.".into(),
            Refusal::InRecycleBin => "Is in the recycle bin. Restore them there.".into(),
            Refusal::NotInRecycleBin => "Is not in the recycle bin.".into(),
            Refusal::OffWithHistory => "Is deactivated already and keeps their history.".into(),
            Refusal::HasHistory => "Has history by now, so was not deleted. Make a new plan.".into(),
            Refusal::AddressTaken => "Somebody else uses this email address. Give another one.".into(),
            Refusal::AddressUnusable => "Enter an email address like name@example.com.".into(),
            Refusal::NoFreeSeat => "There was no free seat for all of them.".into(),
            Refusal::Gone => "Was erased meanwhile.".into(),
            Refusal::BeingErased => "Is being erased and cannot come back.".into(),
            Refusal::Cancelled => "Was not reached: the operation was cancelled.".into(),
            Refusal::AlreadyLeaving => "Has a leave date already. Move or cancel it under Departures.".into(),
            Refusal::Stays => "Stays: the leave date was moved or cancelled.".into(),
            Refusal::TouchedSince => "Somebody changed them since. They are left as they are.".into(),
            Refusal::Chosen => "Left as is, by choice.".into(),
        }
    }

    /// The same as part of a count: "1 skipped: you cannot deactivate yourself."
    fn short(self, act: Act) -> String {
        let verb = act.verb();
        match self {
            Refusal::Yourself => format!("you cannot {verb} yourself"),
            Refusal::LastAdministrator => "the last administrator who can sign in".into(),
            Refusal::BeyondYourRights => "rights beyond your own".into(),
            Refusal::AlreadyOff => "deactivated already".into(),
            Refusal::AlreadyActive => "active already".into(),
            Refusal::InRecycleBin => "in the recycle bin".into(),
            Refusal::NotInRecycleBin => "not in the recycle bin".into(),
            Refusal::OffWithHistory => "deactivated already, with history".into(),
            Refusal::HasHistory => "has history by now".into(),
            Refusal::AddressTaken => "email address taken".into(),
            Refusal::AddressUnusable => "not an email address".into(),
            Refusal::NoFreeSeat => "no free seat".into(),
            Refusal::Gone => "erased meanwhile".into(),
            Refusal::BeingErased => "being erased".into(),
            Refusal::Cancelled => "not reached before it was cancelled".into(),
            Refusal::AlreadyLeaving => "with a leave date already".into(),
            Refusal::Stays => "leave date moved or cancelled".into(),
            Refusal::TouchedSince => "changed by somebody since".into(),
            Refusal::Chosen => "left as is".into(),
        }
    }
}

/// The steps as buttons and results name them; what destroys stands last.
const IN_WORDS: [Step; 7] =
    [Step::Deactivate, Step::Activate, Step::HandOver, Step::GiveBack, Step::Restore, Step::Delete, Step::Erase];

/// What a plan does to one user, as a sentence.
pub fn what_will_happen(member: &Member) -> String {
    match (member.step, member.refusal, member.new_level) {
        (Step::Skip, Some(refusal), _) => refusal.sentence(Act::Deactivate),
        (Step::Skip, None, _) => "Is left as they are.".into(),
        (Step::Deactivate, ..) => "Will be deactivated.".into(),
        (Step::HandOver, ..) => "Their duties go to somebody else.".into(),
        (Step::Erase, ..) => "Will be gone for good.".into(),
        (Step::GiveBack, ..) => "Their duties come back.".into(),
        (Step::Delete, ..) if member.has_history => "Will be deleted in spite of their history.".into(),
        (Step::Delete, ..) => "Will be deleted.".into(),
        (Step::Activate, _, Some(level)) => format!("Will be active as {}.", level.name()),
        (Step::Activate, ..) => "Will be active.".into(),
        (Step::Restore, _, Some(level)) => format!("Will be restored, active as {}.", level.name()),
        (Step::Restore, ..) => "Will be restored, deactivated.".into(),
    }
}

/// A moment in somebody's own zone, beside UTC and the reader's: "1 Dec, 18:00 Europe/Vienna (17:00 UTC, 12:00 your
/// time)". What says the same twice is said once.
pub fn moment(at: Timestamp, own: &TimeZone, now: Timestamp, reader: &TimeZone) -> String {
    let clock = |zone: &TimeZone| {
        let (there, here) = (at.in_zone(zone), at.in_zone(own));
        if there.date() == here.date() {
            there.strftime("%H:%M").to_string()
        } else {
            format!("{}, {}", text::day(at, now, zone), there.strftime("%H:%M"))
        }
    };
    let name = own.iana_name().unwrap_or("UTC");
    let mut beside = Vec::new();
    if name != "UTC" {
        beside.push(format!("{} UTC", clock(&TimeZone::UTC)));
    }
    if reader.iana_name() != own.iana_name() && reader.iana_name() != Some("UTC") {
        beside.push(format!("{} your time", clock(reader)));
    }
    let beside = if beside.is_empty() { String::new() } else { format!(" ({})", beside.join(", ")) };
    format!("{} {name}{beside}", text::moment(at, now, own))
}

/// The one primary button: "Deactivate 1, delete 2". `None`: the plan does nothing.
pub fn button(groups: &[Group]) -> Option<String> {
    let parts: Vec<String> = IN_WORDS
        .into_iter()
        .filter_map(|step| {
            let n: i64 = groups.iter().filter(|group| group.step == step).map(|group| group.users).sum();
            (n > 0).then(|| format!("{} {}", step.verb(), number(n)))
        })
        .collect();
    let text = parts.join(", ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect())
}

/// "2 Standard and 1 Light license"
pub fn licenses(seats: &[(LicenseType, i64)]) -> String {
    let parts: Vec<String> = seats.iter().map(|(license, n)| format!("{} {}", number(*n), license.name())).collect();
    let all: i64 = seats.iter().map(|(_, n)| n).sum();
    format!("{} {}", list(&parts), if all == 1 { "license" } else { "licenses" })
}

pub fn shortage(short: &Shortage) -> String {
    format!(
        "{} {} needed, {} free. Free seats first, raise the number in Licenses, or choose another access level.",
        number(short.needed),
        short.license.name(),
        number(short.free)
    )
}

/// "Deactivation of 14 people"
pub fn operation_title(operation: &Operation) -> String {
    let noun = Act::parse(&operation.act).map_or("Operation", Act::noun);
    format!("{noun} of {}", count(operation.total, "person", "people"))
}

/// Exactly what happened: "3 users deactivated, 3 licenses freed. 1 skipped: you cannot deactivate yourself."
pub fn result(operation: &Operation, skipped: &[(String, i64)]) -> String {
    let tally = operation.tally();
    let mut sentences = Vec::new();
    let done = done_in_words(&tally);
    if operation.state == Progress::Running {
        sentences.push(format!("{} of {} done so far.", number(operation.done), number(operation.total)));
    } else if operation.state == Progress::Scheduled && operation.done == 0 {
        sentences.push("Confirmed. It is carried out at the moment of each person; their access ends then.".to_owned());
    } else if done.is_empty() {
        sentences.push("Nobody was changed.".to_owned());
    } else {
        sentences.push(format!("{}.", done.join(", ")));
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
    sentences.extend(skipped_in_words(operation, skipped));
    sentences.join(" ")
}

fn done_in_words(tally: &Tally) -> Vec<String> {
    let mut parts = Vec::new();
    for step in IN_WORDS {
        let n = tally.of(step.as_str());
        if n > 0 {
            let who = if parts.is_empty() { count(n, "user", "users") } else { number(n) };
            parts.push(format!("{who} {}", step.participle()));
        }
    }
    let seats = |prefix: &str| -> i64 {
        LicenseType::ALL.iter().map(|license| tally.of(&format!("{prefix}.{}", license.as_str()))).sum()
    };
    let (freed, taken) = (seats("freed"), seats("taken"));
    if freed > 0 {
        parts.push(format!("{} freed", count(freed, "license", "licenses")));
    }
    if taken > 0 {
        parts.push(format!("{} taken", count(taken, "license", "licenses")));
    }
    let cut = tally.under("cut.");
    if cut > 0 {
        parts.push(format!("{} cut", count(cut, "entry", "entries")));
    }
    let off = tally.of("restored_as_deactivated");
    if off > 0 {
        parts.push(format!("{} of them as deactivated", number(off)));
    }
    parts
}

fn skipped_in_words(operation: &Operation, skipped: &[(String, i64)]) -> Option<String> {
    let all: i64 = skipped.iter().map(|(_, n)| n).sum();
    let act = Act::parse(&operation.act)?;
    let reasons: Vec<String> = skipped
        .iter()
        .filter_map(|(reason, n)| {
            let short = Refusal::parse(reason)?.short(act);
            Some(if skipped.len() == 1 { short } else { format!("{} {short}", number(*n)) })
        })
        .collect();
    (all > 0).then(|| format!("{} skipped: {}.", number(all), reasons.join(", ")))
}
