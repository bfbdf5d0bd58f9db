//! Setup -> Operations: everything that was done to people, by whom and why, and the outcome for each of them.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::super::{Act, Refusal, Step, steering, words};
use super::administrator;
use super::receipt_view::{self, ReceiptView};
use super::result::{ResultNotice, notice};
use crate::db::{Conn, Lane, OperationId, UserId};
use crate::edits::run::EveryAct;
use crate::edits::{self, Why};
use crate::operations::store::{self, Only, ShownRow};
use crate::operations::{Operation, Outcome, Progress};
use crate::sign_in::Administrator;
use crate::web::pagination::{Rows, Toward};
use crate::web::table_file::{self, Cells, Format, ROWS_AT_A_TIME, chunks};
use crate::web::{Answer, Button, Error, Form, Page, Site, text};

#[derive(Deserialize)]
pub struct Where {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
    /// Which rows are shown.
    #[serde(default)]
    only: Only,
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
    /// Its word and its tone.
    state: (&'static str, &'static str),
}

/// `GET /operations`
pub async fn index(administrator: Administrator, site: Data<Site>, query: Query<Where>) -> Answer {
    let Where { from, toward, .. } = query.into_inner();
    let list = site.db.read(move |conn| store::list(conn, from.as_deref(), toward)).await.map_err(Error::from)?;
    let list = list.map(|listed| Listed {
        title: title(&listed.operation),
        state: state(&listed.operation),
        operation: listed.operation,
        by: if listed.by.is_empty() { "Roster".into() } else { listed.by },
    });
    let template = IndexPage { page: administrator.0.page, list };
    template.page.html(&template)
}

#[derive(Template)]
#[template(path = "lifecycle/operation.html", blocks = ["progress"])]
struct ShowPage {
    page: Page,
    title: String,
    by: String,
    /// Who resumed it, if somebody did.
    resumed_by: Option<String>,
    result: ResultNotice,
    list: Rows<Person>,
    percent: i64,
    /// What a screen reader is told: it changes in steps, not with every look.
    announced: String,
    receipt: Option<ReceiptView>,
    tabs: Vec<Tab>,
    base: String,
    can_be_cancelled: bool,
    can_be_resumed: bool,
    /// People for whom another attempt makes sense.
    again: i64,
    act: &'static str,
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

/// A link that shows some of the rows.
struct Tab {
    name: &'static str,
    word: &'static str,
    n: i64,
    is_current: bool,
}

impl ShowPage {
    fn operation(&self) -> &Operation {
        &self.result.operation
    }

    /// Something will still change by itself: rows, or the receipt that follows the end.
    fn is_watched(&self) -> bool {
        let operation = self.operation();
        operation.is_running() || (operation.is_over() && operation.receipt.is_none())
    }

    /// The state as the heading of its panel.
    fn state(&self) -> &'static str {
        state(self.operation()).0
    }
}

/// "Deactivation of 14 people"
pub fn title(operation: &Operation) -> String {
    match edits::Act::parse(&operation.act) {
        Some(act) => edits::words::operation_title(act, operation),
        None => words::operation_title(operation),
    }
}

/// The word for a state, and its tone.
pub fn state(operation: &Operation) -> (&'static str, &'static str) {
    match operation.state {
        Progress::Scheduled => ("Scheduled", "info"),
        Progress::Running => ("Running", "info"),
        Progress::Done if operation.failed > 0 => ("Done, with failures", "danger"),
        Progress::Done => ("Done", "success"),
        Progress::Stopped => ("Stopped", "warning"),
        Progress::Cancelled => ("Cancelled", "warning"),
    }
}

/// `GET /operations/{id}`. Its progress alone is asked for again and again, and costs the same at any size.
pub async fn show(administrator: Administrator, site: Data<Site>, id: Path<i64>, query: Query<Where>) -> Answer {
    let (id, Where { from, toward, only }) = (OperationId(id.into_inner()), query.into_inner());
    let is_progress = administrator.page.wants("progress");
    let read = move |conn: &mut Conn| {
        let Some(result) = notice(conn, id)? else { return Ok(None) };
        let people = store::people(conn, &result.operation)?;
        let rows = if is_progress { Rows::default() } else { store::rows(conn, id, only, from.as_deref(), toward)? };
        Ok::<_, crate::db::Error>(Some((result, people, rows)))
    };
    let (result, people, rows) = site.db.read(read).await?.ok_or(Error::NotFound)?;
    let template = page_of(administrator.0.page, result, people, rows, only);
    if template.page.wants("progress") {
        let html = template.as_progress().render()?;
        let mut answer = HttpResponse::Ok();
        if !template.is_watched() {
            // Its end changes more of the page than this part: the tabs, the outcomes, what can be done next.
            answer.insert_header(("HX-Refresh", "true"));
        }
        return Ok(answer.content_type("text/html; charset=utf-8").body(html));
    }
    template.page.html(&template)
}

fn page_of(
    page: Page,
    result: ResultNotice,
    (started, runs): (String, String),
    rows: Rows<ShownRow>,
    only: Only,
) -> ShowPage {
    let operation = &result.operation;
    let is_edit = edits::Act::parse(&operation.act).is_some();
    let act = Act::parse(&operation.act).unwrap_or(Act::Deactivate);
    let percent = (operation.total - operation.to_do()) * 100 / operation.total.max(1);
    let tab = |name, word, n, of: Only| Tab { name, word, n, is_current: of == only };
    let mut tabs = vec![
        tab("All", "all", operation.total, Only::All),
        tab("Done", "done", operation.done, Only::Done),
        tab("Skipped", "skipped", operation.skipped, Only::Skipped),
        tab("Failed", "failed", operation.failed, Only::Failed),
        tab("Waiting", "waiting", operation.to_do(), Only::Waiting),
    ];
    tabs.retain(|tab| tab.n > 0 || tab.is_current || tab.word == "all");
    let word = tabs.iter().find(|tab| tab.is_current).map_or("all", |tab| tab.word);
    let announced = match operation.state {
        Progress::Running => format!("{} percent done", percent / 10 * 10),
        _ => result.sentence.clone(),
    };
    ShowPage {
        title: title(operation),
        by: if started.is_empty() { "Roster".into() } else { started.clone() },
        resumed_by: (operation.run_by != operation.started_by).then_some(runs).filter(|name| !name.is_empty()),
        list: rows.map(|row| person(&operation.act, row)),
        percent,
        announced,
        receipt: receipt_view::of(operation),
        base: format!("/operations/{}?only={word}&", operation.id),
        tabs,
        can_be_cancelled: steering::can_be_cancelled(operation),
        can_be_resumed: steering::can_be_resumed(operation),
        again: if operation.is_over() && act != Act::Undo && !is_edit { result.may_pass } else { 0 },
        act: act.as_str(),
        result,
        page,
    }
}

/// What is done to an operation that runs, or has stopped.
enum Steer {
    Cancel,
    Resume,
}

/// `POST /operations/{id}/cancel`
pub async fn cancel(administrator: Administrator, site: Data<Site>, id: Path<i64>, _form: Form<Button>) -> Answer {
    steer(administrator, site, OperationId(id.into_inner()), Steer::Cancel).await
}

/// `POST /operations/{id}/resume`
pub async fn resume(administrator: Administrator, site: Data<Site>, id: Path<i64>, _form: Form<Button>) -> Answer {
    steer(administrator, site, OperationId(id.into_inner()), Steer::Resume).await
}

async fn steer(administrator: Administrator, site: Data<Site>, id: OperationId, steer: Steer) -> Answer {
    let (actor, now, chain) = (administrator.id, site.clock.now(), site.chain.clone());
    let runner = EveryAct::new(chain.clone());
    let write = move |conn: &mut Conn| {
        let actor = self::administrator(conn, actor, now)?;
        match steer {
            Steer::Cancel => steering::cancel(conn, &chain, &runner, &actor, id, now)?,
            Steer::Resume => steering::resume(conn, &chain, &actor, id, now)?,
        }
        Ok::<_, Error>(())
    };
    site.db.write(Lane::Administration, write).await?;
    site.wake_worker.notify_one();
    administrator.page.go_to(&format!("/operations/{id}"))
}

impl From<steering::Refusal> for Error {
    fn from(refusal: steering::Refusal) -> Self {
        match refusal {
            steering::Refusal::Erasure => {
                Error::Gone("An erasure is not cancelled: whoever is half erased is neither there nor gone.".into())
            }
            steering::Refusal::State => {
                Error::Gone("This operation is in another state by now. Open it again to see which.".into())
            }
            steering::Refusal::Database(error) => error.into(),
        }
    }
}

/// `GET /operations/{id}/result.csv`
pub async fn export(_: Administrator, site: Data<Site>, id: Path<i64>) -> Answer {
    let id = OperationId(id.into_inner());
    let read = move |conn: &mut Conn| {
        let act = store::find(conn, id)?.act;
        Ok::<_, crate::db::Error>(said(store::chunk(conn, id, None, ROWS_AT_A_TIME)?, &act))
    };
    let first = site.db.read(read).await?;
    let next = move |last: &Said| {
        let rows = site.db.read_now(|conn| store::chunk(conn, id, Some(last.row.user), ROWS_AT_A_TIME))?;
        Ok::<_, crate::db::Error>(said(rows, &last.act))
    };
    let head = ["id", "name", "email", "step", "outcome", "reason"];
    Ok(table_file::answer(&format!("operation-{id}"), Format::Csv, head, chunks(first, next, cells)))
}

/// A row with the act whose words its reason has.
struct Said {
    row: ShownRow,
    act: String,
}

fn said(rows: Vec<ShownRow>, act: &str) -> Vec<Said> {
    rows.into_iter().map(|row| Said { row, act: act.to_owned() }).collect()
}

fn cells(Said { row, act }: &Said) -> Cells {
    let name = row.name.as_ref().map_or_else(|| "erased".to_owned(), |(first, last)| format!("{first} {last}"));
    let outcome = row.outcome.map_or("waiting", |outcome| outcome.as_str());
    table_file::texts([
        row.user.to_string(),
        name,
        row.email.clone().unwrap_or_default(),
        row.step.clone(),
        outcome.to_owned(),
        reason(row, act),
    ])
}

/// Why a row was not done, in words of whatever was done: some reasons of both kinds have the same word.
fn reason(row: &ShownRow, act: &str) -> String {
    let Some(word) = row.reason.as_deref() else { return String::new() };
    if edits::Act::parse(act).is_some() {
        return Why::parse(word).map_or_else(String::new, |why| why.sentence().to_owned());
    }
    let act = Act::parse(act).unwrap_or(Act::Deactivate);
    Refusal::parse(word).map_or_else(String::new, |refusal| refusal.sentence(act))
}

fn person(act: &str, row: ShownRow) -> Person {
    let (first, last) = row.name.clone().unwrap_or_default();
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
            _ => edits::Step::parse(&row.step).map_or(("Done", ""), edits::Step::outcome),
        },
    };
    let reason = reason(&row, act);
    Person {
        user: row.user,
        initials: text::initials(&first, &last),
        name: if row.name.is_some() { format!("{first} {last}") } else { "Erased".into() },
        email: row.email.unwrap_or_default(),
        outcome,
        tone,
        reason,
    }
}
