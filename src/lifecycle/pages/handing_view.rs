//! Who takes over, as a plan's page shows it: for each kind of duty what there is, where it goes, and the switch.

use std::collections::{BTreeMap, HashMap};

use super::super::plan::{Member, Plan};
use super::super::receivers::{Goes, PlanDuty, Problem, Wish};
use super::super::store::duties::{self, Way};
use crate::db::{Conn, Result, UserId};
use crate::history::{self, Duty};
use crate::users::find;
use crate::web::text::{count, number};

/// Receivers that are named; more are a number.
const NAMED: usize = 3;

/// One kind of duty of everybody who goes.
pub struct KindView {
    pub key: &'static str,
    /// "14 open assignments of 3 people"
    pub heading: String,
    pub list: String,
    pub options: Vec<Choice>,
    pub typed: String,
    pub problem: Option<&'static str>,
    /// Why somebody has to choose first.
    pub pressing: Option<String>,
    /// "9 go to Ada Lindqvist"
    pub ways: Vec<String>,
}

/// One kind of duty of one person.
pub struct OwnView {
    pub key: &'static str,
    /// "12 open assignments go to Ada Lindqvist"
    pub sentence: String,
    pub options: Vec<Choice>,
    pub typed: String,
    pub problem: Option<&'static str>,
    pub is_blocking: bool,
}

pub struct Choice {
    pub value: &'static str,
    pub label: &'static str,
    pub selected: bool,
}

/// Why somebody who was named cannot have it, or that nobody was named yet: as a sentence beside the field.
fn sentence(problem: Problem, wish: Option<&Wish>) -> &'static str {
    match problem {
        Problem::Unknown if wish.is_some_and(|wish| wish.typed.is_empty()) => {
            "Give the name or address of who takes over."
        }
        Problem::Unknown => "Nobody active has this name or address.",
        Problem::Several => "More than one person fits. Give the email address.",
        Problem::Off => "This person is not active. Choose somebody else.",
        Problem::Leaving => "This person leaves too. Choose somebody who stays.",
        Problem::MayNot => "This person’s access level does not allow it.",
    }
}

/// Every kind of which anybody has something, in the order of kinds.
pub fn kinds(conn: &mut Conn, plan: &Plan) -> Result<Vec<KindView>> {
    let ways = duties::ways(conn, &plan.id)?;
    let is_undo = plan.undoes.is_some();
    let receivers: Vec<UserId> = ways.iter().filter_map(|way| way.receiver).collect();
    let names = find::names_of(conn, &receivers)?;
    let mut views = Vec::new();
    for duty in history::duties() {
        let of_kind: Vec<&Way> = ways.iter().filter(|way| way.duty == duty.key()).collect();
        let sum = |figure: fn(&Way) -> i64| of_kind.iter().map(|way| figure(way)).sum::<i64>();
        let entries = sum(|way| way.entries);
        let touched = if is_undo { sum(|way| way.pressing) } else { 0 };
        if entries + touched == 0 {
            continue;
        }
        let users = sum(|way| way.users);
        let of = if users > 1 { format!(" of {}", count(users, "person", "people")) } else { String::new() };
        let wish = plan.receivers.kinds.get(duty.key());
        let stuck: i64 = of_kind
            .iter()
            .filter(|way| !way.chosen && way.receiver.is_none() && !matches!(way.goes, Goes::Nobody | Goes::Back))
            .map(|way| way.pressing)
            .sum();
        views.push(KindView {
            key: duty.key(),
            heading: format!("{} {}{of}", number(entries + touched), duty.noun(entries + touched)),
            list: format!("/plans/{}/lists/{}", plan.id, duty.key()),
            options: if is_undo { Vec::new() } else { options(*duty, wish, false) },
            typed: wish.map(|wish| wish.typed.clone()).unwrap_or_default(),
            problem: problem_of(&of_kind, wish).map(|problem| sentence(problem, wish)),
            pressing: (stuck > 0).then(|| duty.why_pressing(stuck)),
            ways: if is_undo { back_in_words(entries, touched) } else { in_words(*duty, &of_kind, &names) },
        });
    }
    Ok(views)
}

/// Of the rows that follow the kind's own wish.
fn problem_of(ways: &[&Way], wish: Option<&Wish>) -> Option<Problem> {
    let wish = wish.filter(|wish| wish.goes == Goes::Person)?;
    wish.problem.or_else(|| ways.iter().filter(|way| way.receiver == wish.person).find_map(|way| way.problem))
}

fn options(duty: &dyn Duty, wish: Option<&Wish>, is_own: bool) -> Vec<Choice> {
    let chosen = wish.map(|wish| wish.goes).or((!is_own).then_some(Goes::Manager));
    let option = |goes: Goes, label| Choice { value: goes.as_str(), label, selected: chosen == Some(goes) };
    let mut options = Vec::new();
    if is_own {
        options.push(Choice { value: "", label: "As chosen above", selected: chosen.is_none() });
    }
    options.push(option(Goes::Manager, "Their manager"));
    options.push(option(Goes::Person, "Somebody else"));
    if let Some(nobody) = duty.nobody() {
        options.push(option(Goes::Nobody, nobody));
    }
    options.push(option(Goes::Leave, "Leave as is"));
    options
}

/// "9 go to Ada Lindqvist", the most first.
fn in_words(duty: &dyn Duty, ways: &[&Way], names: &HashMap<UserId, String>) -> Vec<String> {
    let mut to: BTreeMap<UserId, i64> = BTreeMap::new();
    let (mut nobody, mut without, mut stay) = (0, 0, 0);
    for way in ways {
        match (way.receiver.filter(|_| way.problem.is_none()), way.goes) {
            (Some(receiver), _) => *to.entry(receiver).or_default() += way.entries,
            (None, Goes::Nobody) => nobody += way.entries,
            (None, Goes::Manager) => without += way.entries,
            (None, _) => stay += way.entries,
        }
    }
    let mut to: Vec<(UserId, i64)> = to.into_iter().collect();
    to.sort_by_key(|(user, entries)| (-entries, *user));
    let go = |n: i64| if n == 1 { "goes" } else { "go" };
    let name = |user: &UserId| names.get(user).map_or("somebody", String::as_str);
    let mut words: Vec<String> =
        to.iter().take(NAMED).map(|(user, n)| format!("{} {} to {}", number(*n), go(*n), name(user))).collect();
    if to.len() > NAMED {
        let rest: i64 = to[NAMED..].iter().map(|(_, n)| n).sum();
        let people = count((to.len() - NAMED) as i64, "other person", "other people");
        words.push(format!("{} {} to {people}", number(rest), go(rest)));
    }
    if nobody > 0 {
        let label = duty.nobody().unwrap_or("Nobody").to_lowercase();
        words.push(format!("{} with nobody ({label})", number(nobody)));
    }
    if without > 0 {
        words.push(format!("{} {}: no manager who can take over", number(without), stays(without)));
    }
    if stay > 0 {
        words.push(format!("{} {} as is", number(stay), stays(stay)));
    }
    words
}

/// "13 go back", "1 was changed since and stays"
fn back_in_words(back: i64, touched: i64) -> Vec<String> {
    let mut words = Vec::new();
    if back > 0 {
        words.push(format!("{} {} back", number(back), if back == 1 { "goes" } else { "go" }));
    }
    if touched > 0 {
        let was = if touched == 1 { "was changed since and stays" } else { "were changed since and stay" };
        words.push(format!("{} {was}", number(touched)));
    }
    words
}

fn stays(n: i64) -> &'static str {
    if n == 1 { "stays" } else { "stay" }
}

/// The duties of the members that are shown, by person.
pub fn of_members(conn: &mut Conn, plan: &Plan, members: &[Member]) -> Result<HashMap<UserId, Vec<OwnView>>> {
    let ids: Vec<UserId> = members.iter().map(|member| member.user).collect();
    if plan.undoes.is_some() {
        return Ok(HashMap::new());
    }
    let rows = duties::read(conn, &plan.id, Some(&ids))?;
    let receivers: Vec<UserId> = rows.iter().filter_map(|row| row.receiver).collect();
    let names = find::names_of(conn, &receivers)?;
    let mut all: HashMap<UserId, Vec<OwnView>> = HashMap::new();
    for duty in history::duties() {
        for row in rows.iter().filter(|row| row.duty == duty.key()) {
            let wish = plan.receivers.own(duty.key(), row.user);
            all.entry(row.user).or_default().push(OwnView {
                key: duty.key(),
                sentence: format!("{} {} {}", number(row.entries), duty.noun(row.entries), way(*duty, row, &names)),
                options: options(*duty, wish, true),
                typed: wish.map(|wish| wish.typed.clone()).unwrap_or_default(),
                problem: wish.and(row.problem).map(|problem| sentence(problem, wish)),
                is_blocking: row.is_blocking(),
            });
        }
    }
    Ok(all)
}

fn way(duty: &dyn Duty, row: &PlanDuty, names: &HashMap<UserId, String>) -> String {
    let one = row.entries == 1;
    match (row.receiver.filter(|_| row.problem.is_none()), row.goes) {
        (Some(receiver), _) => {
            let name = names.get(&receiver).map_or("somebody", String::as_str);
            format!("{} to {name}", if one { "goes" } else { "go" })
        }
        (None, Goes::Nobody) => format!("with nobody ({})", duty.nobody().unwrap_or("Nobody").to_lowercase()),
        (None, Goes::Manager) => format!("{}: no manager who can take over", stays(row.entries)),
        (None, _) => format!("{} as is", stays(row.entries)),
    }
}
