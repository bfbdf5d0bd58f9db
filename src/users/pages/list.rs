//! The Users list as an administrator sees it: toolbar, filter, view, grouping, search, order, pages, and what is ticked.

mod asked;

use std::collections::{HashMap, HashSet};

use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::listing::{Asked, Listing, Looks};
use crate::db::{self, Conn, OperationId, Timestamp, UserId};
use crate::lifecycle::pages::result::{self, ResultNotice};
use crate::preferences;
use crate::sign_in::Administrator;
use crate::users::counts::{self, Counts};
use crate::users::list::groups::{self, Group};
use crate::users::list::saved::{self, Saved};
use crate::users::list::{self, Column, Grouping, Names, Row, Said, grouping, picked};
use crate::users::store::photos;
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Page, Site};

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
    /// Why an act was not done: it was not clear who was meant (`mixed`, `lost`).
    #[serde(default)]
    unclear: String,
    /// `page`: all rows of this page are ticked.
    #[serde(default)]
    tick: String,
    /// An act was chosen with nothing ticked.
    nothing: Option<String>,
    /// A copy was chosen with none or several ticked.
    #[serde(default)]
    copy: String,
    /// What an operation did, said on the way back from it.
    operation: Option<OperationId>,
    /// The count of this filter, or of its groups, is asked for.
    count: Option<String>,
    /// The count of this filter as it was on the page before.
    counted: Option<i64>,
}

/// What was read for the page.
struct Found {
    rows: Rows<Row>,
    groups: Vec<Group>,
    names: Names,
    /// The digests of their photos.
    photos: HashMap<UserId, String>,
    said: Vec<Said>,
    filter_in_words: String,
    counts: Counts,
    counted: Option<i64>,
    /// `None`: they are not kept any more.
    picked: Option<Vec<UserId>>,
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
    filter: Asked,
    looks: Query<Looks>,
    view: Query<View>,
) -> Answer {
    let (listing, mut view) = (Listing::of(filter.0, &looks), view.into_inner());
    view.picked.retain(|c| c.is_ascii_alphanumeric());
    let (now, owner, wanted) = (site.clock.now(), viewer.id, listing.clone());
    let (found, mut view) =
        site.db.read(move |conn| Ok::<_, db::Error>((read(conn, &wanted, &view, owner, now)?, view))).await?;
    let on_page: HashSet<UserId> = shown(&found).map(|row| row.id).collect();
    let picked = found.picked.as_deref().unwrap_or_default();
    if found.picked.is_none() {
        view.picked.clear();
        view.unclear = "lost".into();
    }
    let is_ticked = |id: &UserId| view.selection == "all" || view.tick == "page" || picked.contains(id);
    let ticked: HashSet<UserId> = on_page.iter().copied().filter(is_ticked).collect();
    let elsewhere = picked.iter().filter(|id| !on_page.contains(id)).count();
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
    let of_before = view.counted.filter(|counted| *counted >= 0 && listing.grouping.is_none());
    let mut found = Found {
        counted: if is_counted { Some(list::count(conn, filter, now)?) } else { of_before },
        said: filter.said(&of_filter),
        filter_in_words: filter.in_words(&of_filter),
        counts: counts::read(conn)?,
        picked: if view.picked.is_empty() { Some(Vec::new()) } else { picked::read(conn, owner, &view.picked)? },
        saved: saved::offered(conn, owner)?,
        result: view.operation.map(|id| result::notice(conn, id)).transpose()?.flatten(),
        organization: preferences::organization_name(conn)?,
        names: Names::default(),
        photos: HashMap::new(),
        rows,
        groups,
    };
    found.names = Names::of_rows(conn, &shown(&found).collect::<Vec<_>>(), &listing.columns)?;
    found.photos = photos::digests(conn, &shown(&found).map(|row| row.id).collect::<Vec<_>>())?;
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
    let units = by.units().map(|kind| crate::users::units::all(conn, kind)).transpose()?.unwrap_or_default();
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
