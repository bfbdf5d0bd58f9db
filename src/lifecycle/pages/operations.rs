//! Setup -> Operations: everything that was done to people, by whom and why, and the outcome for each of them.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::super::words;
use super::super::{Act, Refusal, Step};
use super::receipt_view::{self, ReceiptView};
use super::result::{ResultNotice, notice};
use crate::db::{OperationId, UserId};
use crate::operations::store::{self, ShownRow};
use crate::operations::{Operation, Outcome};
use crate::sign_in::Administrator;
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Error, Page, Site, text};

#[derive(Deserialize)]
pub struct Where {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
}

#[derive(Template)]
#[template(path = "lifecycle/operations.html")]
struct IndexPage {
    page: Page,
    list: Rows<Listed>,
}

struct Listed {
    operation: Operation,
    title: String,
    by: String,
}

/// `GET /operations`
pub async fn index(administrator: Administrator, site: Data<Site>, query: Query<Where>) -> Answer {
    let Where { from, toward } = query.into_inner();
    let list = site.db.read(move |conn| store::list(conn, from.as_deref(), toward)).await.map_err(Error::from)?;
    let list = list.map(|listed| Listed {
        title: words::operation_title(&listed.operation),
        operation: listed.operation,
        by: listed.by,
    });
    let template = IndexPage { page: administrator.0.page, list };
    template.page.html(&template)
}

#[derive(Template)]
#[template(path = "lifecycle/operation.html", blocks = ["operation"])]
struct ShowPage {
    page: Page,
    title: String,
    by: String,
    result: ResultNotice,
    list: Rows<Person>,
    percent: i64,
    receipt: Option<ReceiptView>,
}

struct Person {
    user: UserId,
    name: String,
    email: String,
    initials: String,
    outcome: &'static str,
    tone: &'static str,
    reason: String,
}

/// `GET /operations/{id}`
pub async fn show(administrator: Administrator, site: Data<Site>, id: Path<i64>, query: Query<Where>) -> Answer {
    let (id, Where { from, toward }) = (OperationId(id.into_inner()), query.into_inner());
    let found = site
        .db
        .read(move |conn| {
            let Some(result) = notice(conn, id)? else { return Ok(None) };
            let by = store::starter(conn, id)?;
            Ok(Some((result, by, store::rows(conn, id, from.as_deref(), toward)?)))
        })
        .await;
    let (result, by, rows) = found.map_err(|error: crate::db::Error| Error::from(error))?.ok_or(Error::NotFound)?;
    let act = Act::parse(&result.operation.act).unwrap_or(Act::Deactivate);
    let operation = &result.operation;
    let percent = (operation.total - operation.to_do()) * 100 / operation.total.max(1);
    let template = ShowPage {
        title: words::operation_title(operation),
        by,
        list: rows.map(|row| person(act, row)),
        percent,
        receipt: receipt_view::of(&result.operation),
        result,
        page: administrator.0.page,
    };
    if template.page.wants("operation") {
        let html = template.as_operation().render()?;
        return Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html));
    }
    template.page.html(&template)
}

fn person(act: Act, row: ShownRow) -> Person {
    let (first, last) = row.name.unwrap_or_default();
    let (outcome, tone) = match row.outcome {
        None => ("Waiting", "info"),
        Some(Outcome::Skipped) => ("Skipped", "warning"),
        Some(Outcome::Failed) => ("Failed", "danger"),
        Some(Outcome::Done) => match Step::parse(&row.step) {
            Some(Step::Deactivate) => ("Deactivated", ""),
            Some(Step::Activate) => ("Activated", "success"),
            Some(Step::Delete) => ("Deleted", "danger"),
            Some(Step::Restore) => ("Restored", "success"),
            Some(Step::HandOver) => ("Handed over", ""),
            Some(Step::GiveBack) => ("Given back", "success"),
            Some(Step::Erase) => ("Erased", "danger"),
            _ => ("Done", ""),
        },
    };
    let refusal = row.reason.as_deref().and_then(Refusal::parse);
    Person {
        user: row.user,
        initials: text::initials(&first, &last),
        name: format!("{first} {last}"),
        email: row.email.unwrap_or_default(),
        outcome,
        tone,
        reason: refusal.map_or_else(String::new, |refusal| refusal.sentence(act)),
    }
}
