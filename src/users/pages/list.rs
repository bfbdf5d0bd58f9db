//! The Users list as an administrator sees it: toolbar, filter, view, grouping, search, order, pages, and what is ticked.

use std::collections::HashSet;

use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::listing::{Listing, Looks, with};
use super::selection::KEEP;
use crate::db::{self, Conn, OperationId, Timestamp, UserId};
use crate::lifecycle::pages::result::{self, ResultNotice};
use crate::sign_in::Administrator;
use crate::users::counts::{self, Counts};
use crate::users::list::groups::{self, Group, Size};
use crate::users::list::saved::{self, Kind, Saved};
use crate::users::list::{self, By, Column, Filter, Grouping, Names, Row, Said, Show, Sort, grouping, picked, units};
use crate::users::organization;
use crate::web::page::percent_encode;
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Page, Site, text};

/// What the address says beside the list itself.
#[derive(Deserialize)]
pub struct View {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
    /// `all`: everybody who matches is selected, on whatever page.
    #[serde(default)]
    selection: String,
    /// The word under which ticks of other pages are kept.
    #[serde(default)]
    picked: String,
    /// More were ticked than can be kept.
    full: Option<String>,
    /// `page`: all rows of this page are ticked.
    #[serde(default)]
    tick: String,
    /// An act was chosen with nothing ticked.
    nothing: Option<String>,
    /// Edit, or a copy, was chosen with none or several ticked.
    #[serde(default)]
    edit: String,
    #[serde(default)]
    copy: String,
    /// What an operation did, said on the way back from it.
    operation: Option<OperationId>,
    /// The count of this filter, or of its groups, is asked for.
    count: Option<String>,
}

/// What was read for the page.
struct Found {
    rows: Rows<Row>,
    groups: Vec<Group>,
    names: Names,
    said: Vec<Said>,
    filter_in_words: String,
    counts: Counts,
    counted: Option<i64>,
    picked: Vec<UserId>,
    saved: Vec<Saved>,
    result: Option<ResultNotice>,
    organization: String,
}

#[derive(Template)]
#[template(path = "users/index.html", blocks = ["list"])]
struct Index {
    page: Page,
    listing: Listing,
    view: View,
    found: Found,
    /// On the page and ticked.
    ticked: HashSet<UserId>,
    /// Ticked, but not on the page.
    elsewhere: usize,
}

/// `GET /users`
pub async fn index(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    filter: Query<Filter>,
    looks: Query<Looks>,
    view: Query<View>,
) -> Answer {
    let (listing, mut view) = (Listing::of(filter.into_inner(), &looks), view.into_inner());
    view.picked.retain(|c| c.is_ascii_alphanumeric());
    let (now, owner, wanted) = (site.clock.now(), viewer.id, listing.clone());
    let (found, view) =
        site.db.read(move |conn| Ok::<_, db::Error>((read(conn, &wanted, &view, owner, now)?, view))).await?;
    let on_page: HashSet<UserId> = shown(&found).map(|row| row.id).collect();
    let is_ticked = |id: &UserId| view.selection == "all" || view.tick == "page" || found.picked.contains(id);
    let ticked: HashSet<UserId> = on_page.iter().copied().filter(is_ticked).collect();
    let elsewhere = found.picked.iter().filter(|id| !on_page.contains(id)).count();
    let index = Index { page: viewer.page, listing, view, found, ticked, elsewhere };
    if index.page.wants("list") { index.page.html(&index.as_list()) } else { index.page.html(&index) }
}

fn shown(found: &Found) -> impl Iterator<Item = &Row> {
    found.rows.rows.iter().chain(found.groups.iter().flat_map(|group| &group.rows))
}

fn read(conn: &mut Conn, listing: &Listing, view: &View, owner: UserId, now: Timestamp) -> db::Result<Found> {
    let (filter, sort) = (&listing.filter, listing.sort);
    let (rows, groups) = match listing.grouping {
        None => (list::page(conn, filter, sort, view.from.as_deref(), view.toward, now)?, Vec::new()),
        Some(grouping) => grouped(conn, listing, grouping, view, now)?,
    };
    let of_filter = Names::of_filter(conn, filter)?;
    let is_counted = view.count.is_some() && listing.grouping.is_none();
    let mut found = Found {
        counted: if is_counted { Some(list::count(conn, filter, now)?) } else { None },
        said: filter.said(&of_filter),
        filter_in_words: filter.in_words(&of_filter),
        counts: counts::read(conn)?,
        picked: if view.picked.is_empty() { Vec::new() } else { picked::read(conn, owner, &view.picked)? },
        saved: saved::offered(conn, owner)?,
        result: view.operation.map(|id| result::notice(conn, id)).transpose()?.flatten(),
        organization: organization::name(conn)?,
        names: Names::default(),
        rows,
        groups,
    };
    found.names = Names::of_rows(conn, &shown(&found).collect::<Vec<_>>(), &listing.columns)?;
    Ok(found)
}

/// The groups on a page, and what comes before and after them: teams and companies may be many.
fn grouped(
    conn: &mut Conn,
    listing: &Listing,
    by: Grouping,
    view: &View,
    now: Timestamp,
) -> db::Result<(Rows<Row>, Vec<Group>)> {
    let units = by.units().map(|kind| units::all(conn, kind)).transpose()?.unwrap_or_default();
    let mut all = by.groups(&listing.filter, &units);
    let mut around = Rows::default();
    if by.units().is_some() {
        let word = |group: Option<&grouping::Of>| group.map(|group| group.key.clone());
        let start = view.from.as_ref().and_then(|from| all.iter().position(|group| group.key == *from)).unwrap_or(0);
        let before = start.saturating_sub(grouping::UNITS);
        around.previous = if start > 0 { word(all.get(before)) } else { None };
        around.next = word(all.get(start + grouping::UNITS));
        all = all.into_iter().skip(start).take(grouping::UNITS).collect();
    }
    let groups = groups::read(conn, by, all, listing.sort, view.count.is_some(), now)?;
    Ok((around, groups))
}

// What the template asks.
impl Index {
    /// This filter in this order, from the beginning.
    fn start(&self) -> String {
        self.listing.address()
    }

    /// This very page, without what was ticked or said on it.
    fn here(&self) -> String {
        match &self.view.from {
            Some(from) if self.view.toward == Toward::Previous => self.turned(from, "previous"),
            Some(from) => self.turned(from, "next"),
            None => self.start(),
        }
    }

    /// This page with the ticks of others: where an act leads back to.
    fn here_with_ticks(&self) -> String {
        match self.view.picked.as_str() {
            "" => self.here(),
            word => with(&self.here(), "picked", word),
        }
    }

    fn counted_address(&self) -> String {
        format!("{}&count=1", self.here())
    }

    fn turned(&self, place: &str, toward: &str) -> String {
        format!("{}&from={}&toward={toward}", self.start(), percent_encode(place))
    }

    /// Another page of the same list: all that match stay selected.
    fn kept(&self, address: String) -> String {
        format!("{address}{KEEP}")
    }

    fn at(&self, filter: Filter) -> String {
        self.listing.with_filter(filter).address()
    }

    fn shows(&self) -> &'static [Show] {
        Show::ALL
    }

    fn is_shown(&self, show: &Show) -> bool {
        self.listing.filter.show == *show
    }

    /// Another state keeps the search, the order and the rest of the filter.
    fn showing(&self, show: &Show) -> String {
        self.at(Filter { show: *show, ..self.listing.filter.clone() })
    }

    fn is_all_shown(&self) -> bool {
        self.listing.filter.show == Show::All
    }

    fn showing_all(&self) -> String {
        self.showing(&Show::All)
    }

    /// The list to which a search is added.
    fn without_search(&self) -> String {
        self.at(self.listing.filter.without("q"))
    }

    fn without(&self, said: &Said) -> String {
        self.at(self.listing.filter.without(said.field))
    }

    /// The state and the search alone.
    fn without_all(&self) -> String {
        self.at(Filter { show: self.listing.filter.show, q: self.listing.filter.q.clone(), ..Filter::default() })
    }

    fn filter_dialog(&self) -> String {
        format!("/users/filter?{}", self.listing.query())
    }

    fn view_dialog(&self) -> String {
        format!("/users/view?{}", self.listing.query())
    }

    fn saved_page(&self, kind: &str) -> String {
        format!("/users/saved?{}&kind={kind}", self.listing.query())
    }

    fn saved(&self, kind: &str) -> Vec<&Saved> {
        self.found.saved.iter().filter(|saved| saved.kind.as_str() == kind).collect()
    }

    fn address_of(&self, saved: &&Saved) -> String {
        match saved.kind {
            Kind::Filter => Filter::from_query(&saved.query).map_or_else(|_| self.start(), |filter| self.at(filter)),
            Kind::View => self.listing.with_view(&saved.query).address(),
        }
    }

    fn is_at(&self, address: impl AsRef<str>) -> bool {
        self.start() == address.as_ref()
    }

    fn standard_view(&self) -> String {
        self.listing.with_view("").address()
    }

    fn groupings(&self) -> &'static [Grouping] {
        Grouping::ALL
    }

    fn is_grouped_by(&self, grouping: &Grouping) -> bool {
        self.listing.grouping == Some(*grouping)
    }

    fn grouped_by(&self, grouping: &Grouping) -> String {
        Listing { grouping: Some(*grouping), ..self.listing.clone() }.address()
    }

    fn ungrouped(&self) -> String {
        Listing { grouping: None, ..self.listing.clone() }.address()
    }

    /// The list of one group.
    fn list_of(&self, group: &Group) -> String {
        Listing { grouping: None, ..self.listing.with_filter(group.filter.clone()) }.address()
    }

    fn size_of(&self, group: &Group) -> String {
        match group.size {
            Size::Exactly(n) => text::number(n),
            Size::MoreThan(n) => format!("more than {}", text::number(n)),
        }
    }

    fn has_uncounted(&self) -> bool {
        self.found.groups.iter().any(|group| matches!(group.size, Size::MoreThan(_)))
    }

    fn is_whole(&self, group: &Group) -> bool {
        group.size == Size::Exactly(group.rows.len() as i64)
    }

    fn export(&self, format: &str) -> String {
        let listing = Listing { grouping: None, ..self.listing.clone() };
        format!("/users.{format}?{}", listing.query())
    }

    fn sort_of(&self, column: &Column) -> Option<By> {
        column.sorts()
    }

    /// A second click on the order turns it round. The last sign-in begins with the latest.
    fn sorted_by(&self, by: &By) -> String {
        let sort = self.listing.sort;
        let descending = if sort.by == *by { !sort.descending } else { *by == By::LastSignIn };
        Listing { sort: Sort { by: *by, descending }, ..self.listing.clone() }.address()
    }

    fn aria_sort(&self, by: &By) -> Option<&'static str> {
        let sort = self.listing.sort;
        (sort.by == *by).then_some(if sort.descending { "descending" } else { "ascending" })
    }

    /// From which width on a column is there. A view of one's own shows all that it has, and on a phone below the name.
    fn class_of(&self, column: &Column) -> &'static str {
        match column {
            Column::Name | Column::Status => "",
            Column::Title | Column::License if self.listing.columns.is_standard() => "from-wide",
            _ => "from-medium",
        }
    }

    /// The other columns of a view of one's own.
    fn below_the_name(&self) -> Vec<Column> {
        let shown = self.listing.columns.shown().iter().copied();
        shown.filter(|column| !matches!(column, Column::Name | Column::Status)).collect()
    }

    fn is_all_selected(&self) -> bool {
        self.view.selection == "all"
    }

    fn is_ticked(&self, row: &Row) -> bool {
        self.ticked.contains(&row.id)
    }

    fn is_nobody_shown(&self) -> bool {
        shown(&self.found).next().is_none()
    }

    fn ids_shown(&self) -> String {
        shown(&self.found).map(|row| row.id.to_string()).collect::<Vec<_>>().join(",")
    }

    fn selected(&self) -> String {
        match (self.ticked.len() + self.elsewhere, self.elsewhere) {
            _ if self.is_all_selected() => "All that match selected".into(),
            (0, _) => "Nothing selected".into(),
            (all, 0) => format!("{} selected", text::number(all as i64)),
            (all, elsewhere) => {
                format!("{} selected, {} not shown here", text::number(all as i64), text::number(elsewhere as i64))
            }
        }
    }

    /// Nobody but the first administrator is there yet.
    fn is_new_organization(&self) -> bool {
        let (counts, filter) = (&self.found.counts, &self.listing.filter);
        let has_one = counts.active <= 1 && counts.deactivated == 0;
        has_one && filter.is_plain() && filter.q.is_empty() && matches!(filter.show, Show::Active | Show::All)
    }

    fn nobody(&self) -> String {
        let who = match self.listing.filter.show {
            Show::Active => "active user",
            Show::Deactivated => "deactivated user",
            Show::NeverSignedIn => "user who never signed in",
            Show::NoSignInFor90Days => "user without a sign-in for 90 days",
            Show::All => "user",
        };
        match self.listing.filter.searched() {
            q if q.is_empty() && self.found.said.is_empty() => format!("There is no {who} here"),
            q if q.is_empty() => format!("No {who} matches this filter"),
            q => format!("No {who} matches “{q}”"),
        }
    }
}
