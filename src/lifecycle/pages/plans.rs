//! The page of a plan: what will happen, to whom, and the one button that does it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use jiff::tz::TimeZone;

use super::super::change::{is_new, keep_reason};
use super::super::confirm::{self, Confirmation, Confirmed, Request};
use super::super::dormant::Dormant;
use super::super::leaving::Leaving;
use super::super::plan::{Choice, Plan};
use super::super::receivers::Goes;
use super::super::run::Lifecycle;
use super::super::store::plans;
use super::super::{Act, Changes, Handing, Selection, Step, change, make, undo};
use super::administrator;
use super::plan_view::{Onward, View, sentence};
use crate::db::{Conn, Lane, OperationId, Timestamp, UserId};
use crate::history::kinds;
use crate::licenses::AccessLevel;
use crate::operations::engine::AT_ONCE;
use crate::operations::store as operations;
use crate::sign_in::Administrator;
use crate::users::list::{Filter, Ticks};
use crate::users::pages::selection::unclear;
use crate::web::page::local_address;
use crate::web::{Answer, Error, FieldErrors, Fields, Form, Page, Site, field};

/// Characters of a name or an address that are read.
const TYPED_LENGTH: usize = 200;

#[derive(Template)]
#[template(path = "lifecycle/plan.html", blocks = ["sheet"])]
struct PlanPage {
    page: Page,
    view: View,
    errors: FieldErrors,
    /// What moved since the plan was shown; then nothing ran.
    differences: Vec<String>,
    /// Rows were switched without an update: the plan now holds them, and wants another look.
    was_switched: bool,
    typed_number: String,
}

/// `POST /plans`: makes a plan for a selection and goes to its page.
pub async fn create(administrator: Administrator, site: Data<Site>, form: Form<Fields>) -> Answer {
    let Form(fields) = form;
    let (id, now) = (administrator.id, site.clock.now());
    if let Some(answer) = unclear(&administrator.page, &site, id, &fields).await? {
        return Ok(answer);
    }
    let mut request = asked_for(&fields, now, &administrator.page.organization_zone)?;
    let return_to = request.return_to.clone();
    let made = site
        .db
        .write(Lane::Work, move |conn| {
            let actor = self::administrator(conn, id, now)?;
            request.selection = on_every_page(conn, actor.id, &fields, request.selection)?;
            if let Some(undone) = request.undoes
                && !undo::is_possible(&operations::find(conn, undone)?)
            {
                return Err(Error::BadRequest("This operation cannot be undone.".into()));
            }
            Ok::<_, Error>(make(conn, &actor, &request, now)?)
        })
        .await?;
    match made {
        Some(plan) => administrator.page.show_at(&format!("/plans/{plan}")),
        None => {
            let mark = if return_to.contains('?') { '&' } else { '?' };
            administrator.page.go_to(&format!("{return_to}{mark}nothing=1"))
        }
    }
}

fn asked_for(fields: &Fields, now: Timestamp, zone: &TimeZone) -> Result<Request, Error> {
    let nonsense = |what: &str| Error::BadRequest(format!("{what} Reload the page and try again."));
    // “Set a leave date” is a deactivation on a date.
    let is_later = !field(fields, "later").is_empty();
    let act = if is_later { "deactivate" } else { field(fields, "act") };
    let act = Act::parse(act).ok_or_else(|| nonsense("No such act."))?;
    let selection = match (field(fields, "selection"), field(fields, "operation")) {
        ("again", operation) => Selection::Again(operation.parse().map_err(|_| nonsense("No such operation."))?),
        (_, operation) if !operation.is_empty() => {
            let id: OperationId = operation.parse().map_err(|_| nonsense("No such operation."))?;
            let steps = match act {
                Act::Restore => vec![Step::Delete],
                Act::Undo => Step::ALL.to_vec(),
                _ => vec![Step::Deactivate],
            };
            Selection::OfOperation(id, steps)
        }
        ("all", _) if !field(fields, "days").is_empty() => Selection::Dormant(dormant(fields)?),
        ("all", _) if matches!(act, Act::Restore | Act::Erase) => Selection::Deleted,
        ("all", _) if act == Act::HandOver => Selection::LeftBehind,
        _ => chosen(fields)?,
    };
    let undoes = match &selection {
        Selection::OfOperation(id, _) if act == Act::Undo => Some(*id),
        Selection::Again(_) if act == Act::Undo => {
            return Err(nonsense("Undo the operation again from its own page."));
        }
        _ if act == Act::Undo => return Err(nonsense("Undo an operation from its own page.")),
        _ => None,
    };
    let return_to = local_address(field(fields, "return_to"), "/users").to_owned();
    let leaving = (is_later && matches!(act, Act::Deactivate | Act::Delete)).then(|| Leaving::preset(now, zone));
    let reason = field(fields, "reason").trim().chars().take(confirm::REASON_LENGTH).collect();
    Ok(Request { act, selection, return_to, reason, undoes, leaving })
}

/// "All that match" on the page of dormant users.
fn dormant(fields: &Fields) -> Result<Dormant, Error> {
    Dormant::parse(field(fields, "days"), field(fields, "license"))
        .ok_or_else(|| Error::BadRequest("This filter is not known. Reload the page.".into()))
}

/// Who is chosen in a list: those who are ticked, or all that match its filter.
pub fn chosen(fields: &Fields) -> Result<Selection, Error> {
    if field(fields, "selection") == "all" {
        return Ok(Selection::Matching(filter(fields)?));
    }
    // A row's own button is for that row alone, whatever is ticked.
    let name_of_ids = if field(fields, "only").is_empty() { "id" } else { "only" };
    let ids = fields.iter().filter(|(name, _)| name == name_of_ids).map(|(_, id)| id.parse());
    let ids = ids.collect::<Result<_, _>>();
    ids.map(Selection::Ticked)
        .map_err(|_| Error::BadRequest("This selection cannot be read. Reload the page and try again.".into()))
}

/// The selection, with those who are ticked on pages of the list that are not in sight.
pub fn on_every_page(
    conn: &mut Conn,
    owner: UserId,
    fields: &Fields,
    selection: Selection,
) -> Result<Selection, Error> {
    let unreadable = |_| Error::BadRequest("This selection cannot be read. Reload the page and try again.".into());
    match selection {
        Selection::Ticked(_) if field(fields, "only").is_empty() => {
            let everybody = Ticks::of(fields).map_err(unreadable)?.everybody(conn, owner)?;
            let gone = || Error::Gone("The ticks of other pages are not kept any more. Reload the list.".into());
            everybody.map(Selection::Ticked).ok_or_else(gone)
        }
        other => Ok(other),
    }
}

fn filter(fields: &Fields) -> Result<Filter, Error> {
    Filter::from_pairs(fields.iter().map(|(name, text)| (name.as_str(), text.as_str())))
        .map_err(|_| Error::BadRequest("This filter is not known. Reload the page.".into()))
}

/// `GET /plans/{id}`
pub async fn show(administrator: Administrator, site: Data<Site>, id: Path<String>, onward: Query<Onward>) -> Answer {
    let (now, onward) = (site.clock.now(), onward.into_inner());
    let view = site
        .db
        .read(move |conn| {
            let plan = plans::find(conn, &id, now)?;
            if plan.operation.is_some() {
                return Ok(Err(plan));
            }
            Ok::<_, Error>(Ok(View::read(conn, plan, &onward)?))
        })
        .await
        .map_err(gone)?;
    match view {
        Ok(view) => answer(administrator.0.page, StatusCode::OK, view, FieldErrors::default(), Vec::new(), false, ""),
        Err(plan) => already_run(&administrator.page, &plan),
    }
}

/// A plan is kept for a day.
fn gone(error: Error) -> Error {
    match error {
        Error::NotFound => Error::Gone("This plan is gone: it was never confirmed. Make a new one from Users.".into()),
        other => other,
    }
}

fn already_run(page: &Page, plan: &Plan) -> Answer {
    let operation = plan.operation.map_or_else(|| "/operations".into(), |id| format!("/operations/{id}"));
    page.go_to(&operation)
}

/// `POST /plans/{id}`: changes rows or the reason, and shows the plan again, at the rows that are asked for.
pub async fn update(
    administrator: Administrator,
    site: Data<Site>,
    id: Path<String>,
    onward: Query<Onward>,
    form: Form<Fields>,
) -> Answer {
    let (mut changes, actor, now) = (changes(&form.0), administrator.id, site.clock.now());
    let mut errors = FieldErrors::default();
    read_when(&form.0, &mut changes, &mut errors, now, &administrator.page.organization_zone);
    let plan_id = id.into_inner();
    let typed = field(&form.0, "number").to_owned();
    let shown = field(&form.0, "fingerprint").to_owned();
    let (view, other) = site
        .db
        .write(Lane::Work, move |conn| {
            let actor = self::administrator(conn, actor, now)?;
            let other = confirm::changed_by_another(conn, &plan_id, &shown, actor.id, now)?;
            let only_goes_on = !onward.section.is_empty() && !is_new(conn, &plan_id, &changes, now)?;
            match other {
                Some(_) => {}
                None if only_goes_on => keep_reason(conn, &actor, &plan_id, &changes.reason, now)?,
                None => drop(change(conn, &actor, &plan_id, &changes, now)?),
            }
            let plan = plans::find(conn, &plan_id, now)?;
            Ok((View::read(conn, plan, &onward)?, other))
        })
        .await
        .map_err(gone)?;
    if view.plan.operation.is_some() {
        return already_run(&administrator.page, &view.plan);
    }
    let status = if other.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let status = if errors.is_empty() { status } else { StatusCode::UNPROCESSABLE_ENTITY };
    let differences = other.into_iter().collect();
    let view = with_typed_when(view, &form.0, &errors);
    answer(administrator.0.page, status, view, errors, differences, false, &typed)
}

/// The rows, the group switch and the reason out of the plan's form.
fn changes(fields: &Fields) -> Changes {
    let mut changes = Changes {
        reason: field(fields, "reason").trim().to_owned(),
        all_with_history: Step::parse(field(fields, "all_with_history")),
        ..Changes::default()
    };
    changes.handing = handing(fields);
    for (name, value) in fields {
        let Some((what, user)) = name.split_once('-') else { continue };
        let Ok(user) = user.parse::<UserId>() else { continue };
        if changes.all_with_history.is_some() && what == "step" {
            continue;
        }
        let choice: &mut Choice = changes.rows.entry(user).or_default();
        match what {
            "step" => choice.step = Step::parse(value),
            "level" => choice.level = AccessLevel::parse(value),
            "email" => choice.email = Some(value.trim().to_owned()).filter(|email| !email.is_empty()),
            _ => {}
        }
    }
    changes
}

/// `goes-KIND` and `to-KIND` for everybody, `goes-KIND-USER` and `to-KIND-USER` for one person.
fn handing(fields: &Fields) -> Vec<Handing> {
    let wishes = fields.iter().filter_map(|(name, goes)| {
        let what = name.strip_prefix("goes-")?;
        let (duty, of) = match what.split_once('-') {
            None => (what, None),
            Some((duty, user)) => (duty, Some(user.parse().ok()?)),
        };
        kinds::duty_by_key(duty)?;
        let typed = field(fields, &format!("to-{what}")).trim().chars().take(TYPED_LENGTH).collect();
        Some(Handing { duty: duty.to_owned(), of, goes: Goes::parse(goes), typed })
    });
    wishes.collect()
}

/// Now, or on a date. A date that cannot be meant changes nothing, and is said beside the field.
fn read_when(fields: &Fields, changes: &mut Changes, errors: &mut FieldErrors, now: Timestamp, zone: &TimeZone) {
    match field(fields, "when") {
        "now" => changes.leaving = Some(None),
        "date" => match Leaving::typed(field(fields, "leave_date"), field(fields, "leave_time"), now, zone) {
            Ok(leaving) => changes.leaving = Some(Some(leaving)),
            Err(problem) => errors.add("leave_date", problem),
        },
        _ => {}
    }
}

/// What was typed stays in the fields while it is wrong.
fn with_typed_when(mut view: View, fields: &Fields, errors: &FieldErrors) -> View {
    if let (Some(when), Some(_)) = (&mut view.when, errors.of("leave_date")) {
        when.is_dated = true;
        when.date = field(fields, "leave_date").to_owned();
        when.time = field(fields, "leave_time").to_owned();
    }
    view
}

enum Next {
    Done(OperationId, Box<Plan>),
    Show(Box<View>, FieldErrors, Vec<String>, bool),
}

/// `POST /plans/{id}/operation`: runs the plan as shown.
pub async fn run(administrator: Administrator, site: Data<Site>, id: Path<String>, form: Form<Fields>) -> Answer {
    let Form(fields) = form;
    let (actor, now) = (administrator.id, site.clock.now());
    let runner = Lifecycle { chain: site.chain.clone() };
    let typed = field(&fields, "number").to_owned();
    let confirmation = Confirmation {
        plan: id.into_inner(),
        fingerprint: field(&fields, "fingerprint").to_owned(),
        reason: field(&fields, "reason").to_owned(),
        typed_number: typed.clone(),
    };
    let mut changes = changes(&fields);
    let mut wrong = FieldErrors::default();
    read_when(&fields, &mut changes, &mut wrong, now, &administrator.page.organization_zone);
    let next = site
        .db
        .write(Lane::Administration, move |conn| {
            let actor = self::administrator(conn, actor, now)?;
            let id = confirmation.plan.clone();
            let is_stale = confirm::changed_by_another(conn, &id, &confirmation.fingerprint, actor.id, now)?.is_some();
            let was_switched =
                !is_stale && is_new(conn, &id, &changes, now)? && change(conn, &actor, &id, &changes, now)?;
            if was_switched || !wrong.is_empty() {
                let plan = plans::find(conn, &id, now)?;
                let view = View::read(conn, plan, &Onward::default())?;
                return Ok(Next::Show(Box::new(view), wrong, Vec::new(), was_switched));
            }
            let confirmed = confirm::confirm(conn, &runner, &actor, &confirmation, now)?;
            let plan = plans::find(conn, &id, now)?;
            let mut errors = FieldErrors::default();
            let differences = match confirmed {
                Confirmed::Operation(operation) => return Ok(Next::Done(operation, Box::new(plan))),
                Confirmed::Moved(differences) => differences,
                Confirmed::Refused(missing) => {
                    for (field, text) in missing.iter().map(sentence) {
                        errors.add(field, text);
                    }
                    Vec::new()
                }
            };
            Ok(Next::Show(Box::new(View::read(conn, plan, &Onward::default())?), errors, differences, false))
        })
        .await
        .map_err(gone)?;
    match next {
        Next::Show(view, errors, differences, was_switched) => {
            let status = if errors.is_empty() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            let view = with_typed_when(*view, &fields, &errors);
            answer(administrator.0.page, status, view, errors, differences, was_switched, &typed)
        }
        Next::Done(operation, plan) => {
            site.wake_worker.notify_one();
            let is_slow = plan.act == Act::Erase || plan.members > AT_ONCE as i64;
            administrator.page.go_to(&result_address(&plan.return_to, is_slow, operation))
        }
    }
}

/// What the address of a list says of its ticks, its count and its messages: nothing of it holds after an operation.
const PASSING: [&str; 11] =
    ["operation", "nothing", "selection", "tick", "picked", "full", "unclear", "copy", "count", "counted", "done"];

/// Back on the page the plan was opened from; a large run is watched on its own page, and so is one that followed another.
pub fn result_address(return_to: &str, is_slow: bool, operation: OperationId) -> String {
    if is_slow || return_to.starts_with("/operations") {
        return format!("/operations/{operation}");
    }
    let (path, query) = return_to.split_once('?').unwrap_or((return_to, ""));
    let kept = query.split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && !PASSING.contains(&name)
    });
    let query: Vec<String> = kept.map(str::to_owned).chain([format!("operation={operation}")]).collect();
    format!("{path}?{}", query.join("&"))
}

fn answer(
    page: Page,
    status: StatusCode,
    view: View,
    errors: FieldErrors,
    differences: Vec<String>,
    was_switched: bool,
    typed_number: &str,
) -> Answer {
    let template = PlanPage { page, view, errors, differences, was_switched, typed_number: typed_number.to_owned() };
    if template.page.wants("dialog") || template.page.wants("plan") {
        let html = template.as_sheet().render()?;
        return Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html));
    }
    template.page.html_with(status, &template)
}
