//! What the page of the list asks while it is written: addresses of its buttons, words, and what is ticked.

use super::super::listing::{Listing, with};
use super::super::selection::KEEP;
use super::{Index, shown};
use crate::users::list::groups::{Group, Size};
use crate::users::list::saved::{Kind, Saved};
use crate::users::list::{By, Column, Filter, Grouping, Row, Said, Show, Sort};
use crate::users::photo;
use crate::web::page::percent_encode;
use crate::web::pagination::Toward;
use crate::web::text;

impl Index {
    /// This filter in this order, from the beginning.
    pub(super) fn start(&self) -> String {
        self.listing.address()
    }

    /// This very page, without what was ticked or said on it.
    pub(super) fn here(&self) -> String {
        match &self.view.from {
            Some(from) if self.view.toward == Toward::Previous => self.turned(from, "previous"),
            Some(from) => self.turned(from, "next"),
            None => self.counted(self.start()),
        }
    }

    /// The same people in another place or order: the count goes along, and is not read again.
    fn counted(&self, address: String) -> String {
        match self.found.counted {
            Some(counted) => with(&address, "counted", &counted.to_string()),
            None if self.view.count.is_some() => with(&address, "count", "1"),
            None => address,
        }
    }

    pub(super) fn has_more_pages(&self) -> bool {
        self.found.rows.previous.is_some() || self.found.rows.next.is_some()
    }

    /// How many match, if that is known: they were counted, or are all on this page.
    fn all_that_match(&self) -> Option<i64> {
        let is_whole = self.listing.grouping.is_none() && !self.has_more_pages();
        self.found.counted.or_else(|| is_whole.then_some(self.found.rows.rows.len() as i64))
    }

    pub(super) fn all_selected(&self) -> String {
        match self.all_that_match() {
            Some(all) => format!("All {} that match selected", text::number(all)),
            None => "All that match selected".into(),
        }
    }

    /// This page with the ticks of others: where an act leads back to.
    pub(super) fn here_with_ticks(&self) -> String {
        match self.view.picked.as_str() {
            _ if self.is_all_selected() => with(&self.here(), "selection", "all"),
            "" => self.here(),
            word => with(&self.here(), "picked", word),
        }
    }

    pub(super) fn counted_address(&self) -> String {
        with(&self.here(), "count", "1")
    }

    pub(super) fn turned(&self, place: &str, toward: &str) -> String {
        self.counted(format!("{}&from={}&toward={toward}", self.start(), percent_encode(place)))
    }

    /// Another page of the same list: all that match stay selected.
    pub(super) fn kept(&self, address: String) -> String {
        format!("{address}{KEEP}")
    }

    pub(super) fn at(&self, filter: Filter) -> String {
        self.listing.with_filter(filter).address()
    }

    pub(super) fn shows(&self) -> &'static [Show] {
        Show::ALL
    }

    pub(super) fn is_shown(&self, show: &Show) -> bool {
        self.listing.filter.show == *show
    }

    /// Another state keeps the search, the order and the rest of the filter.
    pub(super) fn showing(&self, show: &Show) -> String {
        self.at(Filter { show: *show, ..self.listing.filter.clone() })
    }

    pub(super) fn is_all_shown(&self) -> bool {
        self.listing.filter.show == Show::All
    }

    pub(super) fn showing_all(&self) -> String {
        self.showing(&Show::All)
    }

    /// The list to which a search is added.
    pub(super) fn without_search(&self) -> String {
        self.at(self.listing.filter.without("q"))
    }

    pub(super) fn without(&self, said: &Said) -> String {
        self.at(self.listing.filter.without(said.field))
    }

    /// The state and the search alone.
    pub(super) fn without_all(&self) -> String {
        self.at(Filter { show: self.listing.filter.show, q: self.listing.filter.q.clone(), ..Filter::default() })
    }

    pub(super) fn filter_dialog(&self) -> String {
        format!("/users/filter?{}", self.listing.query())
    }

    pub(super) fn view_dialog(&self) -> String {
        format!("/users/view?{}", self.listing.query())
    }

    pub(super) fn saved_page(&self, kind: &str) -> String {
        format!("/users/saved?{}&kind={kind}", self.listing.query())
    }

    pub(super) fn saved(&self, kind: &str) -> Vec<&Saved> {
        self.found.saved.iter().filter(|saved| saved.kind.as_str() == kind).collect()
    }

    pub(super) fn address_of(&self, saved: &&Saved) -> String {
        match saved.kind {
            Kind::Filter => Filter::from_query(&saved.query).map_or_else(|_| self.start(), |filter| self.at(filter)),
            Kind::View => self.listing.with_view(&saved.query).address(),
        }
    }

    /// The saved filter or view that the list shows now, if it is one.
    pub(super) fn current(&self, kind: &str) -> Option<&Saved> {
        self.found.saved.iter().find(|saved| saved.kind.as_str() == kind && self.is_current(saved))
    }

    pub(super) fn is_current(&self, saved: &Saved) -> bool {
        match saved.kind {
            Kind::Filter => {
                Filter::from_query(&saved.query).is_ok_and(|filter| filter.query() == self.listing.filter.query())
            }
            Kind::View => self.listing.with_view(&saved.query).view_query() == self.listing.view_query(),
        }
    }

    pub(super) fn is_at(&self, address: impl AsRef<str>) -> bool {
        self.start() == address.as_ref()
    }

    pub(super) fn standard_view(&self) -> String {
        self.listing.with_view("").address()
    }

    pub(super) fn groupings(&self) -> &'static [Grouping] {
        Grouping::ALL
    }

    pub(super) fn is_grouped_by(&self, grouping: &Grouping) -> bool {
        self.listing.grouping == Some(*grouping)
    }

    pub(super) fn grouped_by(&self, grouping: &Grouping) -> String {
        Listing { grouping: Some(*grouping), ..self.listing.clone() }.address()
    }

    pub(super) fn ungrouped(&self) -> String {
        Listing { grouping: None, ..self.listing.clone() }.address()
    }

    /// The list of one group.
    pub(super) fn list_of(&self, group: &Group) -> String {
        Listing { grouping: None, ..self.listing.with_filter(group.filter.clone()) }.address()
    }

    pub(super) fn size_of(&self, group: &Group) -> String {
        match group.size {
            Size::Exactly(n) => text::number(n),
            Size::MoreThan(n) => format!("more than {}", text::number(n)),
        }
    }

    pub(super) fn has_uncounted(&self) -> bool {
        self.found.groups.iter().any(|group| matches!(group.size, Size::MoreThan(_)))
    }

    pub(super) fn is_whole(&self, group: &Group) -> bool {
        group.size == Size::Exactly(group.rows.len() as i64)
    }

    pub(super) fn export(&self, format: &str) -> String {
        let listing = Listing { grouping: None, ..self.listing.clone() };
        format!("/users.{format}?{}", listing.query())
    }

    pub(super) fn sort_of(&self, column: &Column) -> Option<By> {
        column.sorts()
    }

    /// A second click on the order turns it round. The last sign-in begins with the latest.
    pub(super) fn sorted_by(&self, by: &By) -> String {
        let sort = self.listing.sort;
        let descending = if sort.by == *by { !sort.descending } else { *by == By::LastSignIn };
        self.counted(Listing { sort: Sort { by: *by, descending }, ..self.listing.clone() }.address())
    }

    pub(super) fn aria_sort(&self, by: &By) -> Option<&'static str> {
        let sort = self.listing.sort;
        (sort.by == *by).then_some(if sort.descending { "descending" } else { "ascending" })
    }

    /// From which width on a column is there. A view of one's own shows all that it has, and on a phone below the name.
    pub(super) fn class_of(&self, column: &Column) -> &'static str {
        match column {
            Column::Name | Column::Status => "",
            Column::Title | Column::License if self.listing.columns.is_standard() => "from-wide",
            _ => "from-medium",
        }
    }

    /// The other columns of a view of one's own.
    pub(super) fn below_the_name(&self) -> Vec<Column> {
        let shown = self.listing.columns.shown().iter().copied();
        shown.filter(|column| !matches!(column, Column::Name | Column::Status)).collect()
    }

    pub(super) fn is_all_selected(&self) -> bool {
        self.view.selection == "all"
    }

    pub(super) fn is_ticked(&self, row: &Row) -> bool {
        self.ticked.contains(&row.id)
    }

    pub(super) fn photo_of(&self, row: &Row) -> Option<String> {
        self.found.photos.get(&row.id).map(|digest| photo::address(row.id, digest))
    }

    pub(super) fn is_nobody_shown(&self) -> bool {
        shown(&self.found).next().is_none()
    }

    pub(super) fn ids_shown(&self) -> String {
        shown(&self.found).map(|row| row.id.to_string()).collect::<Vec<_>>().join(",")
    }

    pub(super) fn selected(&self) -> String {
        match (self.ticked.len() + self.elsewhere, self.elsewhere) {
            _ if self.is_all_selected() => self.all_selected(),
            (0, _) => "Nothing selected".into(),
            (all, 0) => format!("{} selected", text::number(all as i64)),
            (all, elsewhere) => {
                format!("{} selected, {} not shown here", text::number(all as i64), text::number(elsewhere as i64))
            }
        }
    }

    /// Nobody but the first administrator is there yet.
    pub(super) fn is_new_organization(&self) -> bool {
        let (counts, filter) = (&self.found.counts, &self.listing.filter);
        let has_one = counts.active <= 1 && counts.deactivated == 0;
        has_one && filter.is_plain() && filter.q.is_empty() && matches!(filter.show, Show::Active | Show::All)
    }

    pub(super) fn nobody(&self) -> String {
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
