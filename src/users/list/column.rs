//! The columns of a view: which there are, and which of them are shown in what order.

use super::sort::By;
use crate::db::text_enum;

text_enum! {
    /// What a view can show of a person, in the order in which it is offered.
    pub enum Column {
        Name = "name",
        Title = "title",
        Email = "email",
        Phone = "phone",
        Mobile = "mobile",
        EmployeeNumber = "employee_number",
        Level = "access_level",
        License = "license",
        Company = "company",
        Team = "team",
        Group = "group",
        JobRole = "job_role",
        Manager = "manager",
        TimeZone = "time_zone",
        LastSignIn = "last_sign_in",
        Created = "created",
        Status = "status",
        Leaving = "leaving",
        OffSince = "off_since",
        OffBy = "off_by",
        OffWhy = "off_why",
    }
}

impl Column {
    pub fn name(self) -> &'static str {
        match self {
            Column::Name => "Name",
            Column::Title => "Title",
            Column::Email => "Email",
            Column::Phone => "Phone",
            Column::Mobile => "Mobile",
            Column::EmployeeNumber => "Employee number",
            Column::Level => "Access Level",
            Column::License => "License",
            Column::Company => "Company",
            Column::Team => "Team",
            Column::Group => "Group",
            Column::JobRole => "Job role",
            Column::Manager => "Manager",
            Column::TimeZone => "Time zone",
            Column::LastSignIn => "Last sign-in",
            Column::Created => "Created",
            Column::Status => "Status",
            Column::Leaving => "Leaving",
            Column::OffSince => "Off since",
            Column::OffBy => "Off by",
            Column::OffWhy => "Off because",
        }
    }

    /// It holds days or times, which are short and do not wrap.
    pub fn is_moment(self) -> bool {
        matches!(self, Column::LastSignIn | Column::Created | Column::Leaving | Column::OffSince)
    }

    /// The order that a click on its head asks for.
    pub fn sorts(self) -> Option<By> {
        match self {
            Column::Name => Some(By::Name),
            Column::Email => Some(By::Email),
            Column::LastSignIn => Some(By::LastSignIn),
            _ => None,
        }
    }
}

/// The columns of a view, each once, the name always among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(Vec<Column>);

const STANDARD: [Column; 7] =
    [Column::Name, Column::Title, Column::Email, Column::Level, Column::License, Column::LastSignIn, Column::Status];

impl Default for Columns {
    fn default() -> Self {
        Columns(STANDARD.to_vec())
    }
}

impl Columns {
    /// `name,email,team`. The standard ones, if none of the words is known.
    pub fn parse(text: &str) -> Self {
        Columns::of(text.split(',').filter_map(Column::parse))
    }

    pub fn of(columns: impl IntoIterator<Item = Column>) -> Self {
        let mut chosen: Vec<Column> = Vec::new();
        for column in columns {
            if !chosen.contains(&column) {
                chosen.push(column);
            }
        }
        if chosen.is_empty() {
            return Columns::default();
        }
        if !chosen.contains(&Column::Name) {
            chosen.insert(0, Column::Name);
        }
        Columns(chosen)
    }

    pub fn is_standard(&self) -> bool {
        self.0 == STANDARD
    }

    pub fn shown(&self) -> &[Column] {
        &self.0
    }

    pub fn have(&self, column: Column) -> bool {
        self.0.contains(&column)
    }

    /// The others, in the order in which they are offered.
    pub fn not_shown(&self) -> Vec<Column> {
        Column::ALL.iter().copied().filter(|column| !self.have(*column)).collect()
    }

    pub fn as_words(&self) -> String {
        self.0.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(",")
    }

    /// The same with one column a place further up or down.
    pub fn moved(&self, column: Column, is_up: bool) -> Self {
        let mut columns = self.0.clone();
        if let Some(at) = columns.iter().position(|shown| *shown == column) {
            let to = if is_up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < columns.len()) };
            if let Some(to) = to {
                columns.swap(at, to);
            }
        }
        Columns(columns)
    }
}
