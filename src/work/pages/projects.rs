//! The list of projects, and a project with its tasks, issues, documents and hours by person.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::{beside_field, documents, place, upload};
use crate::db::{Lane, ProjectId, UserId};
use crate::licenses::Rights;
use crate::sign_in::Viewer;
use crate::users::actor::Actor;
use crate::web::pagination::Rows;
use crate::web::{Answer, Error, FieldErrors, Form, Page, Site, page::percent_encode, text};
use crate::work::documents::Place;
use crate::work::store::{self, documents as stored_documents, items::Line, projects::HoursOf, projects::Project};
use crate::work::{Kind, access, items, projects};

/// People that *hours by person* names one by one; the rest are summed in one row.
const NAMED: usize = 200;

#[derive(Template)]
#[template(path = "work/projects.html", blocks = ["rows"])]
struct IndexPage {
    page: Page,
    rows: Rows<Project>,
    q: String,
    base: String,
}

#[derive(Template)]
#[template(path = "work/new_project.html")]
struct NewPage {
    page: Page,
    name: String,
    errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "work/project.html")]
struct ShowPage {
    page: Page,
    project: Project,
    show: Show,
    content: Content,
    sees_all: bool,
    works: bool,
    title: String,
    kind: Kind,
    errors: FieldErrors,
    base: String,
    limit: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Show {
    #[default]
    Tasks,
    Issues,
    Documents,
    Hours,
}

enum Content {
    Items(Rows<Line>),
    Documents(Rows<stored_documents::Line>),
    Hours { rows: Vec<HoursOf>, others: Option<(i64, i64, i64)>, entries: i64, minutes: i64 },
}

#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    before: String,
}

#[derive(Deserialize, Default)]
pub struct Within {
    #[serde(default)]
    show: Show,
    #[serde(default)]
    after: String,
    #[serde(default)]
    before: String,
}

#[derive(Deserialize)]
pub struct NewProject {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
pub struct NewItem {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    title: String,
}

impl ShowPage {
    fn hours(&self, minutes: &i64) -> String {
        text::hours(*minutes)
    }

    fn upload_to(&self) -> String {
        format!("/projects/{}/documents", self.project.id)
    }

    fn size(&self, bytes: &i64) -> String {
        crate::web::text::size(*bytes)
    }
}

/// `GET /projects`
pub async fn index(viewer: Viewer, site: Data<Site>, query: Query<Search>) -> Answer {
    let Search { q, after, before } = query.into_inner();
    let (place, toward) = place::<String>(&after, &before);
    let (id, text, now) = (viewer.id, q.clone(), viewer.page.now);
    let rows = site.db.read(move |conn| -> crate::work::Result<_> {
        let actor = access::reader(conn, id, now)?;
        Ok(store::projects::list(conn, &text, access::only_assigned_to(&actor), place, toward)?)
    });
    let base = format!("/projects?q={}&", percent_encode(&q));
    let template = IndexPage { rows: rows.await?, q, base, page: viewer.page };
    if template.page.wants("rows") { template.page.html(&template.as_rows()) } else { template.page.html(&template) }
}

/// `GET /projects/new`
pub async fn new(viewer: Viewer) -> Answer {
    if !viewer.may(Rights::DO_WORK) {
        return Err(Error::forbidden("People with a Standard or Light license make projects."));
    }
    let template = NewPage { page: viewer.page, name: String::new(), errors: FieldErrors::default() };
    template.page.html(&template)
}

/// `POST /projects`
pub async fn create(viewer: Viewer, site: Data<Site>, form: Form<NewProject>) -> Answer {
    let Form(NewProject { name }) = form;
    let (id, now, typed) = (viewer.id, site.clock.now(), name.clone());
    let made = site.db.write(Lane::Work, move |conn| projects::create(conn, id, &typed, now)).await;
    match beside_field(made)? {
        Ok(project) => viewer.page.go_to(&format!("/projects/{project}")),
        Err(errors) => {
            let template = NewPage { page: viewer.page, name, errors };
            template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
    }
}

/// `GET /projects/{id}`
pub async fn show(viewer: Viewer, site: Data<Site>, path: Path<i64>, query: Query<Within>) -> Answer {
    let template = prepare(viewer, &site, ProjectId(*path), query.into_inner()).await?;
    template.page.html(&template)
}

/// `POST /projects/{id}/items`
pub async fn create_item(viewer: Viewer, site: Data<Site>, path: Path<i64>, form: Form<NewItem>) -> Answer {
    let Form(NewItem { kind, title }) = form;
    let project = ProjectId(*path);
    let kind = Kind::parse(&kind).ok_or_else(|| Error::BadRequest("Choose a task or an issue.".into()))?;
    let (id, now, typed) = (viewer.id, site.clock.now(), title.clone());
    let made = site.db.write(Lane::Work, move |conn| items::create(conn, id, project, kind, &typed, now)).await;
    match beside_field(made)? {
        Ok(item) => viewer.page.go_to(&format!("/work-items/{item}")),
        Err(errors) => {
            let show = if kind == Kind::Issue { Show::Issues } else { Show::Tasks };
            let template = prepare(viewer, &site, project, Within { show, ..Within::default() }).await?;
            let template = ShowPage { title, kind, errors, ..template };
            template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
    }
}

/// `POST /projects/{id}/documents`
pub async fn create_document(
    viewer: Viewer,
    site: Data<Site>,
    path: Path<i64>,
    multipart: actix_multipart::Multipart,
) -> Answer {
    let project = ProjectId(*path);
    match upload::receive(&viewer, &site, multipart, Place::Project(project)).await? {
        Ok(()) => viewer.page.go_to(&format!("/projects/{project}?show=documents")),
        Err(errors) => {
            let within = Within { show: Show::Documents, ..Within::default() };
            let template = ShowPage { errors, ..prepare(viewer, &site, project, within).await? };
            template.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
    }
}

async fn prepare(viewer: Viewer, site: &Site, id: ProjectId, within: Within) -> Result<ShowPage, Error> {
    let (user, now) = (viewer.id, viewer.page.now);
    let Within { show, after, before } = within;
    let read = site.db.read(move |conn| -> crate::work::Result<_> {
        let actor = access::reader(conn, user, now)?;
        let project = store::projects::find(conn, id)?;
        let content = content(conn, &actor, user, id, show, &after, &before)?;
        Ok((actor, project, content))
    });
    let (actor, project, content) = read.await?;
    let word = match show {
        Show::Tasks => "tasks",
        Show::Issues => "issues",
        Show::Documents => "documents",
        Show::Hours => "hours",
    };
    Ok(ShowPage {
        base: format!("/projects/{id}?show={word}&"),
        sees_all: actor.may(Rights::SEE_WORK),
        works: actor.may(Rights::DO_WORK),
        kind: if show == Show::Issues { Kind::Issue } else { Kind::Task },
        title: String::new(),
        errors: FieldErrors::default(),
        limit: documents::limit(site),
        page: viewer.page,
        project,
        show,
        content,
    })
}

fn content(
    conn: &mut crate::db::Conn,
    actor: &Actor,
    user: UserId,
    project: ProjectId,
    show: Show,
    after: &str,
    before: &str,
) -> crate::work::Result<Content> {
    let only = access::only_assigned_to(actor);
    if let Some(user) = only
        && (!store::items::is_assigned_within(conn, project, user)? || matches!(show, Show::Documents | Show::Hours))
    {
        return Err(crate::work::Error::not_found());
    }
    let (place, toward) = place::<()>(after, before);
    let place = place.map(|place| place.1);
    Ok(match show {
        Show::Tasks => Content::Items(store::items::list(conn, project, Kind::Task, only, place, toward)?),
        Show::Issues => Content::Items(store::items::list(conn, project, Kind::Issue, only, place, toward)?),
        Show::Documents => {
            Content::Documents(stored_documents::list(conn, Place::Project(project), user, place, toward)?)
        }
        Show::Hours => {
            let mut rows = store::projects::hours_by_person(conn, project)?;
            let (entries, minutes) = sums(&rows);
            let rest = if rows.len() > NAMED { rows.split_off(NAMED) } else { Vec::new() };
            let (rest_entries, rest_minutes) = sums(&rest);
            let others = (!rest.is_empty()).then_some((rest.len() as i64, rest_entries, rest_minutes));
            Content::Hours { rows, others, entries, minutes }
        }
    })
}

fn sums(rows: &[HoursOf]) -> (i64, i64) {
    (rows.iter().map(|row| row.entries).sum(), rows.iter().map(|row| row.minutes).sum())
}
