//! The format: which files a folder may have, and which columns each of them must and may have.

/// A file of the folder.
#[derive(Debug)]
pub struct Format {
    pub file: &'static str,
    pub required: &'static [&'static str],
    pub optional: &'static [&'static str],
}

pub const ORGANIZATION: Format = Format { file: "organization.csv", required: &["name"], optional: &[] };
pub const LICENSES: Format = Format { file: "licenses.csv", required: &["license_type", "seats"], optional: &[] };
pub const COMPANIES: Format = Format { file: "companies.csv", required: &["id", "name"], optional: &[] };
pub const TEAMS: Format = Format { file: "teams.csv", required: &["id", "name"], optional: &[] };
pub const GROUPS: Format = Format { file: "groups.csv", required: &["id", "name"], optional: &[] };
pub const JOB_ROLES: Format = Format { file: "job_roles.csv", required: &["id", "name"], optional: &[] };
pub const USERS: Format = Format {
    file: "users.csv",
    required: &["id", "first_name", "last_name", "email", "access_level", "active", "created_at"],
    optional: &[
        "title",
        "phone",
        "mobile",
        "about",
        "employee_number",
        "company_id",
        "team_id",
        "group_id",
        "job_role_id",
        "last_login_at",
        "time_zone",
        "state_changed_at",
        "reports_to",
    ],
};
pub const TEAM_MEMBERS: Format = Format { file: "team_members.csv", required: &["team_id", "user_id"], optional: &[] };
pub const GROUP_MEMBERS: Format =
    Format { file: "group_members.csv", required: &["group_id", "user_id"], optional: &[] };
pub const PROJECTS: Format =
    Format { file: "projects.csv", required: &["id", "name", "owner_id", "created_at"], optional: &["creator_id"] };
pub const TASKS: Format = Format {
    file: "tasks.csv",
    required: &["id", "title", "project_id", "assignee_id", "creator_id", "status", "created_at"],
    optional: &[],
};
pub const ISSUES: Format = Format {
    file: "issues.csv",
    required: &["id", "title", "project_id", "reporter_id", "status", "created_at"],
    optional: &["assignee_id"],
};
pub const ASSIGNMENTS: Format = Format {
    file: "assignments.csv",
    required: &["user_id", "assigned_at"],
    optional: &["task_id", "issue_id", "assigned_by", "ended_at"],
};
pub const HOURS: Format = Format {
    file: "hours.csv",
    required: &["id", "user_id", "minutes", "spent_on"],
    optional: &["task_id", "issue_id"],
};
pub const NOTES: Format = Format {
    file: "notes.csv",
    required: &["id", "author_id", "body", "created_at"],
    optional: &["task_id", "issue_id"],
};
pub const DOCUMENTS: Format = Format {
    file: "documents.csv",
    required: &["id", "owner_id", "project_id", "name", "bytes", "created_at"],
    optional: &["task_id", "issue_id", "file"],
};
pub const REPORTS: Format = Format {
    file: "reports.csv",
    required: &["id", "owner_id", "name", "created_at"],
    optional: &["creator_id", "runs_as", "groups_by"],
};
pub const DASHBOARDS: Format =
    Format { file: "dashboards.csv", required: &["id", "owner_id", "name", "created_at"], optional: &["creator_id"] };

/// All files, in the order in which they are read: what a row points at comes before it.
pub const ALL: [&Format; 18] = [
    &ORGANIZATION,
    &LICENSES,
    &COMPANIES,
    &TEAMS,
    &GROUPS,
    &JOB_ROLES,
    &USERS,
    &TEAM_MEMBERS,
    &GROUP_MEMBERS,
    &PROJECTS,
    &TASKS,
    &ISSUES,
    &ASSIGNMENTS,
    &HOURS,
    &NOTES,
    &DOCUMENTS,
    &REPORTS,
    &DASHBOARDS,
];
