//! What is ticked in the Users list goes along to the next page, to another order and to a changed search.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::listing::with;
use crate::db::{Lane, UserId};
use crate::sign_in::Administrator;
use crate::users::list::Ticks;
use crate::users::list::picked;
use crate::users::list::ticks::Kept;
use crate::web::page::local_address;
use crate::web::{Answer, Error, Fields, Form, Page, Site, field};

/// The ticks of a form of the list.
pub fn ticks(fields: &Fields) -> Result<Ticks, Error> {
    Ticks::of(fields).map_err(|_| Error::BadRequest("This selection cannot be read. Reload the page.".into()))
}

/// The answer to an act, if it is not clear who is meant: all that match, but somebody on the page is not ticked; or
/// people of other pages whose ticks are gone. It leads back to the list, where those of the page are still ticked.
pub async fn unclear(page: &Page, site: &Site, owner: UserId, fields: &Fields) -> Result<Option<HttpResponse>, Error> {
    let ticks = ticks(fields)?;
    let is_for_ticks = !ticks.is_all && field(fields, "only").is_empty();
    let why = if ticks.is_mixed() {
        "mixed"
    } else if is_for_ticks && ticks.picked.is_some() {
        let asked = ticks.clone();
        match site.db.read(move |conn| asked.everybody(conn, owner)).await? {
            Some(_) => return Ok(None),
            None => "lost",
        }
    } else {
        return Ok(None);
    };
    page.go_to(&with(&back(site, owner, ticks, fields).await?, "unclear", why)).map(Some)
}

/// The list that a form came from, with its ticks: what was refused is put right there.
async fn back(site: &Site, owner: UserId, ticks: Ticks, fields: &Fields) -> Result<String, Error> {
    let now = site.clock.now();
    let kept = site.db.write(Lane::Work, move |conn| ticks.keep(conn, owner, now)).await?;
    let list = without_ticks(local_address(field(fields, "return_to"), "/users"));
    Ok(match kept {
        Kept::As(Some(word)) | Kept::TooMany(Some(word)) | Kept::OfPage(Some(word)) => with(&list, "picked", &word),
        _ => list,
    })
}

/// The address without what it says of ticks: the word of those of other pages, or that all are meant.
fn without_ticks(address: &str) -> String {
    let Some((path, query)) = address.split_once('?') else { return address.to_owned() };
    let kept: Vec<&str> =
        query.split('&').filter(|pair| !pair.starts_with("picked=") && !pair.starts_with("selection=")).collect();
    format!("{path}?{}", kept.join("&"))
}

/// `POST /users/selection`: keeps the ticks, and goes on to where a button of the list leads, or to a search.
pub async fn update(Administrator(viewer): Administrator, site: Data<Site>, form: Form<Fields>) -> Answer {
    let (fields, owner, now) = (form.0, viewer.id, site.clock.now());
    let (ticks, to) = (ticks(&fields)?, destination(&fields));
    if to.ends_with(KEEP)
        && ticks.is_mixed()
        && let Some(answer) = unclear(&viewer.page, &site, owner, &fields).await?
    {
        return Ok(answer);
    }
    // "All that match" goes along to other pages of the same list, by its own word.
    let to = match to.strip_suffix(KEEP) {
        Some(rest) if ticks.is_all => with(rest, "selection", "all"),
        Some(rest) => rest.to_owned(),
        None => to,
    };
    if ticks.is_all || ticks.are_none() {
        return viewer.page.show_at(&to);
    }
    let kept = site.db.write(Lane::Work, move |conn| ticks.keep(conn, owner, now)).await?;
    viewer.page.show_at(&match kept {
        Kept::As(None) | Kept::TooMany(None) => to,
        Kept::OfPage(None) => with(&to, "unclear", "lost"),
        Kept::OfPage(Some(word)) => with(&with(&to, "picked", &word), "unclear", "lost"),
        Kept::As(Some(word)) => with(&to, "picked", &word),
        Kept::TooMany(Some(word)) => with(&with(&to, "picked", &word), "full", "1"),
    })
}

/// The end of an address that leads to another page of the same list.
pub const KEEP: &str = "&selection=keep";

/// `POST /users/selection/clear`
pub async fn destroy(Administrator(viewer): Administrator, site: Data<Site>, form: Form<Fields>) -> Answer {
    let (fields, owner) = (form.0, viewer.id);
    let to = destination(&fields);
    if let Some(word) = ticks(&fields)?.picked {
        site.db.write(Lane::Work, move |conn| picked::forget(conn, owner, &word)).await?;
    }
    viewer.page.show_at(&to)
}

/// Where the pressed button leads, or what was searched for: an address of the list in any case.
fn destination(fields: &Fields) -> String {
    let is_of_users = |address: &&str| {
        address.strip_prefix("/users").is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '/']))
    };
    match field(fields, "go") {
        "" => {
            let list = Some(local_address(field(fields, "list"), "/users")).filter(is_of_users).unwrap_or("/users");
            match field(fields, "search").trim() {
                "" => list.to_owned(),
                search => with(list, "q", search),
            }
        }
        go => Some(local_address(go, "/users")).filter(is_of_users).unwrap_or("/users").to_owned(),
    }
}

/// `POST /users/copy`: on to a new user who begins as the one person who is ticked.
pub async fn copy(Administrator(viewer): Administrator, site: Data<Site>, form: Form<Fields>) -> Answer {
    let (fields, owner) = (form.0, viewer.id);
    let ticks = ticks(&fields)?;
    if let Some(answer) = unclear(&viewer.page, &site, owner, &fields).await? {
        return Ok(answer);
    }
    let asked = ticks.clone();
    let all = site.db.read(move |conn| asked.everybody(conn, owner)).await?.unwrap_or_default();
    let why = match all.as_slice() {
        [one] => return viewer.page.go_to(&format!("/users/new?from={one}")),
        [] => "none",
        _ => "several",
    };
    viewer.page.go_to(&with(&back(&site, owner, ticks, &fields).await?, "copy", why))
}
