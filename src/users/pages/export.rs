//! The list as a file: everybody who matches the filter, however many, or who is ticked; in the order and the columns
//! of the list.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use jiff::tz::TimeZone;

use super::cells;
use super::listing::{Asked, Listing, Looks, with};
use super::selection::{ticks, unclear};
use crate::db::{self, Conn};
use crate::sign_in::Administrator;
use crate::users::list::{self, Columns, Filter, Names, Row};
use crate::web::page::local_address;
use crate::web::table_file::{self, Cells, Format, ROWS_AT_A_TIME};
use crate::web::{Answer, Error, Fields, Form, Site, field};

/// `GET /users.csv`, `/users.xlsx`, `/users.json`
pub async fn index(
    administrator: Administrator,
    request: HttpRequest,
    site: Data<Site>,
    filter: Asked,
    looks: Query<Looks>,
) -> Answer {
    let format = request.path().rsplit('.').next().and_then(Format::parse).ok_or(Error::NotFound)?;
    let listing = Listing::of(filter.0, &looks);
    all(&site, listing, administrator.page.zone.clone(), format).await
}

/// Everybody who matches. The first chunk is read before the answer begins: a database that is away is said, not cut off.
async fn all(site: &Data<Site>, listing: Listing, zone: TimeZone, format: Format) -> Answer {
    let (now, head) = (site.clock.now(), cells::head(&listing.columns, &zone));
    let read = move |conn: &mut Conn, after: Option<&Row>| {
        let rows = list::chunk(conn, &listing.filter, listing.sort, after, ROWS_AT_A_TIME, now)?;
        let cells = in_cells(conn, &rows, &listing.columns, &zone)?;
        Ok::<_, db::Error>((rows.into_iter().next_back(), cells))
    };
    let (mut last, first, read) = site
        .db
        .read(move |conn| {
            let (last, cells) = read(conn, None)?;
            Ok::<_, db::Error>((last, cells, read))
        })
        .await?;
    let (site, mut first) = (site.clone(), Some(first));
    let next = move || {
        if let Some(first) = first.take() {
            return Ok(first);
        }
        let Some(after) = last.take() else { return Ok(Vec::new()) };
        let (new_last, cells) = site.db.read_now(|conn| read(conn, Some(&after)))?;
        last = new_last;
        Ok::<_, db::Error>(cells)
    };
    Ok(table_file::answer("users", format, head, next))
}

fn in_cells(conn: &mut Conn, rows: &[Row], columns: &Columns, zone: &TimeZone) -> db::Result<Vec<Cells>> {
    let names = Names::of_rows(conn, &rows.iter().collect::<Vec<_>>(), columns)?;
    Ok(rows.iter().map(|row| row.cells(columns, &names, zone)).collect())
}

/// `POST /users/export`: those who are ticked, on whatever page.
pub async fn create(administrator: Administrator, site: Data<Site>, form: Form<Fields>) -> Answer {
    let (fields, zone) = (form.0, administrator.page.zone.clone());
    let nonsense = || Error::BadRequest("This file cannot be made. Reload the page.".into());
    let format = Format::parse(field(&fields, "format")).ok_or_else(nonsense)?;
    let pairs = fields.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let filter = Filter::from_pairs(pairs).map_err(|_| nonsense())?;
    let of = |name: &str| field(&fields, name).to_owned();
    let looks = Looks { sort: of("sort"), columns: of("columns"), grouping: String::new() };
    let (ticks, owner) = (ticks(&fields)?, administrator.id);
    if let Some(answer) = unclear(&administrator.page, &site, owner, &fields).await? {
        return Ok(answer);
    }
    let listing = Listing::of(filter, &looks);
    if ticks.is_all {
        return all(&site, listing, zone, format).await;
    }
    let head = cells::head(&listing.columns, &zone);
    let rows = site
        .db
        .read(move |conn| {
            let ids = ticks.everybody(conn, owner)?.unwrap_or_default();
            let rows = list::these(conn, &ids, listing.sort)?;
            in_cells(conn, &rows, &listing.columns, &zone)
        })
        .await?;
    if rows.is_empty() {
        let back = local_address(field(&fields, "return_to"), "/users").to_owned();
        return administrator.page.go_to(&with(&back, "nothing", "1"));
    }
    let mut rows = Some(rows);
    Ok(table_file::answer("users", format, head, move || Ok::<_, db::Error>(rows.take().unwrap_or_default())))
}
