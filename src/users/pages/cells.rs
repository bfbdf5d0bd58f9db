//! What stands in a column: on the page as people read it, in a file as programs do.

use jiff::tz::TimeZone;

use crate::db::Timestamp;
use crate::users::State;
use crate::users::list::{Column, Columns, Names, Row};
use crate::web::table_file::{Cell, Cells};
use crate::web::{Page, text};

impl Row {
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    pub fn initials(&self) -> String {
        text::initials(&self.first_name, &self.last_name)
    }

    pub fn avatar(&self) -> i64 {
        text::avatar(self.id.0)
    }

    pub fn mailbox(&self) -> &str {
        self.email.rsplit_once('@').map_or(self.email.as_str(), |(mailbox, _)| mailbox)
    }

    pub fn host(&self) -> String {
        self.email.rsplit_once('@').map_or_else(String::new, |(_, host)| format!("@{host}"))
    }

    /// "Leaves 1 Dec, 18:00", in the zone in which the date was set.
    pub fn leaves(&self, now: &Timestamp) -> Option<String> {
        let at = self.leaves_at?;
        let zone = TimeZone::get(&self.leaves_zone).unwrap_or(TimeZone::UTC);
        let verb = if at <= *now { "Left" } else { "Leaves" };
        Some(format!("{verb} {}", text::moment(at, *now, &zone)))
    }

    pub fn is_active(&self) -> bool {
        self.state == State::Active
    }

    pub fn level_name(&self) -> &'static str {
        self.level.map_or("–", |level| level.name())
    }

    pub fn license_name(&self) -> &'static str {
        self.level.map_or("–", |level| level.license_type().name())
    }

    /// A text that needs no knowledge of times.
    fn plain<'a>(&'a self, column: Column, names: &'a Names) -> Option<&'a str> {
        let of = |id: Option<i64>, name: &dyn Fn(i64) -> Option<&'a str>| id.and_then(name).unwrap_or_default();
        let cause = || names.cause(self);
        Some(match column {
            Column::Title => &self.title,
            Column::Email => &self.email,
            Column::Phone => &self.phone,
            Column::Mobile => &self.mobile,
            Column::EmployeeNumber => &self.employee_number,
            Column::Level => self.level.map_or("", |level| level.name()),
            Column::License => self.level.map_or("", |level| level.license_type().name()),
            Column::Company => of(self.company_id, &|id| names.company(id)),
            Column::Team => of(self.team_id, &|id| names.team(id)),
            Column::Group => of(self.group_id, &|id| names.group(id)),
            Column::JobRole => of(self.job_role_id, &|id| names.job_role(id)),
            Column::Manager => self.manager_id.and_then(|id| names.person(id)).unwrap_or_default(),
            Column::TimeZone => &self.time_zone,
            Column::Status => self.state.name(),
            Column::OffBy => cause().and_then(|cause| names.starter(cause.by?)).unwrap_or_default(),
            Column::OffWhy => cause().map_or("", |cause| cause.reason.as_str()),
            Column::Name | Column::LastSignIn | Column::Created | Column::Leaving | Column::OffSince => return None,
        })
    }

    fn moment(&self, column: Column) -> Option<Timestamp> {
        match column {
            Column::LastSignIn => Some(self.last_sign_in_at).filter(|at| !at.is_never()),
            Column::Created => Some(self.created_at),
            Column::Leaving => self.leaves_at,
            Column::OffSince => Some(self.state_changed_at).filter(|_| self.state == State::Deactivated),
            _ => None,
        }
    }

    /// As the page shows it. Empty: there is nothing to say.
    pub fn shown(&self, column: &Column, names: &Names, page: &Page) -> String {
        if let Some(plain) = self.plain(*column, names) {
            return plain.to_owned();
        }
        match (column, self.moment(*column)) {
            (Column::Name, _) => self.name(),
            (Column::LastSignIn, None) => "never".into(),
            (Column::LastSignIn, Some(at)) => page.recently(&at),
            (Column::Leaving, Some(at)) => page.moment(&at),
            (_, Some(at)) => page.day(&at),
            (_, None) => String::new(),
        }
    }

    /// As a file has it, after the id: the name in two cells, a moment in this zone.
    pub fn cells(&self, columns: &Columns, names: &Names, zone: &TimeZone) -> Cells {
        let mut cells = vec![Cell::Number(self.id.0)];
        for column in columns.shown() {
            match (column, self.plain(*column, names)) {
                (Column::Name, _) => {
                    cells.push(Cell::Text(self.first_name.clone()));
                    cells.push(Cell::Text(self.last_name.clone()));
                }
                (_, Some(plain)) => cells.push(Cell::Text(plain.to_owned())),
                (column, None) => {
                    let moment = self.moment(*column).map(|at| Cell::Moment(at.in_zone(zone)));
                    cells.push(moment.unwrap_or(Cell::Text(String::new())));
                }
            }
        }
        cells
    }
}

/// The head of a file: where a column holds moments, it names their zone.
pub fn head(columns: &Columns, zone: &TimeZone) -> Vec<String> {
    let zone = zone.iana_name().unwrap_or("UTC");
    let mut head = vec!["id".to_owned()];
    for column in columns.shown() {
        match column {
            Column::Name => head.extend(["first_name".to_owned(), "last_name".to_owned()]),
            Column::LastSignIn | Column::Created | Column::Leaving | Column::OffSince => {
                head.push(format!("{} ({zone})", column.as_str()));
            }
            column => head.push(column.as_str().to_owned()),
        }
    }
    head
}
