//! Reports: the list, a new one, and what one says now, as a chart, as numbers and as a file.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::beside_field;
use crate::db::{Conn, Lane};
use crate::licenses::Rights;
use crate::sign_in::Viewer;
use crate::users::State;
use crate::web::pagination::{Rows, Toward};
use crate::web::table_file::{self, Format};
use crate::web::{Answer, FieldErrors, Form, Page, Site, text};
use crate::work::reports::{self, GroupsBy, Report, Run, Sum};
use crate::work::{access, store};

/// A bar with its label, in the units of the drawing.
const BAR_HEIGHT: usize = 36;
/// Bars of a chart; the table beside it has all.
const BARS: usize = 12;

#[derive(Deserialize)]
pub struct Where {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
}

#[derive(Template)]
#[template(path = "work/reports.html")]
struct IndexPage {
    page: Page,
    list: Rows<Report>,
    works: bool,
    name: String,
    groups_by: String,
    errors: FieldErrors,
}

impl IndexPage {
    fn groupings(&self) -> &'static [GroupsBy] {
        GroupsBy::ALL
    }
}

#[derive(Template)]
#[template(path = "work/report.html")]
struct ShowPage {
    page: Page,
    report: Report,
    /// `None`: it has stopped.
    lines: Option<Vec<Line>>,
    total: String,
    administers: bool,
}

struct Line {
    label: Option<String>,
    is_off: bool,
    hours: String,
    /// Of the longest bar.
    percent: i64,
    /// Where the bar begins, from above.
    top: usize,
}

impl ShowPage {
    fn bars(&self) -> &[Line] {
        let lines = self.lines.as_deref().unwrap_or_default();
        &lines[..lines.len().min(BARS)]
    }

    fn height(&self) -> usize {
        self.bars().len() * BAR_HEIGHT
    }
}

/// `GET /reports`
pub async fn index(viewer: Viewer, site: Data<Site>, query: Query<Where>) -> Answer {
    let Where { from, toward } = query.into_inner();
    let template = list(viewer, &site, from, toward).await?;
    template.page.html(&template)
}

async fn list(
    viewer: Viewer,
    site: &Site,
    from: Option<String>,
    toward: Toward,
) -> Result<IndexPage, crate::web::Error> {
    let (user, now) = (viewer.id, viewer.page.now);
    let read = site.db.read(move |conn| -> crate::work::Result<_> {
        access::reader(conn, user, now)?;
        Ok(store::reports::list(conn, from.as_deref(), toward)?)
    });
    let list = read.await?;
    Ok(IndexPage {
        works: viewer.may(Rights::DO_WORK),
        page: viewer.page,
        list,
        name: String::new(),
        groups_by: GroupsBy::Person.as_str().into(),
        errors: FieldErrors::default(),
    })
}

#[derive(Deserialize)]
pub struct NewReport {
    name: String,
    groups_by: String,
}

/// `POST /reports`
pub async fn create(viewer: Viewer, site: Data<Site>, form: Form<NewReport>) -> Answer {
    let Form(NewReport { name, groups_by }) = form;
    let (user, now, typed) = (viewer.id, viewer.page.now, (name.clone(), groups_by.clone()));
    let write = move |conn: &mut Conn| reports::create(conn, user, &typed.0, &typed.1, now);
    match beside_field(site.db.write(Lane::Work, write).await)? {
        Ok(id) => viewer.page.go_to(&format!("/reports/{id}")),
        Err(errors) => {
            let template = IndexPage { name, groups_by, errors, ..list(viewer, &site, None, Toward::Next).await? };
            template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
    }
}

/// `GET /reports/{id}`: runs it.
pub async fn show(viewer: Viewer, site: Data<Site>, id: Path<i64>) -> Answer {
    let (user, id, now) = (viewer.id, id.into_inner(), viewer.page.now);
    let (report, run) = site.db.read(move |conn| reports::run(conn, user, id, now)).await?;
    let sums = match run {
        Run::Stopped => None,
        Run::Sums(sums) => {
            site.db.write(Lane::Work, move |conn| reports::note_run(conn, user, id, now)).await?;
            Some(sums)
        }
    };
    let total: i64 = sums.iter().flatten().map(|sum| sum.minutes).sum();
    let status = if sums.is_some() { StatusCode::OK } else { StatusCode::CONFLICT };
    let template = ShowPage {
        administers: viewer.may(Rights::ADMINISTER_USERS),
        lines: sums.map(lines),
        total: text::hours(total),
        page: viewer.page,
        report,
    };
    template.page.html_with(status, &template)
}

fn lines(sums: Vec<Sum>) -> Vec<Line> {
    let longest = sums.iter().map(|sum| sum.minutes).max().unwrap_or(1).max(1);
    let line = |(place, sum): (usize, Sum)| Line {
        is_off: sum.state == State::Deactivated.as_str(),
        hours: text::hours(sum.minutes),
        percent: (sum.minutes * 100 / longest).max(1),
        top: place * BAR_HEIGHT,
        label: sum.label,
    };
    sums.into_iter().enumerate().map(line).collect()
}

/// `GET /reports/{id}/result.csv`
pub async fn export(viewer: Viewer, site: Data<Site>, id: Path<i64>) -> Answer {
    let (user, id, now) = (viewer.id, id.into_inner(), viewer.page.now);
    let (_, run) = site.db.read(move |conn| reports::run(conn, user, id, now)).await?;
    let Run::Sums(sums) = run else { return viewer.page.go_to(&format!("/reports/{id}")) };
    let cells =
        |sum: Sum| table_file::texts([sum.label.unwrap_or_default(), text::hours(sum.minutes).replace(',', "")]);
    // All of it is here already: there is nothing behind.
    let mut rows = Some(sums.into_iter().map(cells).collect());
    let next = move || Ok::<_, std::io::Error>(rows.take().unwrap_or_default());
    Ok(table_file::answer(&format!("report-{id}"), Format::Csv, ["what", "hours"], next))
}
