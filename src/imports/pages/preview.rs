//! What would come of a file: which column is what, and what happens to whom.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;

use crate::db::{self, Conn, Lane, Timestamp, UserId};
use crate::edits::pages::plans::answer;
use crate::edits::pages::view::{Shown, View};
use crate::edits::store as plans;
use crate::imports::check::{self, Refusal};
use crate::imports::{Import, Mapping, Target, store};
use crate::licenses::AccessLevel;
use crate::sign_in::Administrator;
use crate::web::text::list;
use crate::web::{Answer, Error, Form, Page, Site};

#[derive(Template)]
#[template(path = "imports/show.html")]
struct Show {
    page: Page,
    import: Import,
    /// Why nothing can be checked with this mapping.
    unclear: Vec<String>,
    /// What would come of it.
    plan: Option<View>,
    // Of the plan's sheet, which says more once somebody tried to confirm it.
    problems: Vec<String>,
    reason_error: Option<String>,
    differences: Vec<String>,
}

impl Show {
    fn of(page: Page, import: Import, plan: Option<View>) -> Self {
        let unclear = import.mapping.problems();
        Show { page, import, unclear, plan, problems: Vec::new(), reason_error: None, differences: Vec::new() }
    }

    fn targets(&self) -> Vec<Target> {
        Target::all().collect()
    }

    fn is_mapped(&self, column: &u16, target: &Target) -> bool {
        self.import.mapping.target(*column) == Some(*target)
    }

    fn levels(&self) -> &'static [AccessLevel] {
        AccessLevel::ALL
    }

    fn is_default(&self, level: &AccessLevel) -> bool {
        self.import.default_level == Some(*level)
    }

    /// `5 of 7 columns are imported. Left aside: Started and column H.`
    fn summary(&self) -> String {
        let headings = &self.import.headings.0;
        let aside = headings.iter().filter(|heading| self.import.mapping.target(heading.column).is_none());
        let aside: Vec<String> = aside.map(|heading| heading.name()).collect();
        let imported = headings.len() - aside.len();
        match aside.len() {
            0 => format!("All {imported} columns are imported"),
            _ => format!("{imported} of {} columns are imported, not {}", headings.len(), list(&aside)),
        }
    }

    /// What nobody new can come without, if no column gives it.
    fn lacks(&self) -> Option<String> {
        let missing = self.import.mapping.missing_for_new(self.import.default_level.is_some());
        let missing: Vec<String> = missing.iter().map(|field| field.name().to_lowercase()).collect();
        let more = if missing.is_empty() { return None } else { list(&missing) };
        Some(format!("No column gives the {more}: only people who are there already can be changed."))
    }

    fn other_sheets(&self) -> Option<String> {
        let others = self.import.sheets.iter().filter(|name| **name != self.import.sheet);
        let others: Vec<String> = others.map(|name| format!("“{name}”")).collect();
        (!others.is_empty()).then(|| list(&others))
    }
}

enum Seen {
    Preview(Box<Import>, Option<Box<View>>),
    /// It was confirmed: what became of it.
    Operation(db::OperationId),
}

fn see(conn: &mut Conn, id: &str, shown: &Shown, now: Timestamp) -> Result<Seen, Error> {
    let import = store::find(conn, id, now)?;
    let plan = match &import.plan {
        Some(plan) => plans::find(conn, plan, now)?,
        None => return Ok(Seen::Preview(Box::new(import), None)),
    };
    if let Some(operation) = plan.operation {
        return Ok(Seen::Operation(operation));
    }
    let view = View { is_part: true, ..View::read(conn, plan, shown)? };
    Ok(Seen::Preview(Box::new(import), Some(Box::new(view))))
}

fn gone(error: Error) -> Error {
    match error {
        Error::NotFound => Error::Gone("This file is gone: files are kept for a day. What was imported of it stands in Operations; else upload it again.".into()),
        other => other,
    }
}

/// `GET /imports/{id}`
pub async fn show(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<String>,
    shown: Query<Shown>,
) -> Answer {
    let now = site.clock.now();
    match site.db.read(move |conn| see(conn, &id, &shown, now)).await.map_err(gone)? {
        Seen::Operation(operation) => viewer.page.go_to(&format!("/operations/{operation}")),
        Seen::Preview(_, Some(view)) if viewer.page.is_fragment() => {
            answer(viewer.page, StatusCode::OK, *view, Vec::new(), &[])
        }
        Seen::Preview(import, view) => {
            let show = Show::of(viewer.page, *import, view.map(|view| *view));
            show.page.html(&show)
        }
    }
}

/// `POST /imports/{id}`: another mapping.
pub async fn update(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<String>,
    form: Form<HashMap<String, String>>,
) -> Answer {
    let now = site.clock.now();
    let seen = site.db.read(move |conn| see(conn, &id, &Shown::default(), now)).await.map_err(gone)?;
    let mut import = match seen {
        Seen::Operation(operation) => return viewer.page.go_to(&format!("/operations/{operation}")),
        Seen::Preview(import, _) => *import,
    };
    import.mapping = mapping(&import, &form.0)?;
    import.default_level = form.0.get("default_level").and_then(|word| AccessLevel::parse(word));
    if !import.mapping.problems().is_empty() {
        let show = Show::of(viewer.page, import, None);
        return show.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &show);
    }
    let address = format!("/imports/{}", import.id);
    checked(&site, import, viewer.id).await?;
    viewer.page.go_to(&address)
}

/// Makes the file's plan, off the async threads.
async fn checked(site: &Site, import: Import, actor: UserId) -> Result<(), Error> {
    let (db, now) = (site.db.clone(), site.clock.now());
    let checking = tokio::task::spawn_blocking(move || check::check(&db, &import, actor, now));
    checking.await.map_err(Error::fault)?.map_err(|refusal| match refusal {
        Refusal::Database(error) => error.into(),
        Refusal::MayNot => Error::forbidden(refusal.to_string()),
    })
}

/// Checks a file that has just arrived, if its headings say enough; else the mapping is asked for first.
pub(super) async fn arrived(site: &Site, import: Import, actor: UserId) -> Result<(), Error> {
    if import.mapping.problems().is_empty() {
        return checked(site, import, actor).await;
    }
    site.db.write(Lane::Work, move |conn| store::set_mapping(conn, &import, None)).await?;
    Ok(())
}

/// The chosen thing of each column: `column-2=email`.
fn mapping(import: &Import, form: &HashMap<String, String>) -> Result<Mapping, Error> {
    let mut pairs = Vec::new();
    for heading in &import.headings.0 {
        match form.get(&format!("column-{}", heading.column)).map_or("", String::as_str) {
            "" => {}
            word => {
                let target = Target::parse(word);
                let target = target.ok_or_else(|| Error::BadRequest("No column can be this.".into()))?;
                pairs.push((heading.column, target));
            }
        }
    }
    Ok(Mapping::of(pairs))
}
