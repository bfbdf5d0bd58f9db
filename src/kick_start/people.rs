//! Companies, teams, groups, job roles and users, and who belongs where beside home, as their rows say.

use super::fields::{ABOUT, Fields, NAME, excerpt};
use super::references::References;
use super::store::{CompanyRow, GroupMemberRow, GroupRow, JobRoleRow, TeamMemberRow, TeamRow, UserRow};
use crate::db::{Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::preferences::zones;
use crate::users::{State, email, names};

/// Characters that an address may have: what mail can carry.
const EMAIL: usize = 254;

pub fn company(fields: &mut Fields, all: &mut References) -> Option<CompanyRow> {
    let id = fields.own_id(&mut all.companies, all.checking);
    let row = CompanyRow { id, name: fields.required_text("name", NAME) };
    fields.finish(row)
}

pub fn team(fields: &mut Fields, all: &mut References) -> Option<TeamRow> {
    let id = fields.own_id(&mut all.teams, all.checking);
    let row = TeamRow { id, name: fields.required_text("name", NAME) };
    fields.finish(row)
}

pub fn group(fields: &mut Fields, all: &mut References) -> Option<GroupRow> {
    let id = fields.own_id(&mut all.groups, all.checking);
    let row = GroupRow { id, name: fields.required_text("name", NAME) };
    fields.finish(row)
}

pub fn job_role(fields: &mut Fields, all: &mut References) -> Option<JobRoleRow> {
    let id = fields.own_id(&mut all.job_roles, all.checking);
    let row = JobRoleRow { id, name: fields.required_text("name", NAME) };
    fields.finish(row)
}

/// Somebody who belongs to a team beside their home team. Whoever is off may be among them: they stay where they were.
pub fn team_member(fields: &mut Fields, all: &mut References) -> Option<TeamMemberRow> {
    let team_id = fields.reference("team_id", &all.teams, "teams.csv");
    let row = TeamMemberRow { team_id, user_id: all.user(fields, "user_id") };
    let row = fields.finish(row)?;
    if !all.note_team_member(row.team_id, row.user_id) {
        fields.wrong("user_id", "this user belongs to it already");
    }
    fields.finish(row)
}

/// Somebody who belongs to a group beside their home group.
pub fn group_member(fields: &mut Fields, all: &mut References) -> Option<GroupMemberRow> {
    let group_id = fields.reference("group_id", &all.groups, "groups.csv");
    let row = GroupMemberRow { group_id, user_id: all.user(fields, "user_id") };
    let row = fields.finish(row)?;
    if !all.note_group_member(row.group_id, row.user_id) {
        fields.wrong("user_id", "this user belongs to it already");
    }
    fields.finish(row)
}

/// A user. `Some(None)`: the administrator who is already there, and stays as they are.
pub fn user(fields: &mut Fields, all: &mut References) -> Option<Option<UserRow>> {
    let id = fields.own_id(&mut all.users, all.checking);
    let place = (id - all.users.base) as usize;
    let first_name = fields.text("first_name", NAME);
    let last_name = fields.text("last_name", NAME);
    if first_name.is_empty() && last_name.is_empty() {
        fields.wrong("first_name", "is empty, and so is last_name");
    }
    let email = address(fields);
    let email_key = names::email_key(&email);
    let level = access_level(fields);
    let is_active = active(fields);
    let time_zone = fields.text("time_zone", NAME);
    if !time_zone.is_empty() && !zones::is_zone(&time_zone) {
        fields.wrong("time_zone", format!("“{time_zone}” is not a time zone such as Europe/Vienna"));
    }
    let created_at = fields.moment("created_at");
    let row = UserRow {
        id: UserId(id),
        name_key: names::name_key(&first_name, &last_name),
        email_key: email_key.clone(),
        first_name,
        last_name,
        email,
        title: fields.text("title", NAME),
        phone: fields.text("phone", 50),
        mobile: fields.text("mobile", 50),
        about: fields.optional_long_text("about", ABOUT),
        employee_number: fields.text("employee_number", 50),
        company_id: fields.optional_reference("company_id", &all.companies, "companies.csv"),
        team_id: fields.optional_reference("team_id", &all.teams, "teams.csv"),
        group_id: fields.optional_reference("group_id", &all.groups, "groups.csv"),
        job_role_id: fields.optional_reference("job_role_id", &all.job_roles, "job_roles.csv"),
        time_zone,
        state: if is_active { State::Active } else { State::Deactivated },
        access_level: level.filter(|_| is_active),
        last_access_level: level.unwrap_or(AccessLevel::Light),
        created_at,
        last_sign_in_at: fields.optional_moment("last_login_at").unwrap_or(Timestamp::NEVER),
        state_changed_at: fields.optional_moment("state_changed_at").unwrap_or(created_at),
        version: 1,
    };
    all.has_managers |= !fields.value("reports_to").is_empty();
    let is_first = all.first.as_ref().is_some_and(|first| first.email_key == email_key);
    if all.checking {
        note_email(fields, all, email_key);
        if is_first {
            let name = all.first.as_ref().map(|first| first.name.clone()).unwrap_or_default();
            if row.access_level != Some(AccessLevel::SystemAdministrator) {
                let text = format!("{name}, who has this address, is here already as an active System Administrator");
                fields.wrong("access_level", text);
            }
            all.place_of_first = Some(place);
        } else if let Some(level) = row.access_level {
            *all.new_seats.entry(level.license_type()).or_default() += 1;
            all.active += 1;
            all.administrators += u64::from(level == AccessLevel::SystemAdministrator);
        } else {
            all.deactivated += 1;
        }
    }
    fields.finish((!is_first).then_some(row))
}

/// Whom somebody reports to: the person and the manager. `Some(None)`: nobody.
pub fn manager(fields: &mut Fields, all: &mut References) -> Option<Option<(UserId, UserId)>> {
    let user = fields.value("id").parse().ok().and_then(|id| all.users.fresh(id));
    let manager = fields.optional_reference("reports_to", &all.users, "users.csv");
    let Some((user, manager)) = user.zip(manager) else { return fields.finish(None) };
    if all.checking {
        let mut above = Some(manager);
        // A circle is closed by its last row; the rows before it were fine.
        while above.is_some() && above != Some(user) {
            above = above.and_then(|one| all.managers.get(&one).copied());
        }
        if above == Some(user) {
            fields.wrong("reports_to", "nobody reports to themselves, nor to somebody who reports to them");
        } else {
            all.managers.insert(user, manager);
        }
    }
    fields.finish(Some((all.as_first(user), all.as_first(manager))))
}

fn address(fields: &mut Fields) -> String {
    let address = fields.required_text("email", EMAIL);
    if !address.is_empty() && email::problem(&address).is_some() {
        fields.wrong("email", format!("“{}” is not an email address", excerpt(&address)));
    }
    address
}

fn note_email(fields: &mut Fields, all: &mut References, email_key: String) {
    if email_key.is_empty() {
        return;
    }
    let line = fields.line;
    match all.emails.entry(email_key) {
        std::collections::hash_map::Entry::Occupied(other) => {
            fields.wrong("email", format!("“{}” is the address of line {} too", other.key(), other.get()));
        }
        std::collections::hash_map::Entry::Vacant(free) => {
            free.insert(line);
        }
    }
}

fn access_level(fields: &mut Fields) -> Option<AccessLevel> {
    let text = fields.required_text("access_level", NAME);
    let level = AccessLevel::by_name(&text);
    if level.is_none() && !text.is_empty() {
        let all: Vec<&str> = AccessLevel::ALL.iter().map(|level| level.name()).collect();
        fields.wrong("access_level", format!("“{text}” is unknown; there are {}", all.join(", ")));
    }
    level
}

fn active(fields: &mut Fields) -> bool {
    let text = fields.value("active");
    if !matches!(text, "0" | "1") {
        fields.wrong("active", format!("“{}” is neither 1 (active) nor 0 (deactivated)", excerpt(text)));
    }
    text == "1"
}
