//! The View dialog: which columns the list shows, and in what order.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;

use super::listing::{Asked, Listing, Looks, with};
use crate::sign_in::Administrator;
use crate::users::list::{Column, Columns};
use crate::web::{Answer, Page};

#[derive(Template)]
#[template(path = "users/view.html", blocks = ["sheet"])]
struct ViewPage {
    page: Page,
    listing: Listing,
    picked: String,
    back: String,
}

/// `GET /users/view`: the form; `move=up:email` moves a column; with `apply` it leads on to the list.
pub async fn edit(
    Administrator(viewer): Administrator,
    filter: Asked,
    looks: Query<Looks>,
    pairs: Query<Vec<(String, String)>>,
) -> Answer {
    let mut listing = Listing::of(filter.0, &looks);
    let chosen: Vec<Column> = all(&pairs, "column").filter_map(Column::parse).collect();
    if !chosen.is_empty() {
        listing.columns = Columns::of(chosen);
    }
    if let Some((way, column)) = all(&pairs, "move").next().and_then(|text| text.split_once(':'))
        && let Some(column) = Column::parse(column)
    {
        listing.columns = listing.columns.moved(column, way == "up");
    }
    let picked = all(&pairs, "picked").next().unwrap_or_default().to_owned();
    let back = match picked.as_str() {
        "" => listing.address(),
        word => with(&listing.address(), "picked", word),
    };
    if all(&pairs, "apply").next().is_some() {
        return viewer.page.go_to(&back);
    }
    let page = ViewPage { page: viewer.page, listing, picked, back };
    if page.page.wants("dialog") {
        let html = page.as_sheet().render()?;
        return Ok(HttpResponse::build(StatusCode::OK).content_type("text/html; charset=utf-8").body(html));
    }
    page.page.html(&page)
}

fn all<'a>(pairs: &'a [(String, String)], name: &'a str) -> impl Iterator<Item = &'a str> {
    pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
}

// What the template asks.
impl ViewPage {
    fn is_first(&self, column: &Column) -> bool {
        self.listing.columns.shown().first() == Some(column)
    }

    fn is_last(&self, column: &Column) -> bool {
        self.listing.columns.shown().last() == Some(column)
    }
}
