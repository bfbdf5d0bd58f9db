//! What the rows of a folder point at, and what must be known of all of them: ids, addresses, seats.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::fields::Fields;
use super::format::ASSIGNMENTS;
use super::ids::Ids;
use super::source::Source;
use crate::db::UserId;
use crate::licenses::LicenseType;

/// The administrator who is already there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    pub id: UserId,
    pub name: String,
    pub email_key: String,
}

pub struct References<'s> {
    pub source: &'s dyn Source,
    /// True in the first reading, in which ids are learned; in the second they are known.
    pub checking: bool,
    pub first: Option<First>,
    /// The place in users.csv of the administrator who is already there, if they are in the folder too.
    pub place_of_first: Option<usize>,
    pub companies: Ids,
    pub teams: Ids,
    pub groups: Ids,
    pub job_roles: Ids,
    pub users: Ids,
    pub projects: Ids,
    pub tasks: Ids,
    pub issues: Ids,
    pub hours: Ids,
    pub notes: Ids,
    pub documents: Ids,
    pub reports: Ids,
    pub dashboards: Ids,
    /// Folded addresses, with the line each was seen in.
    pub emails: HashMap<String, u64>,
    /// Active users who are not there yet, per license type.
    pub new_seats: BTreeMap<LicenseType, i64>,
    pub active: i64,
    pub deactivated: i64,
    /// Somebody says whom they report to: the file is read once more, when all ids are known.
    pub has_managers: bool,
    /// Place by place: whom they report to. Only kept while checking.
    pub managers: HashMap<i64, i64>,
    pub administrators: u64,
    /// Who belongs to which team and group beside the home ones. Only kept while checking.
    team_members: HashSet<(i64, UserId)>,
    group_members: HashSet<(i64, UserId)>,
    /// Who is assigned what, by work item and user; only kept if there are two places that could say so.
    assigned: Option<HashSet<(i64, UserId)>>,
}

impl<'s> References<'s> {
    pub fn new(source: &'s dyn Source, first: Option<First>) -> Self {
        References {
            source,
            checking: true,
            first,
            place_of_first: None,
            companies: Ids::default(),
            teams: Ids::default(),
            groups: Ids::default(),
            job_roles: Ids::default(),
            users: Ids::default(),
            projects: Ids::default(),
            tasks: Ids::default(),
            // Tasks and issues become work items: no two of them may look like the same one.
            issues: Ids::from(1 << 40),
            hours: Ids::default(),
            notes: Ids::default(),
            documents: Ids::default(),
            reports: Ids::default(),
            dashboards: Ids::default(),
            emails: HashMap::new(),
            new_seats: BTreeMap::new(),
            active: 0,
            deactivated: 0,
            has_managers: false,
            managers: HashMap::new(),
            administrators: 0,
            team_members: HashSet::new(),
            group_members: HashSet::new(),
            assigned: matches!(source.open(ASSIGNMENTS.file), Ok(Some(_))).then(HashSet::new),
        }
    }

    /// The user a column names; the administrator who is already there keeps the id they have.
    pub fn optional_user(&self, fields: &mut Fields, column: &str) -> Option<UserId> {
        fields.optional_reference(column, &self.users, "users.csv").map(|id| self.as_first(id))
    }

    pub fn user(&self, fields: &mut Fields, column: &str) -> UserId {
        self.as_first(fields.reference(column, &self.users, "users.csv"))
    }

    pub fn as_first(&self, fresh: i64) -> UserId {
        let place = usize::try_from(fresh - self.users.base).ok();
        match &self.first {
            Some(first) if place.is_some() && place == self.place_of_first => first.id,
            _ => UserId(fresh),
        }
    }

    /// The work item that `task_id` or `issue_id` names; exactly one of them must.
    pub fn work_item(&self, fields: &mut Fields) -> i64 {
        let item = self.optional_work_item(fields);
        if item.is_none() && fields.value("task_id").is_empty() && fields.value("issue_id").is_empty() {
            fields.wrong("task_id", "is empty");
        }
        item.unwrap_or_default()
    }

    pub fn optional_work_item(&self, fields: &mut Fields) -> Option<i64> {
        if !fields.value("task_id").is_empty() && !fields.value("issue_id").is_empty() {
            fields.wrong("issue_id", "names an issue although task_id names a task: one row is about one of them");
            return None;
        }
        let task = fields.optional_reference("task_id", &self.tasks, "tasks.csv");
        task.or_else(|| fields.optional_reference("issue_id", &self.issues, "issues.csv"))
    }

    /// False if this user is assigned to it already. Asked while checking only.
    pub fn note_assigned(&mut self, work_item: i64, user: UserId) -> bool {
        match &mut self.assigned {
            Some(assigned) if self.checking => assigned.insert((work_item, user)),
            _ => true,
        }
    }

    /// False if this user belongs to this team already. Asked while checking only.
    pub fn note_team_member(&mut self, team: i64, user: UserId) -> bool {
        !self.checking || self.team_members.insert((team, user))
    }

    /// False if this user belongs to this group already. Asked while checking only.
    pub fn note_group_member(&mut self, group: i64, user: UserId) -> bool {
        !self.checking || self.group_members.insert((group, user))
    }

    pub fn forget_what_only_checking_needs(&mut self) {
        self.emails = HashMap::new();
        self.managers = HashMap::new();
        self.team_members = HashSet::new();
        self.group_members = HashSet::new();
        self.assigned = None;
    }
}
