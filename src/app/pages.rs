//! The pages that belong to no feature: the start, the help, and what watches the process.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::db::{self, is_migrated};
use crate::licenses::Rights;
use crate::sign_in::Viewer;
use crate::web::{Answer, Page, Site};

#[derive(Template)]
#[template(path = "help/deactivate_or_delete.html")]
struct HelpPage {
    page: Page,
}

/// `GET /`: administrators go to Users, everybody else to Projects, with the message of what was just done.
pub async fn start(request: HttpRequest, viewer: Viewer) -> Answer {
    let to = if viewer.may(Rights::ADMINISTER_USERS) { "/users" } else { "/projects" };
    match request.query_string() {
        "" => viewer.page.go_to(to),
        query => viewer.page.go_to(&format!("{to}?{query}")),
    }
}

/// `GET /help/deactivate-or-delete`
pub async fn deactivate_or_delete(viewer: Viewer) -> Answer {
    let template = HelpPage { page: viewer.page };
    template.page.html(&template)
}

/// `GET /healthz`: the process is up.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// `GET /readyz`: the database answers and needs no migration.
pub async fn readyz(site: Data<Site>) -> HttpResponse {
    let answer = match site.db.read(is_migrated).await {
        Ok(true) => return HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"),
        Ok(false) => "the database needs a migration\n",
        Err(db::Error::Away(_)) => "the database is away\n",
        Err(error) => {
            tracing::error!(%error, "cannot tell whether the database is ready");
            "the database does not answer as expected\n"
        }
    };
    HttpResponse::ServiceUnavailable().content_type("text/plain; charset=utf-8").body(answer)
}
