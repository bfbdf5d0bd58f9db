//! Setup -> Duties: what still waits for people who are off, since when, and the way to hand it over.

use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::super::store::left_behind::{self, Holder};
use super::result::{ResultNotice, notice};
use crate::db::{Error as DbError, OperationId, UserId};
use crate::history;
use crate::sign_in::Administrator;
use crate::users::State;
use crate::web::pagination::{Rows, Toward};
use crate::web::text::{self, number};
use crate::web::{Answer, Error, Page, Site};

#[derive(Deserialize)]
pub struct Where {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
    operation: Option<i64>,
    nothing: Option<String>,
}

#[derive(Template)]
#[template(path = "lifecycle/duties.html")]
struct DutiesPage {
    page: Page,
    list: Rows<Row>,
    result: Option<ResultNotice>,
    nothing_ticked: bool,
}

struct Row {
    user: Holder,
    name: String,
    initials: String,
    is_deleted: bool,
    /// "43 days"
    age: String,
    /// The noun with its number, and the list of the entries.
    duties: Vec<(String, String)>,
}

/// `GET /duties`
pub async fn index(administrator: Administrator, site: Data<Site>, query: Query<Where>) -> Answer {
    let Where { from, toward, operation, nothing } = query.into_inner();
    let now = site.clock.now();
    let (holders, counted, result) = site
        .db
        .read(move |conn| {
            let holders = left_behind::list(conn, from.as_deref(), toward)?;
            let ids: Vec<UserId> = holders.rows.iter().map(|holder| holder.id).collect();
            let mut counted = Vec::new();
            for duty in history::duties() {
                let tallies = duty.count(conn, &ids)?;
                counted.extend(tallies.into_iter().map(|(user, tally)| (user, *duty, tally.entries())));
            }
            let result = operation.map(|id| notice(conn, OperationId(id))).transpose()?.flatten();
            Ok::<_, DbError>((holders, counted, result))
        })
        .await
        .map_err(Error::from)?;
    let list = holders.map(|user| Row {
        name: format!("{} {}", user.first_name, user.last_name),
        initials: text::initials(&user.first_name, &user.last_name),
        is_deleted: user.state == State::Deleted,
        age: text::count(now.seconds_since(user.since) / 86_400, "day", "days"),
        duties: counted
            .iter()
            .filter(|(of, _, entries)| *of == user.id && *entries > 0)
            .map(|(of, duty, entries)| {
                (
                    format!("{} {}", number(*entries), duty.noun(*entries)),
                    format!("/users/{of}/work?tab={}", duty.key()),
                )
            })
            .collect(),
        user,
    });
    let template = DutiesPage { page: administrator.0.page, list, result, nothing_ticked: nothing.is_some() };
    template.page.html(&template)
}
