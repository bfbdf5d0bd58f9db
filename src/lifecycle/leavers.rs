//! Finds the people of a list of leavers: exactly, likely, or not at all. Nothing is stored; a plan is made of whom one ticks.

mod likeness;
mod typed;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::store::leavers::{self as store, Exact, Person, Probe};
use crate::db::{Conn, Result, Timestamp, UserId};

pub use likeness::Why;
pub use typed::{List, MOST, Reading, TooMany, Wanted, read};

/// Entries without an exact match for which likely people are looked for; of more a list would rather be corrected.
const LIKELY_FOR: usize = 200;
/// Likely people shown for an entry.
const SHOWN: usize = 5;
/// People of one name that are read and shown.
const NAMESAKES: usize = 20;

/// Somebody who is meant without a doubt, with the entries that say so.
#[derive(Debug)]
pub struct Match {
    pub person: Person,
    pub texts: Vec<String>,
    pub lines: Vec<usize>,
}

/// An entry that may mean these people.
#[derive(Debug)]
pub struct Unsure {
    pub text: String,
    pub lines: Vec<usize>,
    /// They all have exactly the name (or number) that was typed.
    pub is_several: bool,
    pub candidates: Vec<(Person, Why)>,
    /// There are others, too.
    pub has_more: bool,
}

/// What became of a list.
#[derive(Debug, Default)]
pub struct Found {
    pub exact: Vec<Match>,
    /// Meant without a doubt, and off already.
    pub off: Vec<Match>,
    pub unsure: Vec<Unsure>,
    /// The entries nobody was found for, with their lines.
    pub none: Vec<(String, Vec<usize>)>,
    /// Entries that mean somebody who was named before.
    pub merged: i64,
    /// Entries for which nobody likely was looked for, because there are too many of them.
    pub not_looked_for: i64,
}

impl Person {
    /// Deactivated, deleted, or past their leave date.
    pub fn is_off(&self, now: Timestamp) -> bool {
        self.state != crate::users::State::Active || self.leaves_at.is_some_and(|at| at <= now)
    }
}

enum Verdict {
    One(UserId),
    Several(Vec<UserId>),
    /// Nobody exactly; these have the name that stands beside an unknown address.
    Nobody(Vec<UserId>),
}

/// The entries, by what is exact about them.
#[derive(Default)]
struct Judged {
    /// Who is meant, with the entries that say so.
    one: BTreeMap<UserId, (Vec<String>, Vec<usize>)>,
    several: Vec<(Wanted, Vec<UserId>)>,
    unmatched: Vec<(Wanted, Vec<UserId>)>,
    merged: i64,
}

/// Looks for everybody on the list: a number of statements that does not grow with each entry.
pub fn find(conn: &mut Conn, list: List, now: Timestamp) -> Result<Found> {
    let exact = store::exact(conn, &keys(&list))?;
    let merged = list.repeated;
    let mut judged = Judged { merged, ..Judged::default() };
    for wanted in list.readings.into_iter().flat_map(|reading| choose(reading, &exact)) {
        judged.add(wanted, &exact);
    }
    let looked_for = judged.unmatched.iter().take(LIKELY_FOR).enumerate();
    let probes: Vec<Probe> = looked_for.flat_map(|(at, (wanted, _))| probes(wanted, at)).collect();
    for (at, user) in store::probe(conn, &probes)? {
        judged.unmatched[at].1.push(user);
    }
    let people = store::people(conn, &judged.users())?;
    Ok(judged.found(&people, now))
}

impl Judged {
    fn add(&mut self, wanted: Wanted, exact: &Exact) {
        match judge(&wanted, exact) {
            Verdict::One(user) => {
                let (texts, lines) = self.one.entry(user).or_default();
                self.merged += i64::from(!texts.is_empty());
                texts.push(wanted.text);
                lines.extend(wanted.lines);
            }
            Verdict::Several(users) => self.several.push((wanted, some(users))),
            Verdict::Nobody(users) => self.unmatched.push((wanted, some(users))),
        }
    }

    /// Everybody who was found, each once.
    fn users(&self) -> Vec<UserId> {
        let unsure = self.several.iter().chain(&self.unmatched).flat_map(|(_, users)| users.iter().copied());
        let mut users: Vec<UserId> = self.one.keys().copied().chain(unsure).collect();
        users.sort_unstable();
        users.dedup();
        users
    }

    fn found(self, people: &HashMap<UserId, Person>, now: Timestamp) -> Found {
        let not_looked_for = self.unmatched.len().saturating_sub(LIKELY_FOR) as i64;
        let mut found = Found { merged: self.merged, not_looked_for, ..Found::default() };
        for (user, (texts, lines)) in self.one {
            let Some(person) = people.get(&user).cloned() else { continue };
            let to = if person.is_off(now) { &mut found.off } else { &mut found.exact };
            to.push(Match { person, texts, lines });
        }
        for (wanted, users) in self.several {
            let candidates = users.iter().filter_map(|user| Some((people.get(user)?.clone(), Why::OneOfSeveral)));
            let candidates = candidates.collect();
            found.unsure.push(unsure(wanted, true, candidates, NAMESAKES));
        }
        for (wanted, users) in self.unmatched {
            let users: HashSet<UserId> = users.into_iter().collect();
            let likely = users.iter().filter_map(|user| people.get(user));
            let likely = likely.filter_map(|person| Some((person.clone(), likeness::why(&wanted, person)?)));
            match likely.collect::<Vec<_>>() {
                none if none.is_empty() => found.none.push((wanted.text, wanted.lines)),
                likely => found.unsure.push(unsure(wanted, false, likely, SHOWN)),
            }
        }
        by_name(&mut found.exact);
        by_name(&mut found.off);
        found.unsure.sort_by_key(|unsure| unsure.lines.first().copied());
        found
    }
}

/// As many as are shown, and one more that says so.
fn some(mut users: Vec<UserId>) -> Vec<UserId> {
    users.truncate(NAMESAKES + 1);
    users
}

fn by_name(matches: &mut [Match]) {
    matches.sort_by(|one, other| one.person.name_key.cmp(&other.person.name_key));
}

/// Everything that is looked up exactly.
fn keys(list: &List) -> store::Keys {
    let mut keys = store::Keys::default();
    for wanted in list.readings.iter().flat_map(Reading::wanted) {
        keys.emails.extend(wanted.email.clone());
        keys.numbers.extend(wanted.number.clone());
        keys.names.extend(wanted.names.iter().cloned());
        keys.names.extend(wanted.email.as_deref().and_then(likeness::name_in));
    }
    keys
}

/// One person or several: whoever there is decides.
fn choose(reading: Reading, exact: &Exact) -> Vec<Wanted> {
    let (together, apart) = match reading {
        Reading::One(one) => return vec![one],
        Reading::Either { together, apart } => (together, apart),
    };
    let is_one = match judge(&together, exact) {
        Verdict::One(_) => true,
        // An address with somebody else's name beside it.
        Verdict::Several(_) => together.email.is_none(),
        Verdict::Nobody(_) if together.email.is_some() => true,
        Verdict::Nobody(_) => {
            let is_somebody = |part: &Wanted| !matches!(judge(part, exact), Verdict::Nobody(_));
            !apart.iter().any(is_somebody) && apart.iter().any(|part| !part.text.contains(' '))
        }
    };
    if is_one { vec![together] } else { apart }
}

/// Who has exactly what was typed. The address says most, then the number, then the whole name.
fn judge(wanted: &Wanted, exact: &Exact) -> Verdict {
    let of = |map: &HashMap<String, Vec<UserId>>, key: &String| map.get(key).cloned().unwrap_or_default();
    let by_name: Vec<UserId> =
        wanted.names.iter().map(|name| of(&exact.by_name, name)).find(|ids| !ids.is_empty()).unwrap_or_default();
    let by_number = wanted.number.as_ref().map(|number| of(&exact.by_number, number)).unwrap_or_default();
    let by_email = wanted.email.as_ref().map(|email| of(&exact.by_email, email)).unwrap_or_default();
    if wanted.email.is_some() && by_email.is_empty() {
        let in_address = wanted.email.as_deref().and_then(likeness::name_in);
        let in_address = in_address.map(|name| of(&exact.by_name, &name)).unwrap_or_default();
        return Verdict::Nobody([by_name, by_number, in_address].concat());
    }
    let said: Vec<Vec<UserId>> = [by_email, by_number, by_name].into_iter().filter(|ids| !ids.is_empty()).collect();
    let Some(first) = said.first() else { return Verdict::Nobody(Vec::new()) };
    // What the first says must not be denied by the others.
    let agreed: Vec<UserId> = first.iter().copied().filter(|user| said.iter().all(|ids| ids.contains(user))).collect();
    match agreed[..] {
        [one] => Verdict::One(one),
        _ => {
            let mut seen = HashSet::new();
            Verdict::Several(said.concat().into_iter().filter(|user| seen.insert(*user)).collect())
        }
    }
}

fn unsure(wanted: Wanted, is_several: bool, mut candidates: Vec<(Person, Why)>, shown: usize) -> Unsure {
    candidates.sort_by(|(one, why), (other, also)| (why, &one.name_key).cmp(&(also, &other.name_key)));
    let has_more = candidates.len() > shown;
    candidates.truncate(shown);
    Unsure { text: wanted.text, lines: wanted.lines, is_several, candidates, has_more }
}

/// Where likely people are looked for: each finds a few, through an index.
fn probes(wanted: &Wanted, at: usize) -> Vec<Probe> {
    let mut probes = Vec::new();
    let name = |starts: Option<String>, contains: &[&str], limit| Probe {
        entry: at,
        name_starts: starts,
        email_starts: None,
        contains: contains.iter().map(|part| (*part).to_owned()).collect(),
        limit,
    };
    for whole in wanted.names.iter().take(2) {
        let words: Vec<&str> = whole.split(' ').collect();
        let [first, .., last] = words.as_slice() else {
            probes.push(name(Some(format!("{whole} ")), &[], SHOWN as i64 + 1));
            probes.push(name(None, &[&format!(" {whole} ")], SHOWN as i64 + 1));
            continue;
        };
        let initial: String = first.chars().take(1).collect();
        let initial_of_last: String = last.chars().take(1).collect();
        let rest_of_last: String = last.chars().skip(1).collect();
        probes.push(name(None, &[first, last], 20)); // swapped, or with more names
        probes.push(name(Some(initial), &[&format!(" {last} ")], 40)); // same last name and initial
        probes.push(name(Some(format!("{first} {initial_of_last}")), &[], 100)); // a slip in the last name
        probes.push(name(Some(format!("{first} ")), &[&rest_of_last], 20)); // in its first letter
    }
    if let Some((mailbox, _)) = wanted.email.as_deref().and_then(|email| email.rsplit_once('@')) {
        let middle = mailbox.chars().count().div_ceil(2);
        let (start, end): (String, String) =
            (mailbox.chars().take(middle).collect(), mailbox.chars().skip(middle).collect());
        let email = |starts: String, limit| Probe { email_starts: Some(starts), ..name(None, &[], limit) };
        probes.push(email(format!("{mailbox}@"), 10)); // at another domain
        probes.push(email(start, 60)); // a slip in what follows
        probes.push(name(None, &[&format!("{end}@")], 20)); // or before
    }
    probes
}
