//! The page of a plan of edits: the fields that are asked for, then who gets what, and the one button that does it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;

use super::super::plan::{Plan, Problem, Wanted};
use super::super::run::Edits;
use super::super::typed::{self, Typed};
use super::super::{Act, Confirmed, Missing, confirm, store};
use super::administrator;
use super::fields_view::{self, TickedField};
use super::view::{Shown, View, address, title};
use crate::db::{Conn, Lane};
use crate::lifecycle::confirm::REASON_LENGTH;
use crate::lifecycle::pages::plans::result_address;
use crate::operations::engine::AT_ONCE;
use crate::sign_in::Administrator;
use crate::users::fields::Field;
use crate::web::text::count;
use crate::web::{Answer, Error, Fields, Form, Page, Site, field};
use crate::work::entries::NOTE_LENGTH;

#[derive(Template)]
#[template(path = "edits/fields.html", blocks = ["sheet"])]
struct FieldsPage {
    page: Page,
    plan: Plan,
    title: String,
    people: i64,
    fields: Vec<TickedField>,
    body: String,
    body_error: Option<String>,
    /// What is wrong beside no field.
    problem: Option<String>,
}

impl FieldsPage {
    fn chosen(&self) -> String {
        let how_many = count(self.people, "person", "people");
        let said = &self.plan.selection;
        if said.starts_with(&how_many) { format!("{said}.") } else { format!("{how_many}, {said}.") }
    }
}

#[derive(Template)]
#[template(path = "edits/plan.html", blocks = ["sheet"])]
struct PlanPage {
    page: Page,
    view: View,
    problems: Vec<String>,
    reason_error: Option<String>,
    differences: Vec<String>,
}

/// What many people can be given at once.
fn shared_fields() -> Vec<Field> {
    Field::ALL.iter().copied().filter(|field| field.can_be_shared()).collect()
}

/// `GET /edits/{id}/fields`
pub async fn fields(administrator: Administrator, site: Data<Site>, id: Path<String>) -> Answer {
    let now = site.clock.now();
    let read = move |conn: &mut Conn| {
        let plan = store::find(conn, &id, now)?;
        if plan.operation.is_some() || !matches!(plan.act, Act::Edit | Act::PostUpdate) {
            return Ok(Err(plan));
        }
        let typed: Typed = plan.wanted.typed.clone();
        Ok::<_, Error>(Ok(form(conn, plan, &typed, &[])?))
    };
    match site.db.read(read).await.map_err(gone)? {
        Ok(parts) => answer_fields(administrator.0.page, StatusCode::OK, parts, None, None),
        Err(plan) => administrator.page.go_to(&onward(&plan)),
    }
}

type Parts = (Plan, i64, Vec<TickedField>);

fn form(conn: &mut Conn, plan: Plan, typed: &Typed, problems: &[Problem]) -> crate::db::Result<Parts> {
    let of_rows: i64 = store::steps(conn, &plan.id)?.values().sum();
    let people = if of_rows > 0 { of_rows } else { store::chosen(conn, &plan.id)?.len() as i64 };
    let fields = match plan.act {
        Act::Edit => fields_view::read(conn, &shared_fields(), typed, problems)?,
        _ => Vec::new(),
    };
    Ok((plan, people, fields))
}

fn answer_fields(
    page: Page,
    status: StatusCode,
    (plan, people, fields): Parts,
    problem: Option<String>,
    body: Option<(String, String)>,
) -> Answer {
    let (body, body_error) = match body {
        Some((body, error)) => (body, Some(error)),
        None => (plan.wanted.body.clone(), None),
    };
    let title = title(&plan, people);
    let template = FieldsPage { page, plan, title, people, fields, body, body_error, problem };
    if template.page.is_fragment() {
        return Ok(html(status, template.as_sheet().render()?));
    }
    template.page.html_with(status, &template)
}

fn html(status: StatusCode, html: String) -> HttpResponse {
    HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html)
}

/// `POST /edits/{id}`: what is asked for; then the plan shows what that means for each. From the plan itself: what was
/// typed or chosen there, and on to the rows that are asked for.
pub async fn update(
    administrator: Administrator,
    site: Data<Site>,
    id: Path<String>,
    shown: Query<Shown>,
    sent: Form<Fields>,
) -> Answer {
    let (actor, now, sent) = (administrator.id, site.clock.now(), sent.0);
    let write = move |conn: &mut Conn| {
        let actor = self::administrator(conn, actor, now)?;
        let mut plan = store::find_to_change(conn, &id, now)?;
        if plan.operation.is_some() {
            return Ok(Asked::Stored(address(&plan)));
        }
        if sent.iter().any(|(name, _)| name == "fingerprint") {
            // From the plan itself. Its rows stay as they are, however many: nothing is weighed for that.
            plan.reason = field(&sent, "reason").trim().chars().take(REASON_LENGTH).collect();
            match field(&sent, "leave_errors_out") {
                "" => {}
                are_left_out => plan.leave_errors_out(are_left_out == "1"),
            }
            store::update(conn, &plan)?;
            return Ok(Asked::Stored(shown.address(&plan)));
        }
        let wanted = match wanted(conn, &plan, &sent, now)? {
            Ok(wanted) => wanted,
            Err(wrong) => {
                let mut parts = form(conn, plan, &wrong.typed, &wrong.problems)?;
                parts.2.iter_mut().for_each(|field| field.is_ticked = wrong.ticked.contains(&field.view.field));
                return Ok(Asked::Wrong(Box::new((parts, wrong.problem, wrong.body))));
            }
        };
        confirm::ask(conn, &actor, &mut plan, wanted, now)?;
        Ok::<_, Error>(Asked::Stored(address(&plan)))
    };
    match site.db.write(Lane::Work, write).await.map_err(gone)? {
        Asked::Stored(shown_at) => administrator.page.show_at(&shown_at),
        Asked::Wrong(wrong) => {
            let (parts, problem, body) = *wrong;
            answer_fields(administrator.0.page, StatusCode::UNPROCESSABLE_ENTITY, parts, problem, body)
        }
    }
}

enum Asked {
    /// The plan holds it, and is shown there.
    Stored(String),
    Wrong(Box<(Parts, Option<String>, Option<(String, String)>)>),
}

#[derive(Default)]
struct Wrong {
    typed: Typed,
    ticked: Vec<Field>,
    problems: Vec<Problem>,
    problem: Option<String>,
    body: Option<(String, String)>,
}

/// What the form asks for, or what is wrong with it.
fn wanted(
    conn: &mut Conn,
    plan: &Plan,
    sent: &Fields,
    now: crate::db::Timestamp,
) -> Result<Result<Wanted, Box<Wrong>>, Error> {
    match plan.act {
        Act::PostUpdate => Ok(update_text(field(sent, "body")).map(|body| Wanted { body, ..Wanted::default() })),
        Act::Edit => {
            let texts = |field: &Field| -> Vec<String> {
                sent.iter().filter(|(name, _)| name == field.as_str()).map(|(_, text)| text.clone()).collect()
            };
            let ticked = |field: &Field| sent.iter().any(|(name, value)| name == "tick" && value == field.as_str());
            let (asked, rest): (Vec<Field>, Vec<Field>) = shared_fields().into_iter().partition(ticked);
            let mut typed: Typed = asked.iter().map(|field| (*field, texts(field))).collect();
            // Filled in and not ticked: what was meant is not for us to guess.
            let forgotten = rest.iter().filter(|field| texts(field).iter().any(|text| !text.trim().is_empty()));
            let forgotten: Vec<Problem> = forgotten.map(|field| untold(*field)).collect();
            if !forgotten.is_empty() {
                typed.extend(rest.iter().map(|field| (*field, texts(field))));
                return Ok(Err(Box::new(Wrong { typed, ticked: asked, problems: forgotten, ..Wrong::default() })));
            }
            if typed.is_empty() {
                let problem = Some("Tick at least one field.".to_owned());
                return Ok(Err(Box::new(Wrong { problem, ..Wrong::default() })));
            }
            let (set, problems) = typed::read(conn, &typed, now)?;
            if !problems.is_empty() {
                return Ok(Err(Box::new(Wrong { typed, ticked: asked, problems, ..Wrong::default() })));
            }
            Ok(Ok(Wanted { set, typed, ..Wanted::default() }))
        }
        Act::Create | Act::Import | Act::UndoEdit | Act::UndoImport => Ok(Ok(plan.wanted.clone())),
    }
}

fn untold(field: Field) -> Problem {
    let text = "You filled this in, but did not tick it. Tick it, or empty it.".to_owned();
    Problem { cell: String::new(), field: Some(field), text }
}

fn update_text(body: &str) -> Result<String, Box<Wrong>> {
    let body = body.replace("\r\n", "\n");
    let wrong = |error: String| Box::new(Wrong { body: Some((body.clone(), error)), ..Wrong::default() });
    match body.trim().chars().count() {
        0 => Err(wrong("Write something first.".into())),
        n if n > NOTE_LENGTH => Err(wrong(format!("An update has at most 10,000 characters; this has {n}."))),
        _ => Ok(body.trim().to_owned()),
    }
}

/// `GET /edits/{id}`
pub async fn show(administrator: Administrator, site: Data<Site>, id: Path<String>, shown: Query<Shown>) -> Answer {
    let now = site.clock.now();
    let read = move |conn: &mut Conn| {
        let plan = store::find(conn, &id, now)?;
        if plan.operation.is_some() || plan.fingerprint.is_empty() || plan.act == Act::Import {
            return Ok(Err(plan));
        }
        Ok::<_, Error>(Ok(View::read(conn, plan, &shown)?))
    };
    match site.db.read(read).await.map_err(gone)? {
        Ok(view) => answer(administrator.0.page, StatusCode::OK, view, Vec::new(), &[]),
        Err(plan) => administrator.page.go_to(&onward(&plan)),
    }
}

/// Where the plan is by now: run already, or still without anything that it asks for.
fn onward(plan: &Plan) -> String {
    match plan.operation {
        Some(operation) => format!("/operations/{operation}"),
        None if plan.act == Act::Import => address(plan),
        None if plan.fingerprint.is_empty() => format!("/edits/{}/fields", plan.id),
        None => format!("/edits/{}", plan.id),
    }
}

/// A plan is kept for a day.
fn gone(error: Error) -> Error {
    match error {
        Error::NotFound => Error::Gone("This plan is gone: it was not confirmed in time, or what it would undo is not kept any more. Make a new one.".into()),
        other => other,
    }
}

/// The plan as a page, or as the sheet alone if htmx asks.
pub fn answer(page: Page, status: StatusCode, mut view: View, differences: Vec<String>, missing: &[Missing]) -> Answer {
    let (mut problems, mut reason_error) = (Vec::new(), None);
    for missing in missing {
        match missing {
            Missing::NothingToDo => problems.push("This would change nobody. Go back, or cancel.".to_owned()),
            Missing::ReasonTooLong => reason_error = Some("A reason has at most 500 characters.".to_owned()),
            Missing::Errors(n) => problems.push(format!(
                "{} errors. Correct the file, or leave these rows out.",
                count(*n, "row has", "rows have")
            )),
            // Shown as they are now.
            Missing::Seats(_) => {}
        }
    }
    view.is_part = page.is_fragment() && view.plan.act == Act::Import;
    let template = PlanPage { page, view, problems, reason_error, differences };
    if template.page.is_fragment() {
        return Ok(html(status, template.as_sheet().render()?));
    }
    template.page.html_with(status, &template)
}

enum Next {
    Done(String),
    Show(Box<View>, Vec<String>, Vec<Missing>),
}

/// `POST /edits/{id}/operation`: runs the plan as shown.
pub async fn run(administrator: Administrator, site: Data<Site>, id: Path<String>, sent: Form<Fields>) -> Answer {
    let (actor, now, id) = (administrator.id, site.clock.now(), id.into_inner());
    let runner = Edits { chain: site.chain.clone() };
    let (shown, reason) = (field(&sent.0, "fingerprint").to_owned(), field(&sent.0, "reason").to_owned());
    let write = move |conn: &mut Conn| {
        let actor = self::administrator(conn, actor, now)?;
        let confirmed = confirm::confirm(conn, &runner, &actor, (&id, &shown, &reason), now)?;
        let plan = store::find(conn, &id, now)?;
        let (differences, missing) = match confirmed {
            Confirmed::Operation(operation) => {
                let people: i64 = store::steps(conn, &id)?.values().sum();
                let is_slow = people > AT_ONCE as i64;
                return Ok(Next::Done(result_address(&plan.return_to, is_slow, operation)));
            }
            Confirmed::Moved(differences) => (differences, Vec::new()),
            Confirmed::Refused(missing) => (Vec::new(), missing),
        };
        let view = View::read(conn, plan, &Shown::default())?;
        Ok::<_, Error>(Next::Show(Box::new(view), differences, missing))
    };
    match site.db.write(Lane::Administration, write).await.map_err(gone)? {
        Next::Done(address) => {
            site.wake_worker.notify_one();
            administrator.page.go_to(&address)
        }
        Next::Show(view, differences, missing) => {
            let status = if missing.is_empty() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            answer(administrator.0.page, status, *view, differences, &missing)
        }
    }
}
