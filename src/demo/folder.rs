//! The story as files: the folder that the demo is loaded from.

use super::belonging;
use super::csv::File;
use super::history;
use super::people::{COMPANIES, FREE, PEOPLE, TEAMS, manager, place};
use super::projects::PROJECTS;
use super::sentences::READABLE;
use super::special;
use super::story::{Story, id_or_empty, owner, user};
use crate::db::Timestamp;
use crate::kick_start::InMemory;

/// The demo's folder, as if its last day was yesterday.
pub fn folder(now: Timestamp) -> InMemory {
    let mut story = Story::new(now);
    story.weeks();
    story.what_is_next();
    story.reports_and_dashboards();
    for (owner, project, name, content) in READABLE {
        let project = PROJECTS.iter().position(|(other, ..)| other == project);
        let days_ago = project.map_or(200, |project| PROJECTS[project].2.0 - 10);
        story.readable(place(owner.0, owner.1), project, name, content, days_ago);
    }
    special::cleo(&mut story);
    special::clients(&mut story);
    story.finish()
}

impl Story {
    fn finish(mut self) -> InMemory {
        let users = self.users();
        let mut projects = File::new("id,name,owner_id,created_at");
        for (project, (name, _, (from, _))) in PROJECTS.iter().enumerate() {
            let at = format!("{} 07:30:00", self.day(*from));
            projects.numbered(&[name, &user(owner(project)), &at]);
        }
        let mut tasks = File::new("id,title,project_id,assignee_id,creator_id,status,created_at");
        for task in &self.tasks {
            let at = format!("{} 07:45:00", self.day(task.created_days_ago));
            let (project, assignee) = ((task.project + 1).to_string(), id_or_empty(task.assignee));
            tasks.numbered(&[&task.title, &project, &assignee, &user(task.creator), task.status, &at]);
        }
        let mut companies = File::new("id,name");
        for name in COMPANIES {
            companies.numbered(&[name]);
        }
        let mut teams = File::new("id,name");
        for (_, name) in TEAMS {
            teams.numbered(&[name]);
        }
        let mut organization = File::new("name");
        organization.row(&["Northwind Studio"]);
        let mut folder = self.contents;
        for (name, file) in [
            ("organization.csv", organization),
            ("licenses.csv", licenses()),
            ("companies.csv", companies),
            ("teams.csv", teams),
            ("users.csv", users),
            ("projects.csv", projects),
            ("tasks.csv", tasks),
            ("issues.csv", self.issues),
            ("assignments.csv", self.assignments),
            ("hours.csv", self.hours),
            ("notes.csv", self.notes),
            ("documents.csv", self.documents),
            ("reports.csv", self.reports),
            ("dashboards.csv", self.dashboards),
        ] {
            folder.files.insert(name.into(), file.into_bytes());
        }
        for (name, file) in belonging::files() {
            folder.files.insert(name.into(), file.into_bytes());
        }
        folder
    }

    fn users(&mut self) -> File {
        let mut users = File::new(
            "id,first_name,last_name,email,title,company_id,team_id,access_level,active,created_at,last_login_at,\
             time_zone,state_changed_at,reports_to,group_id,job_role_id,employee_number,mobile,about",
        );
        for (who, person) in PEOPLE.iter().enumerate() {
            // An account that nobody ever used was made a while ago; Signe's is new.
            let joined = person.there.first().map_or(if person.first_name == "Signe" { 6 } else { 200 }, |span| span.0);
            let seen = match person.there.last() {
                None => String::new(),
                Some((_, 0)) => self.lately(),
                Some((_, until)) => self.moment(*until),
            };
            let team = TEAMS.iter().position(|(team, _)| *team == person.team);
            let off_since = person.there.last().filter(|_| person.off).map(|(_, until)| self.moment(*until));
            let created = self.moment(joined);
            let zone = match person.last_name {
                "Marchetti" if !person.title.is_empty() => "Europe/Rome",
                "Tanaka" => "Asia/Tokyo",
                "Moura" => "Europe/Lisbon",
                _ => "",
            };
            users.numbered(&[
                person.first_name,
                person.last_name,
                &person.email(),
                person.title,
                &(person.company + 1).to_string(),
                &id_or_empty(team),
                person.level.name(),
                if person.off { "0" } else { "1" },
                &created,
                &seen,
                zone,
                off_since.as_deref().unwrap_or(""),
                &id_or_empty(manager(who)),
                &belonging::group(person),
                &belonging::job_role(person),
                &belonging::employee_number(who, person),
                &belonging::mobile(who, person),
                belonging::about(person),
            ]);
        }
        users
    }
}

/// As many as are active, and the few that are free.
fn licenses() -> File {
    let mut licenses = File::new("license_type,seats");
    for (license_type, free) in FREE {
        let active = PEOPLE.iter().filter(|one| !one.off && one.level.license_type().name() == license_type).count();
        // Two freelancers, a developer and an account that was never used are off by now: see `history`.
        let gone = history::seats_given_back(license_type);
        licenses.row(&[license_type, &(active as i64 - gone + free).to_string()]);
    }
    licenses.row(&["External", ""]);
    licenses
}
