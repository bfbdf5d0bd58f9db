//! What a plan's page shows: the stored plan in groups, numbers and sentences.

use jiff::tz::TimeZone;

use super::super::confirm::Missing;
use super::super::plan::{Member, Plan};
use super::super::store::plans::{self, Done, Group, Part, Section};
use super::super::{Act, Refusal, Step, guard, words};
use super::handing_view::{self, KindView, OwnView};
use super::seats_view::{After, frees, licenses_after, short};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::history::{self, History};
use crate::licenses::AccessLevel;
use crate::operations::engine::AT_ONCE;
use crate::users::State;
use crate::web::pagination::Place;
use crate::web::text::{self, count, number};

/// Members that a section shows before it offers the next ones.
const SHOWN: i64 = 50;
/// People who are listed at once; more are a number, and a list on demand.
const FEW: i64 = 12;
/// Latest changes of a plan that its page names.
const CHANGES: i64 = 3;
/// Names in a heading before it becomes a number.
const NAMED: usize = 3;

pub struct View {
    pub plan: Plan,
    pub title: String,
    pub button: Option<String>,
    pub is_red: bool,
    pub sections: Vec<Shown>,
    /// "Cleo Marchetti" or "588 of these people": those with history.
    pub with_history: Option<String>,
    /// People with history who will be deleted: the number to type.
    pub by_force: i64,
    /// People who will be gone for good: the number to type.
    pub for_good: i64,
    pub history: History,
    pub frees: Option<String>,
    pub sessions: i64,
    pub going_off: i64,
    pub shortages: Vec<String>,
    pub licenses: Vec<After>,
    pub is_large: bool,
    pub handing: Vec<KindView>,
    /// The choice of a moment, where there is one.
    pub when: Option<WhenView>,
    /// Who did what to this plan, the last first.
    pub changes: Vec<Done>,
}

pub struct Shown {
    pub heading: String,
    /// For many: the words that open the list. `None`: it is short and always there.
    pub summary: Option<String>,
    /// The list is open, because its next rows were asked for.
    pub is_open: bool,
    pub rows: Vec<RowView>,
    /// Where the next ones are.
    pub more: Option<String>,
    pub is_skipped: bool,
    /// Offers to switch everybody with history at once.
    pub switches_all: bool,
}

pub struct RowView {
    pub user: UserId,
    pub name: String,
    pub initials: String,
    pub note: String,
    pub detail: String,
    pub choices: Vec<ChoiceView>,
    pub levels: Vec<(AccessLevel, bool)>,
    /// The field for another address, if theirs is taken or was replaced.
    pub email: Option<String>,
    pub duties: Vec<OwnView>,
    /// When they leave, and the zone that is theirs.
    pub leaves: Option<(Timestamp, TimeZone)>,
}

/// When a plan runs, as typed or as kept.
pub struct WhenView {
    pub is_dated: bool,
    pub date: String,
    pub time: String,
}

impl WhenView {
    fn of(plan: &Plan) -> Option<WhenView> {
        let text = |format| plan.leaving.as_ref().map(|leaving| leaving.on.strftime(format).to_string());
        matches!(plan.act, Act::Deactivate | Act::Delete).then(|| WhenView {
            is_dated: plan.leaving.is_some(),
            date: text("%Y-%m-%d").unwrap_or_default(),
            time: text("%H:%M").unwrap_or_else(|| "18:00".into()),
        })
    }
}

impl RowView {
    /// "Leaves 1 Dec, 18:00 Europe/Vienna (17:00 UTC, 12:00 your time)"
    pub fn leaves_in_words(&self, now: &Timestamp, zone: &TimeZone) -> String {
        let Some((at, own)) = &self.leaves else { return String::new() };
        format!("Leaves {}", words::moment(*at, own, *now, zone))
    }

    /// Opened where somebody chose for this person alone, or must.
    pub fn has_own_choice(&self) -> bool {
        self.duties
            .iter()
            .any(|duty| duty.is_blocking || duty.options.iter().any(|o| o.selected && !o.value.is_empty()))
    }
}

pub struct ChoiceView {
    pub step: Step,
    pub label: &'static str,
    pub is_red: bool,
    pub checked: bool,
}

/// Which section's next rows are asked for, and behind whom.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct Onward {
    #[serde(default)]
    pub section: String,
    #[serde(default)]
    pub after: String,
}

impl View {
    pub fn read(conn: &mut Conn, plan: Plan, onward: &Onward) -> Result<View> {
        let groups = plans::groups(conn, &plan.id)?;
        let of = |wanted: fn(&Group) -> bool| -> i64 { groups.iter().filter(|g| wanted(g)).map(|g| g.users).sum() };
        let by_force = of(|group| group.step == Step::Delete && group.has_history);
        let for_good = of(|group| group.step == Step::Erase);
        let history = match plan.act {
            // What deleting takes away: from those who are deleted, or before a choice from all it would take it from.
            Act::Delete => plans::history(conn, &plan.id, (by_force > 0).then_some(Step::Delete))?,
            Act::Erase => plans::history(conn, &plan.id, Some(Step::Erase))?,
            _ => History::default(),
        };
        let sections = sections(conn, &plan, &groups, onward)?;
        let going = |group: &&Group| matches!(group.step, Step::Deactivate | Step::Delete);
        Ok(View {
            title: title(&plan),
            button: button(&plan, &groups),
            is_red: by_force + for_good > 0,
            for_good,
            with_history: with_history(conn, &plan, &groups)?,
            by_force,
            history,
            frees: frees(&groups),
            sessions: groups.iter().filter(going).map(|group| group.sessions).sum(),
            going_off: groups.iter().filter(going).map(|group| group.users).sum(),
            shortages: short(conn, &plan)?,
            licenses: licenses_after(conn, &plan, &groups)?,
            is_large: plan.members > AT_ONCE as i64,
            handing: handing_view::kinds(conn, &plan)?,
            when: WhenView::of(&plan),
            changes: plans::changes(conn, &plan.id, CHANGES)?,
            sections,
            plan,
        })
    }

    pub fn kinds(&self) -> Vec<(&'static str, &'static str, String, Option<String>)> {
        let tallies = history::kinds().iter().map(|kind| (kind, self.history.of(*kind)));
        let shown = tallies
            .map(|(kind, tally)| (kind.key(), kind.noun(tally.entries()), number(tally.entries()), kind.second(tally)));
        shown.collect()
    }
}

/// "Deactivate 3", or "Deactivate 3 on 1 Dec".
fn button(plan: &Plan, groups: &[Group]) -> Option<String> {
    let button = words::button(groups)?;
    Some(match &plan.leaving {
        Some(leaving) => format!("{button} on {}", leaving.on.strftime("%-d %b")),
        None => button,
    })
}

/// "Deactivate 3 users?"
fn title(plan: &Plan) -> String {
    let users = count(plan.members, "user", "users");
    match plan.act {
        Act::Undo => format!("Undo this for {users}?"),
        Act::HandOver => format!("Hand over the duties of {users}?"),
        act => format!("{} {users}?", act.title()),
    }
}

/// The sentence at the top or beside a field for what a confirmation lacks.
pub fn sentence(missing: &Missing) -> (&'static str, String) {
    match missing {
        Missing::NothingToDo => ("plan", "This plan changes nobody. Choose differently, or cancel.".into()),
        Missing::Reason => ("reason", "Say why people with history are deleted.".into()),
        Missing::ReasonTooLong => ("reason", "Use at most 500 characters.".into()),
        Missing::Number(n) => ("number", format!("Type {} to confirm.", number(*n))),
        Missing::Past(n) => (
            "leave_date",
            format!("This moment is over for {}. Choose a later one, or “Now”.", count(*n, "person", "people")),
        ),
        Missing::Receivers(n) => (
            "plan",
            format!("{} cannot go to whom you named. Choose somebody else below.", count(*n, "handover", "handovers")),
        ),
        Missing::Choices(n) => {
            ("plan", format!("Say below who takes over first: {} cannot simply leave.", count(*n, "person", "people")))
        }
        Missing::Seats(short) => ("plan", short.iter().map(words::shortage).collect::<Vec<_>>().join(" ")),
    }
}

fn sections(conn: &mut Conn, plan: &Plan, groups: &[Group], onward: &Onward) -> Result<Vec<Shown>> {
    let is_skipped = |group: &Group| group.refusal.is_some_and(|refusal| !refusal.is_open());
    let sum = |wanted: &dyn Fn(&Group) -> bool| -> i64 { groups.iter().filter(|g| wanted(g)).map(|g| g.users).sum() };
    let skipped = sum(&is_skipped);
    let mut wanted = Vec::new();
    if plan.act == Act::Delete {
        let with = sum(&|group| !is_skipped(group) && group.has_history);
        let without = sum(&|group| !is_skipped(group) && !group.has_history);
        let with_heading = format!("{} with history", number(with));
        let without_heading = format!("{} without any history: safe to delete", number(without));
        wanted.push(("history", Section::ToDo { has_history: Some(true) }, with, with_heading));
        wanted.push(("clean", Section::ToDo { has_history: Some(false) }, without, without_heading));
    } else {
        let to_do = sum(&|group| !is_skipped(group));
        let step = match plan.act {
            Act::Activate => Step::Activate,
            Act::Restore => Step::Restore,
            Act::HandOver => Step::HandOver,
            Act::Erase => Step::Erase,
            _ => Step::Deactivate,
        };
        let heading = match plan.act {
            Act::Undo => format!("{} will be as before", number(to_do)),
            _ => format!("{} will be {}", number(to_do), step.participle()),
        };
        wanted.push(("to-do", Section::ToDo { has_history: None }, to_do, heading));
    }
    wanted.push(("skipped", Section::Skipped, skipped, format!("{} skipped", number(skipped))));
    let mut shown = Vec::new();
    for (word, section, n, heading) in wanted {
        if n == 0 {
            continue;
        }
        let place = Some(onward).filter(|onward| onward.section == word);
        let place = place.and_then(|onward| Place::<String>::from_word(&onward.after));
        let after = place.as_ref().map(|Place(key, id)| (key.as_str(), UserId(*id)));
        let mut members = plans::members(conn, &plan.id, Part { section, after, limit: SHOWN + 1 })?;
        let is_more = members.len() as i64 > SHOWN;
        members.truncate(SHOWN as usize);
        let mut duties = handing_view::of_members(conn, plan, &members)?;
        let last = members.last().filter(|_| is_more);
        let more = last.map(|last| {
            let after = Place(last.name_key.clone(), last.user.0).to_word();
            format!("/plans/{}?section={word}&after={after}", plan.id)
        });
        shown.push(Shown {
            heading,
            rows: members
                .iter()
                .map(|member| row(plan, member, duties.remove(&member.user).unwrap_or_default()))
                .collect(),
            more,
            summary: (n > FEW).then(|| format!("Show the {} people", number(n))),
            is_open: place.is_some(),
            is_skipped: section == Section::Skipped,
            switches_all: word == "history" && n > 1,
        });
    }
    Ok(shown)
}

fn row(plan: &Plan, member: &Member, duties: Vec<OwnView>) -> RowView {
    let act = plan.act;
    let (first, last) = member.name.split_once(' ').unwrap_or((&member.name, ""));
    RowView {
        user: member.user,
        leaves: member.leaves_at.zip(plan.leaving.as_ref().map(|leaving| leaving.zone_of(&member.zone))),
        duties,
        name: member.name.clone(),
        initials: text::initials(first, last),
        note: note(act, member),
        detail: if matches!(act, Act::Delete | Act::Erase) { member.history.in_words() } else { String::new() },
        choices: choices(act, member),
        levels: match member.new_level.filter(|_| member.step == Step::Activate) {
            Some(chosen) => AccessLevel::ALL.iter().map(|level| (*level, *level == chosen)).collect(),
            None => Vec::new(),
        },
        email: (act == Act::Restore
            && (matches!(member.refusal, Some(Refusal::AddressTaken | Refusal::AddressUnusable))
                || member.new_email.is_some()))
        .then(|| member.new_email.clone().unwrap_or_default()),
    }
}

fn note(act: Act, member: &Member) -> String {
    match (member.step, member.refusal) {
        (Step::Skip, Some(refusal)) => refusal.sentence(act),
        (Step::Restore, _) => words::what_will_happen(member),
        _ if act == Act::Undo => words::what_will_happen(member),
        (Step::Activate, _) => format!("was {}", member.level.name()),
        _ if member.state == State::Deactivated => format!("{}, deactivated", member.level.name()),
        _ => member.level.name().to_owned(),
    }
}

fn choices(act: Act, member: &Member) -> Vec<ChoiceView> {
    let judged = match (member.refusal, member.has_history, member.state) {
        (Some(refusal), ..) if !refusal.is_open() => Err(refusal),
        (_, true, State::Deactivated) => Err(Refusal::OffWithHistory),
        (_, true, _) => Ok(Step::Deactivate),
        (_, false, _) => Ok(Step::Delete),
    };
    if act != Act::Delete {
        return Vec::new();
    }
    let mut possible = guard::choices(act, member.state, judged);
    if possible.len() < 2 {
        return Vec::new();
    }
    // What destroys stands last, on every row.
    possible.sort_by_key(|step| *step == Step::Delete);
    let label = |step: Step| match (step, member.has_history) {
        (Step::Delete, true) => "Delete anyway",
        (Step::Delete, false) => "Delete",
        (Step::Skip, true) => "Leave deactivated",
        (Step::Skip, false) => "Leave as is",
        (_, true) => "Deactivate instead",
        (_, false) => "Deactivate",
    };
    let view = |step: Step| ChoiceView {
        step,
        label: label(step),
        is_red: step == Step::Delete,
        checked: step == member.step,
    };
    possible.into_iter().map(view).collect()
}

/// Who has history, by name if they are few.
fn with_history(conn: &mut Conn, plan: &Plan, groups: &[Group]) -> Result<Option<String>> {
    let n: i64 = groups.iter().filter(|group| group.has_history).map(|group| group.users).sum();
    if plan.act != Act::Delete || n == 0 {
        return Ok(None);
    }
    let section = Section::ToDo { has_history: Some(true) };
    let few = plans::members(conn, &plan.id, Part { section, after: None, limit: NAMED as i64 + 1 })?;
    if few.is_empty() {
        return Ok(None);
    }
    let have = if few.len() == 1 { "has" } else { "have" };
    if few.len() <= NAMED {
        let names: Vec<String> = few.into_iter().map(|member| member.name).collect();
        return Ok(Some(format!("{} {have}", text::list(&names))));
    }
    Ok(Some(format!("{} of these people have", number(n))))
}
