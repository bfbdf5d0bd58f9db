//! The first reading: every problem of the folder is found before anything is loaded.

use std::collections::BTreeMap;
use std::convert::Infallible;

use super::fields::{Fields, NAME};
use super::format::{self, Format};
use super::problems::Problems;
use super::references::{First, References};
use super::source::Source;
use super::table::each_row;
use super::{Progress, people, work};
use crate::licenses::LicenseType;

/// A folder that was found to be right, and what is loaded before its rows.
pub struct Checked<'s> {
    pub all: References<'s>,
    /// Empty: the folder does not name the organization.
    pub organization: String,
    /// Seats per license type that the folder names (`None`: unlimited).
    pub seats: BTreeMap<LicenseType, Option<i64>>,
    /// Rows per file.
    pub rows: BTreeMap<&'static str, u64>,
}

/// Reads everything once. `Err`: the problems found.
pub fn check<'s>(
    source: &'s dyn Source,
    first: Option<First>,
    tell: &mut dyn FnMut(Progress),
) -> Result<Checked<'s>, Problems> {
    let mut problems = Problems::default();
    known_files(source, &mut problems);
    let mut all = References::new(source, first);
    let mut reader = Reader { source, problems: &mut problems, tell, rows: BTreeMap::new() };
    let mut organization = String::new();
    reader.each(&format::ORGANIZATION, |fields| {
        let name = fields.required_text("name", NAME);
        if !organization.is_empty() {
            fields.wrong("name", "the organization has a name already, in the line before");
        }
        organization = name;
    });
    let mut seats = BTreeMap::new();
    reader.each(&format::LICENSES, |fields| license(fields, &mut seats));
    reader.each(&format::COMPANIES, |fields| people::company(fields, &mut all));
    reader.each(&format::TEAMS, |fields| people::team(fields, &mut all));
    reader.each(&format::GROUPS, |fields| people::group(fields, &mut all));
    reader.each(&format::JOB_ROLES, |fields| people::job_role(fields, &mut all));
    reader.each(&format::USERS, |fields| people::user(fields, &mut all));
    if all.has_managers && reader.problems.total == 0 {
        reader.each(&format::USERS, |fields| people::manager(fields, &mut all));
    }
    reader.each(&format::TEAM_MEMBERS, |fields| people::team_member(fields, &mut all));
    reader.each(&format::GROUP_MEMBERS, |fields| people::group_member(fields, &mut all));
    reader.each(&format::PROJECTS, |fields| work::project(fields, &mut all));
    reader.each(&format::TASKS, |fields| work::task(fields, &mut all));
    reader.each(&format::ISSUES, |fields| work::issue(fields, &mut all));
    reader.each(&format::ASSIGNMENTS, |fields| work::assignment(fields, &mut all));
    reader.each(&format::HOURS, |fields| work::hour(fields, &mut all));
    reader.each(&format::NOTES, |fields| work::note(fields, &mut all));
    reader.each(&format::DOCUMENTS, |fields| work::document(fields, &mut all));
    reader.each(&format::REPORTS, |fields| work::report(fields, &mut all));
    reader.each(&format::DASHBOARDS, |fields| work::dashboard(fields, &mut all));
    let rows = reader.rows;
    enough_seats(&seats, &all, &mut problems);
    if all.first.is_none() && all.administrators == 0 && problems.total == 0 {
        problems.in_file("users.csv", "nobody is an active System Administrator, and the organization has nobody yet");
    }
    if problems.total > 0 {
        return Err(problems);
    }
    // Asked while checking only; a million rows of memory are worth giving back.
    all.forget_what_only_checking_needs();
    let seats = seats.into_iter().map(|(license_type, (owned, _))| (license_type, owned)).collect();
    Ok(Checked { all, organization, seats, rows })
}

struct Reader<'s, 'p> {
    source: &'s dyn Source,
    problems: &'p mut Problems,
    tell: &'p mut dyn FnMut(Progress),
    rows: BTreeMap<&'static str, u64>,
}

impl Reader<'_, '_> {
    fn each<T>(&mut self, format: &'static Format, mut each: impl FnMut(&mut Fields) -> T) {
        let mut tell = |rows, done| (self.tell)(Progress::Checked { file: format.file, rows, done });
        let result = each_row::<Infallible>(self.source, format, self.problems, &mut tell, |fields| {
            each(fields);
            Ok(())
        });
        let Ok(rows) = result;
        self.rows.insert(format.file, rows);
    }
}

/// The folder can be read, has users, and no CSV file that would be left out because its name is mistyped.
fn known_files(source: &dyn Source, problems: &mut Problems) {
    match source.csv_files() {
        Err(error) => problems.in_file("the folder", format!("cannot be read: {error}")),
        Ok(names) => {
            if !names.iter().any(|name| name == format::USERS.file) {
                problems.in_file(format::USERS.file, "this file is missing");
            }
            for name in names.iter().filter(|name| !format::ALL.iter().any(|format| format.file == *name)) {
                let all: Vec<&str> = format::ALL.iter().map(|format| format.file).collect();
                problems.in_file(name, format!("unknown file; there are {}", all.join(", ")));
            }
        }
    }
}

/// Seats owned, and the line that says so.
type Owned = (Option<i64>, u64);

fn license(fields: &mut Fields, seats: &mut BTreeMap<LicenseType, Owned>) {
    let name = fields.text("license_type", NAME);
    let owned = match fields.value("seats") {
        "" => None,
        _ => Some(fields.number("seats", 0..=1_000_000_000)),
    };
    let known = LicenseType::ALL.iter().find(|license_type| license_type.name().eq_ignore_ascii_case(&name));
    let Some(license_type) = known else {
        let all: Vec<&str> = LicenseType::ALL.iter().map(|license_type| license_type.name()).collect();
        return fields.wrong("license_type", format!("“{name}” is unknown; there are {}", all.join(", ")));
    };
    if seats.insert(*license_type, (owned, fields.line)).is_some() {
        fields.wrong("license_type", format!("{name} is there twice"));
    }
}

/// Never more active users than the folder itself has seats for.
fn enough_seats(seats: &BTreeMap<LicenseType, Owned>, all: &References, problems: &mut Problems) {
    for (license_type, (owned, line)) in seats {
        let used = all.new_seats.get(license_type).copied().unwrap_or(0);
        if let Some(owned) = owned.filter(|owned| used > *owned) {
            let text = format!("{owned} {} seats, but {used} active users need one", license_type.name());
            problems.at(format::LICENSES.file, *line, "seats", text);
        }
    }
}
