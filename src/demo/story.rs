//! Two years of work, told week by week: who was there did something, somewhere, and left traces.

use std::collections::HashMap;

use super::chance::Chance;
use super::csv::File;
use super::people::{PEOPLE, Person, place};
use super::projects::{DASHBOARDS, ISSUES, PROJECTS, REPORTS, STUDIOS_OWN, tasks};
use super::sentences::{ANSWERS, DOCUMENTS, NOTES};
use crate::db::Timestamp;
use crate::kick_start::InMemory;
use crate::licenses::AccessLevel;

/// Days of work that the demo tells.
const DAYS: i64 = 730;

pub struct Task {
    pub title: String,
    /// Places in the lists of projects and people.
    pub project: usize,
    pub assignee: Option<usize>,
    pub creator: usize,
    pub status: &'static str,
    pub created_days_ago: i64,
}

/// The files of the folder, while they are written.
pub struct Story {
    now: Timestamp,
    pub chance: Chance,
    pub tasks: Vec<Task>,
    pub issues: File,
    pub assignments: File,
    pub hours: File,
    pub notes: File,
    pub documents: File,
    pub reports: File,
    pub dashboards: File,
    /// The content of documents that can be opened.
    pub contents: InMemory,
    titles: HashMap<(usize, &'static str), usize>,
}

impl Story {
    pub fn new(now: Timestamp) -> Self {
        Story {
            now,
            chance: Chance::new(1871),
            tasks: Vec::new(),
            issues: File::new("id,title,project_id,reporter_id,status,created_at,assignee_id"),
            assignments: File::new("task_id,user_id,assigned_by,assigned_at,ended_at"),
            hours: File::new("id,user_id,task_id,minutes,spent_on"),
            notes: File::new("id,author_id,task_id,body,created_at"),
            documents: File::new("id,owner_id,project_id,name,bytes,created_at,file"),
            reports: File::new("id,owner_id,name,created_at,creator_id"),
            dashboards: File::new("id,owner_id,name,created_at"),
            contents: InMemory::default(),
            titles: HashMap::new(),
        }
    }

    pub fn weeks(&mut self) {
        // What somebody is busy with in a project, and how many entries it will still take.
        let mut busy: HashMap<(usize, usize), (usize, i64)> = HashMap::new();
        for week in (0..DAYS / 7).rev() {
            for (who, person) in PEOPLE.iter().enumerate().filter(|(_, person)| person.pace > 0) {
                let entries = self.chance.between(person.pace * 6 / 10, person.pace * 14 / 10);
                for _ in 0..entries {
                    let days_ago = week * 7 + self.chance.between(1, 5);
                    if is_there(person, days_ago) {
                        let project = self.project_for(who, days_ago);
                        let (task, left) = busy.remove(&(who, project)).unwrap_or_else(|| {
                            let task = self.begin(who, project, days_ago);
                            (task, self.chance.between(4, 16))
                        });
                        self.work(who, task, days_ago);
                        if left > 1 {
                            busy.insert((who, project), (task, left - 1));
                        } else {
                            self.tasks[task].status = "done";
                        }
                    }
                }
            }
        }
        // What was begun long ago and never touched again is done, but not for people who have gone: theirs waits.
        let mut unfinished: Vec<_> = busy.into_iter().collect();
        unfinished.sort_unstable();
        for ((who, project), (task, _)) in unfinished {
            let is_over = PROJECTS[project].2.1 > 0;
            let has_gone = PEOPLE[who].there.last().is_some_and(|(_, until)| *until > 0);
            let is_old = self.tasks[task].created_days_ago > 60;
            self.tasks[task].status = match () {
                () if is_over || (is_old && !has_gone) => "done",
                () if self.chance.percent(60) => "doing",
                () => "open",
            };
        }
    }

    /// One of the few projects that somebody works on at a time; mostly for clients, now and then for the studio.
    fn project_for(&mut self, who: usize, days_ago: i64) -> usize {
        let runs = |project: usize| (PROJECTS[project].2.1..=PROJECTS[project].2.0).contains(&days_ago);
        let is_theirs = |project: usize| (project * 7 + who * 3).is_multiple_of(4) || owner(project) == who;
        let inside = self.chance.percent(10);
        let mut choice: Vec<usize> = (0..PROJECTS.len())
            .filter(|project| runs(*project) && is_theirs(*project) && (*project < STUDIOS_OWN) == inside)
            .collect();
        if choice.is_empty() {
            choice = (0..PROJECTS.len()).filter(|project| runs(*project)).collect();
        }
        *self.chance.one_of(&choice)
    }

    fn begin(&mut self, who: usize, project: usize, days_ago: i64) -> usize {
        let title = *self.chance.one_of(tasks(PEOPLE[who].team));
        let owner = owner(project);
        let creator = if self.chance.percent(65) && is_there(&PEOPLE[owner], days_ago) { owner } else { who };
        let task = self.task(title, project, Some(who), creator, "doing", days_ago);
        if self.chance.percent(9) {
            self.second_assignee(task, who, days_ago);
        }
        task
    }

    /// Adds a task; a title that the project has already gets a number.
    pub fn task(
        &mut self,
        title: &'static str,
        project: usize,
        assignee: Option<usize>,
        creator: usize,
        status: &'static str,
        created_days_ago: i64,
    ) -> usize {
        let times = self.titles.entry((project, title)).or_default();
        *times += 1;
        let title = if *times > 1 { format!("{title} ({times})") } else { title.to_owned() };
        self.tasks.push(Task { title, project, assignee, creator, status, created_days_ago });
        self.tasks.len() - 1
    }

    fn second_assignee(&mut self, task: usize, first: usize, days_ago: i64) {
        let second = self.somebody(days_ago);
        if second != first {
            let ended = if self.chance.percent(40) { self.moment((days_ago - 6).max(1)) } else { String::new() };
            let at = self.moment(days_ago);
            let by = user(self.tasks[task].creator);
            self.assignments.row(&[&(task + 1).to_string(), &user(second), &by, &at, &ended]);
        }
    }

    /// Somebody who was there and works on things.
    fn somebody(&mut self, days_ago: i64) -> usize {
        let there: Vec<usize> = (0..PEOPLE.len())
            .filter(|who| PEOPLE[*who].pace > 1 && is_there(&PEOPLE[*who], days_ago) && PEOPLE[*who].there[0].1 == 0)
            .collect();
        *self.chance.one_of(&there)
    }

    /// One entry of hours, and now and then what comes with it.
    fn work(&mut self, who: usize, task: usize, days_ago: i64) {
        let person = &PEOPLE[who];
        if person.level.rights().include(crate::licenses::Rights::DO_WORK) {
            let quarters = self.chance.between(2, (180 / person.pace.max(5)).min(28));
            self.hours(who, task, quarters * 15, days_ago);
        }
        if self.chance.percent(22) {
            self.note(who, task, days_ago);
        }
        if self.chance.percent(3) {
            let project = self.tasks[task].project;
            let name = *self.chance.one_of(DOCUMENTS);
            let own_area = self.chance.percent(12);
            self.document((who, (!own_area).then_some(project)), name, days_ago);
        }
        if self.chance.percent(3) {
            let assignee = self.somebody(days_ago);
            let status = if days_ago > 30 || self.chance.percent(50) { "closed" } else { "open" };
            self.issue(who, self.tasks[task].project, Some(assignee), status, days_ago);
        }
    }

    pub fn hours(&mut self, who: usize, task: usize, minutes: i64, days_ago: i64) {
        let day = self.day(days_ago);
        self.hours.numbered(&[&user(who), &(task + 1).to_string(), &minutes.to_string(), &day]);
    }

    pub fn note(&mut self, who: usize, task: usize, days_ago: i64) {
        let mut body = (*self.chance.one_of(NOTES)).to_owned();
        if self.chance.percent(35) {
            body = format!("{body} {}", self.chance.one_of(ANSWERS));
        }
        let at = self.moment(days_ago);
        self.notes.numbered(&[&user(who), &(task + 1).to_string(), &body, &at]);
    }

    /// A document without content, of an owner and in a project (`None`: their own area).
    pub fn document(&mut self, (owner, project): (usize, Option<usize>), name: &str, days_ago: i64) {
        let bytes = self.chance.between(20_000, 9_000_000).to_string();
        let at = self.moment(days_ago);
        let name = project.map_or(name.to_owned(), |project| format!("{}, {name}", PROJECTS[project].0));
        self.documents.numbered(&[&user(owner), &id_or_empty(project), &name, &bytes, &at, ""]);
    }

    /// A document that can be opened.
    pub fn readable(&mut self, owner: usize, project: Option<usize>, name: &str, content: &str, days_ago: i64) {
        let at = self.moment(days_ago);
        self.documents.numbered(&[&user(owner), &id_or_empty(project), name, "", &at, name]);
        self.contents.documents.insert(name.to_owned(), content.into());
    }

    pub fn issue(&mut self, who: usize, project: usize, assignee: Option<usize>, status: &str, days_ago: i64) {
        let title = *self.chance.one_of(ISSUES);
        let at = self.moment(days_ago);
        let assignee = id_or_empty(assignee);
        self.issues.numbered(&[title, &(project + 1).to_string(), &user(who), status, &at, &assignee]);
    }

    pub fn report(&mut self, owner: usize, creator: usize, name: &str, days_ago: i64) {
        let at = self.moment(days_ago);
        self.reports.numbered(&[&user(owner), name, &at, &user(creator)]);
    }

    pub fn dashboard(&mut self, owner: usize, name: &str, days_ago: i64) {
        let at = self.moment(days_ago);
        self.dashboards.numbered(&[&user(owner), name, &at]);
    }

    /// Work that waits: in each running project a few tasks that nobody has begun, some without anybody.
    pub fn what_is_next(&mut self) {
        for (project, (.., (_, until))) in PROJECTS.iter().enumerate() {
            for _ in 0..if *until == 0 { self.chance.between(2, 5) } else { 0 } {
                let days_ago = self.chance.between(1, 20);
                let who = self.somebody(days_ago);
                let title = *self.chance.one_of(tasks(PEOPLE[who].team));
                let assignee = self.chance.percent(70).then_some(who);
                let creator = if PEOPLE[owner(project)].there.last().is_some_and(|(_, until)| *until == 0) {
                    owner(project)
                } else {
                    who
                };
                self.task(title, project, assignee, creator, "open", days_ago);
            }
        }
    }

    pub fn reports_and_dashboards(&mut self) {
        for (who, person) in PEOPLE.iter().enumerate() {
            let Some((from, until)) = person.there.last().copied().filter(|_| person.pace > 0) else { continue };
            let many = matches!(person.level, AccessLevel::SystemAdministrator | AccessLevel::Standard);
            for _ in 0..self.chance.between(0, if many { 3 } else { 1 }) {
                let name = *self.chance.one_of(REPORTS);
                let days_ago = self.chance.between(until.max(1), from.min(DAYS));
                self.report(who, who, name, days_ago);
            }
            if self.chance.percent(25) {
                let name = *self.chance.one_of(DASHBOARDS);
                let days_ago = self.chance.between(until.max(1), from.min(DAYS));
                self.dashboard(who, name, days_ago);
            }
        }
    }

    /// A moment of a working day; a weekend's counts as Friday's.
    pub fn moment(&mut self, days_ago: i64) -> String {
        let (hour, minute, second) =
            (self.chance.between(8, 17), self.chance.between(0, 59), self.chance.between(0, 59));
        format!("{} {hour:02}:{minute:02}:{second:02}", self.day(days_ago))
    }

    pub fn day(&self, days_ago: i64) -> String {
        use jiff::civil::Weekday::{Saturday, Sunday};
        let day = |days_ago: i64| self.now.plus_days(-days_ago).in_zone(&jiff::tz::TimeZone::UTC).date();
        let weekend = match day(days_ago).weekday() {
            Saturday => 1,
            Sunday => 2,
            _ => 0,
        };
        day(days_ago + weekend).to_string()
    }

    /// The last sign-in of somebody who comes every day.
    pub fn lately(&mut self) -> String {
        let days_ago = self.chance.between(0, 2);
        let at = self.moment(days_ago);
        let now = self.now.in_zone(&jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string();
        if at < now { at } else { self.moment(1) }
    }
}

fn is_there(person: &Person, days_ago: i64) -> bool {
    days_ago > 0 && person.there.iter().any(|(from, until)| (*until..=*from).contains(&days_ago))
}

pub fn owner(project: usize) -> usize {
    let (first_name, last_name) = PROJECTS[project].1;
    place(first_name, last_name)
}

/// The id of a person in the folder.
pub fn user(who: usize) -> String {
    (who + 1).to_string()
}

pub fn id_or_empty(place: Option<usize>) -> String {
    place.map(|place| (place + 1).to_string()).unwrap_or_default()
}
