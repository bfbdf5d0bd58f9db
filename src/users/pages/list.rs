//! The Users list as an administrator sees it: toolbar, filter, search, order, pages, and what is ticked.

use actix_web::web::{Data, Query};
use askama::Template;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::db;
use crate::db::{OperationId, Timestamp};
use crate::lifecycle::pages::result::{self, ResultNotice};
use crate::sign_in::Administrator;
use crate::users::counts::{self, Counts};
use crate::users::list::{self, By, Filter, Row, Show, Sort};
use crate::users::{State, organization};
use crate::web::page::{local_address, percent_encode};
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Form, Page, Site, text};

/// What the address says beside the filter.
#[derive(Deserialize)]
pub struct View {
    #[serde(default)]
    sort: String,
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
    /// `all`: everybody who matches is selected, on whatever page.
    #[serde(default)]
    selection: String,
    /// `page`: all rows of this page are ticked.
    #[serde(default)]
    tick: String,
    /// An act was chosen with nothing ticked.
    nothing: Option<String>,
    /// Edit was chosen with none or several ticked.
    #[serde(default)]
    edit: String,
    /// What an operation did, said on the way back from it.
    operation: Option<OperationId>,
    /// The count of this filter is asked for.
    count: Option<String>,
}

#[derive(Template)]
#[template(path = "users/index.html", blocks = ["list"])]
struct Index {
    page: Page,
    filter: Filter,
    sort: Sort,
    view: View,
    rows: Rows<Row>,
    counts: Counts,
    counted: Option<i64>,
    result: Option<ResultNotice>,
    organization: String,
}

/// `GET /users`
pub async fn index(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    filter: Query<Filter>,
    view: Query<View>,
) -> Answer {
    let (filter, view) = (filter.into_inner(), view.into_inner());
    let (sort, now) = (Sort::parse(&view.sort), site.clock.now());
    let (wanted, from, toward, is_counted) = (filter.clone(), view.from.clone(), view.toward, view.count.is_some());
    let operation = view.operation;
    let (rows, counts, counted, result, organization) = site
        .db
        .read(move |conn| {
            let rows = list::page(conn, &wanted, sort, from.as_deref(), toward, now)?;
            let counted = if is_counted { Some(list::count(conn, &wanted, now)?) } else { None };
            let result = operation.map(|id| result::notice(conn, id)).transpose()?.flatten();
            Ok::<_, db::Error>((rows, counts::read(conn)?, counted, result, organization::name(conn)?))
        })
        .await?;
    let index = Index { page: viewer.page, filter, sort, view, rows, counts, counted, result, organization };
    if index.page.wants("list") { index.page.html(&index.as_list()) } else { index.page.html(&index) }
}

#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    id: Vec<i64>,
    #[serde(default)]
    return_to: String,
}

/// `POST /users/edit`: on to the page of the one person who is ticked.
pub async fn edit(Administrator(viewer): Administrator, form: Form<Chosen>) -> Answer {
    let Form(Chosen { id, return_to }) = form;
    if let [id] = id.as_slice() {
        return viewer.page.go_to(&format!("/users/{id}/edit"));
    }
    let back = local_address(&return_to, "/users");
    let and = if back.contains('?') { '&' } else { '?' };
    let edit = if id.is_empty() { "none" } else { "several" };
    viewer.page.go_to(&format!("{back}{and}edit={edit}"))
}

// What the template asks.
impl Index {
    /// This filter in this order, from the beginning.
    fn start(&self) -> String {
        self.address_of(&self.filter, self.sort)
    }

    fn address_of(&self, filter: &Filter, sort: Sort) -> String {
        match sort {
            Sort::BY_NAME => format!("/users?{}", filter.query()),
            sort => format!("/users?{}&sort={}", filter.query(), sort.as_str()),
        }
    }

    /// This very page, without what was ticked or said on it.
    fn here(&self) -> String {
        match &self.view.from {
            Some(from) if self.view.toward == Toward::Previous => self.turned(from, "previous"),
            Some(from) => self.turned(from, "next"),
            None => self.start(),
        }
    }

    fn counted_address(&self) -> String {
        format!("{}&count=1", self.here())
    }

    fn turned(&self, place: &str, toward: &str) -> String {
        format!("{}&from={}&toward={toward}", self.start(), percent_encode(place))
    }

    fn shows(&self) -> &'static [Show] {
        Show::ALL
    }

    fn is_shown(&self, show: &Show) -> bool {
        self.filter.show == *show
    }

    /// Another filter keeps the search and the order.
    fn showing(&self, show: &Show) -> String {
        self.address_of(&Filter { show: *show, ..self.filter.clone() }, self.sort)
    }

    fn is_all_shown(&self) -> bool {
        self.filter.show == Show::All
    }

    fn showing_all(&self) -> String {
        self.showing(&Show::All)
    }

    fn without_search(&self) -> String {
        self.address_of(&Filter { q: String::new(), ..self.filter.clone() }, self.sort)
    }

    fn without_license(&self) -> String {
        self.address_of(&Filter { license: None, ..self.filter.clone() }, self.sort)
    }

    /// A second click on the order turns it round. The last sign-in begins with the latest.
    fn sorted_by(&self, by: By) -> String {
        let descending = if self.sort.by == by { !self.sort.descending } else { by == By::LastSignIn };
        self.address_of(&self.filter, Sort { by, descending })
    }

    fn aria_sort(&self, by: By) -> Option<&'static str> {
        (self.sort.by == by).then_some(if self.sort.descending { "descending" } else { "ascending" })
    }

    fn is_all_selected(&self) -> bool {
        self.view.selection == "all"
    }

    fn are_rows_ticked(&self) -> bool {
        self.is_all_selected() || self.view.tick == "page"
    }

    fn selected(&self) -> String {
        match self.rows.rows.len() {
            _ if self.is_all_selected() => "All that match selected".into(),
            n if self.are_rows_ticked() && n > 0 => format!("{n} selected"),
            _ => "Nothing selected".into(),
        }
    }

    /// Nobody but the first administrator is there yet.
    fn is_new_organization(&self) -> bool {
        self.counts.active <= 1
            && self.counts.deactivated == 0
            && self.filter.searched().is_empty()
            && matches!(self.filter.show, Show::Active | Show::All)
    }

    fn nobody(&self) -> String {
        let who = match self.filter.show {
            Show::Active => "active user",
            Show::Deactivated => "deactivated user",
            Show::NeverSignedIn => "user who never signed in",
            Show::NoSignInFor90Days => "user without a sign-in for 90 days",
            Show::All => "user",
        };
        match self.filter.searched() {
            q if q.is_empty() => format!("There is no {who} here"),
            q => format!("No {who} matches “{q}”"),
        }
    }
}

impl Row {
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    fn initials(&self) -> String {
        text::initials(&self.first_name, &self.last_name)
    }

    fn avatar(&self) -> i64 {
        text::avatar(self.id.0)
    }

    fn mailbox(&self) -> &str {
        self.email.rsplit_once('@').map_or(self.email.as_str(), |(mailbox, _)| mailbox)
    }

    fn host(&self) -> String {
        self.email.rsplit_once('@').map_or_else(String::new, |(_, host)| format!("@{host}"))
    }

    /// "Leaves 1 Dec, 18:00", in the zone in which the date was set.
    fn leaves(&self, now: &Timestamp) -> Option<String> {
        let at = self.leaves_at?;
        let zone = TimeZone::get(&self.leaves_zone).unwrap_or(TimeZone::UTC);
        let verb = if at <= *now { "Left" } else { "Leaves" };
        Some(format!("{verb} {}", text::moment(at, *now, &zone)))
    }

    fn is_active(&self) -> bool {
        self.state == State::Active
    }

    fn level_name(&self) -> &'static str {
        self.level.map_or("–", |level| level.name())
    }

    fn license_name(&self) -> &'static str {
        self.level.map_or("–", |level| level.license_type().name())
    }
}
