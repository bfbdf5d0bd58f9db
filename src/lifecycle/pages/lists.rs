//! Behind a count of a plan: who has how much of it, each with the way to the entries themselves.

use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::super::plan::Plan;
use super::super::store::duties;
use super::super::store::plans::{self, Part, Section};
use crate::db::{Conn, UserId};
use crate::history::duty::{self, Return};
use crate::history::{self, Kind, kinds};
use crate::sign_in::Administrator;
use crate::users::find;
use crate::web::pagination::Place;
use crate::web::text::{self, number};
use crate::web::{Answer, Error, Page, Site};

/// People on a page.
const SHOWN: usize = 50;
/// Changed entries that are listed.
const TOUCHED: i64 = 100;
/// Members looked through at a time for those who have any.
const LOOKED_THROUGH: i64 = 500;

#[derive(Deserialize)]
pub struct Where {
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "lifecycle/list.html")]
struct ListPage {
    page: Page,
    plan: Plan,
    kind: &'static dyn Kind,
    rows: Vec<Row>,
    more: Option<String>,
    /// What was changed since, and so does not go back.
    touched: Vec<(String, String)>,
}

struct Row {
    user: UserId,
    name: String,
    initials: String,
    entries: String,
}

/// Somebody with entries of the kind: the key by which the list goes on, the id, how many.
type Holder = (String, UserId, i64);

/// `GET /plans/{id}/lists/{kind}`
pub async fn show(
    administrator: Administrator,
    site: Data<Site>,
    at: Path<(String, String)>,
    query: Query<Where>,
) -> Answer {
    let ((id, key), now) = (at.into_inner(), site.clock.now());
    let kind = history::everything().find(|kind| kind.key() == key).ok_or(Error::NotFound)?;
    let (plan, holders, names, touched) = site
        .db
        .read(move |conn| {
            let plan = plans::find(conn, &id, now)?;
            let holders = holders(conn, &plan.id, kind, Place::<String>::from_word(&query.after))?;
            let ids: Vec<UserId> = holders.iter().map(|(_, user, _)| *user).collect();
            let names = find::names_of(conn, &ids)?;
            let touched = touched(conn, &plan, kind)?;
            Ok::<_, Error>((plan, holders, names, touched))
        })
        .await?;
    let more = holders.get(SHOWN - 1).filter(|_| holders.len() > SHOWN).map(|(name_key, user, _)| {
        let after = Place(name_key.clone(), user.0).to_word();
        format!("/plans/{}/lists/{}?after={after}", plan.id, kind.key())
    });
    let rows = holders.into_iter().take(SHOWN).map(|(_, user, entries)| {
        let name = names.get(&user).cloned().unwrap_or_default();
        let (first, last) = name.split_once(' ').unwrap_or((&name, ""));
        Row { user, initials: text::initials(first, last), entries: number(entries), name }
    });
    let template = ListPage { page: administrator.0.page, plan, kind, rows: rows.collect(), more, touched };
    template.page.html(&template)
}

/// The first entries that somebody changed after the operation that would be undone.
fn touched(conn: &mut Conn, plan: &Plan, kind: &dyn Kind) -> crate::db::Result<Vec<(String, String)>> {
    let (Some(operation), Some(duty)) = (plan.undoes, kinds::duty_by_key(kind.key())) else { return Ok(Vec::new()) };
    let of_plan = duties::read(conn, &plan.id, None)?;
    let users: Vec<UserId> = of_plan.iter().filter(|row| row.duty == kind.key()).map(|row| row.user).collect();
    let found = duty::touched(conn, duty, &Return { operation, users: &users }, TOUCHED)?;
    let address = duty.objects().address;
    Ok(found.into_iter().map(|entry| (format!("{address}{}", entry.object_id), entry.title)).collect())
}

/// One more than are shown, if there are more.
fn holders(
    conn: &mut Conn,
    plan: &str,
    kind: &dyn Kind,
    from: Option<Place<String>>,
) -> crate::db::Result<Vec<Holder>> {
    let mut after = from.map(|Place(name_key, id)| (name_key, UserId(id)));
    if kinds::duty_by_key(kind.key()).is_some() {
        let after = after.as_ref().map(|(name_key, id)| (name_key.as_str(), *id));
        let rows = duties::holders(conn, plan, kind.key(), after, SHOWN as i64 + 1)?;
        return Ok(rows.into_iter().map(|(user, name_key, entries)| (name_key, user, entries)).collect());
    }
    let mut found: Vec<Holder> = Vec::new();
    while found.len() <= SHOWN {
        let place = after.as_ref().map(|(name_key, id)| (name_key.as_str(), *id));
        let members = plans::members(conn, plan, Part { section: Section::All, after: place, limit: LOOKED_THROUGH })?;
        let Some(last) = members.last() else { break };
        after = Some((last.name_key.clone(), last.user));
        let with = members.into_iter().map(|m| (m.name_key, m.user, m.history.of(kind).entries()));
        found.extend(with.filter(|(_, _, entries)| *entries > 0));
    }
    found.truncate(SHOWN + 1);
    Ok(found)
}
