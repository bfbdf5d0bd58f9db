//! Everything that was done to a person: what, when, by whom and why; the audit log, as far as it is about them.

use actix_web::web::{Data, Path, Query};
use askama::Template;

use super::{Head, Missing, Tab};
use crate::audit::pages::log::{self, Where};
use crate::audit::pages::wording::Line;
use crate::audit::store::entries::Filter;
use crate::db::{Conn, UserId};
use crate::sign_in::Administrator;
use crate::web::pagination::Rows;
use crate::web::{Answer, Page, Site};

#[derive(Template)]
#[template(path = "users/profile/activity.html")]
struct ActivityPage {
    page: Page,
    head: Head,
    list: Rows<Line>,
    base: String,
}

/// `GET /users/{id}/activity`
pub async fn show(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    at: Query<Where>,
) -> Answer {
    let user = id.into_inner();
    let read = move |conn: &mut Conn| {
        let head = Head::read(conn, user, Tab::Activity, None)?;
        let about = Filter { user: Some(user), ..Filter::default() };
        Ok::<_, Missing>((head, log::list(conn, &about, &at)?))
    };
    match site.db.read(read).await {
        Ok((head, list)) => {
            let base = format!("/users/{user}/activity?");
            let template = ActivityPage { page: viewer.page, head, list, base };
            template.page.html(&template)
        }
        Err(missing) => missing.answer(viewer.page),
    }
}
