//! The audit log as a list, the latest entry first, with its filter and what is known of the chain.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::super::store::entries::{self, Filter, From};
use super::super::verification::{self, Standing};
use super::super::{Path, acts};
use super::filter_form::{Meant, Typed};
use super::wording::{self, Line};
use crate::db::{self, Conn};
use crate::preferences::audit_retention_days;
use crate::sign_in::Administrator;
use crate::web::pagination::{Place, ROWS, Rows, Toward};
use crate::web::{Answer, Page, Site};

#[derive(Deserialize)]
pub struct Where {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
}

#[derive(Template)]
#[template(path = "audit/index.html")]
struct IndexPage {
    page: Page,
    typed: Typed,
    meant: Meant,
    /// Word and name of the acts that are in the log.
    acts: Vec<(String, String)>,
    list: Rows<Line>,
    standing: Standing,
    /// Days that entries are kept; `None`: for ever.
    days: Option<i64>,
}

impl IndexPage {
    /// The address of the list, to which a place is added.
    fn base(&self) -> String {
        match self.typed.query() {
            query if query.is_empty() => "/audit-log?".into(),
            query => format!("/audit-log?{query}&"),
        }
    }

    /// The same entries as a file.
    fn file(&self, ending: &str) -> String {
        match self.typed.query() {
            query if query.is_empty() => format!("/audit-log.{ending}"),
            query => format!("/audit-log.{ending}?{query}"),
        }
    }

    fn paths(&self) -> &'static [Path] {
        Path::ALL
    }

    fn error(&self, field: &str) -> Option<&str> {
        self.meant.errors.of(field)
    }
}

/// `GET /audit-log`
pub async fn index(administrator: Administrator, site: Data<Site>, typed: Query<Typed>, at: Query<Where>) -> Answer {
    let (page, typed, chain) = (administrator.0.page, typed.into_inner(), site.chain.clone());
    let (zone, now, asked) = (page.zone.clone(), page.now, typed.clone());
    let read = move |conn: &mut Conn| {
        let meant = asked.read(conn, &zone)?;
        let list = if meant.errors.is_empty() { list(conn, &meant.filter, &at)? } else { Rows::default() };
        let mut acts: Vec<(String, String)> =
            entries::acts(conn)?.into_iter().map(|act| (acts::name(&act).to_owned(), act)).collect();
        acts.sort_unstable();
        let standing = verification::standing(conn, &chain, now)?;
        Ok::<_, db::Error>((meant, list, acts, standing, audit_retention_days(conn)?))
    };
    let (meant, list, acts, standing, days) = site.db.read(read).await?;
    let status = if meant.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let template = IndexPage { page, typed, meant, acts, list, standing, days };
    template.page.html_with(status, &template)
}

/// A page of the entries that match, in words.
pub fn list(conn: &mut Conn, filter: &Filter, at: &Where) -> db::Result<Rows<Line>> {
    let place = at.from.as_deref().and_then(Place::<i64>::from_word);
    let toward = if place.is_some() { at.toward } else { Toward::Next };
    let from = match (place.as_ref(), toward) {
        (None, _) => From::Latest,
        (Some(Place(at, number)), Toward::Next) => From::Before((*at, *number)),
        (Some(Place(at, number)), Toward::Previous) => From::After((*at, *number)),
    };
    let read = entries::read(conn, filter, from, ROWS as i64 + 1)?;
    let lines = wording::lines(conn, read)?;
    Ok(Rows::cut(lines, toward, place.is_some(), |line| {
        let (at, number) = line.place();
        Place(at, number)
    }))
}
