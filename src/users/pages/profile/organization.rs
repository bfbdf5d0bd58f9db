//! Where somebody stands: the managers above them, the people who report to them, their teams and groups.

use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::{Head, Missing, Tab};
use crate::db::{Conn, UserId};
use crate::sign_in::Administrator;
use crate::users::State;
use crate::users::store::reporting::{self, Above, Report};
use crate::users::units::{self, Placed};
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Page, Site, text};

#[derive(Deserialize)]
pub struct View {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
}

#[derive(Template)]
#[template(path = "users/profile/organization.html")]
struct OrganizationPage {
    page: Page,
    head: Head,
    placed: Placed,
    above: Vec<Above>,
    list: Rows<Report>,
    base: String,
}

/// `GET /users/{id}/organization`
pub async fn show(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    view: Query<View>,
) -> Answer {
    let (user, View { from, toward }) = (id.into_inner(), view.into_inner());
    let read = move |conn: &mut Conn| {
        let head = Head::read(conn, user, Tab::Organization, None)?;
        let placed = units::placed(conn, &head.person)?;
        let reports = reporting::reports(conn, user, from.as_deref(), toward)?;
        Ok::<_, Missing>((head, placed, reporting::above(conn, user)?, reports))
    };
    match site.db.read(read).await {
        Ok((head, placed, above, list)) => {
            let base = format!("/users/{user}/organization?");
            let template = OrganizationPage { page: viewer.page, head, placed, above, list, base };
            template.page.html(&template)
        }
        Err(missing) => missing.answer(viewer.page),
    }
}

// What the template asks.

impl Above {
    fn initials(&self) -> String {
        text::initials(&self.first_name, &self.last_name)
    }

    fn avatar(&self) -> i64 {
        text::avatar(self.id.0)
    }

    fn is_active(&self) -> bool {
        self.state == State::Active
    }
}

impl Report {
    fn initials(&self) -> String {
        text::initials(&self.first_name, &self.last_name)
    }

    fn avatar(&self) -> i64 {
        text::avatar(self.id.0)
    }

    fn is_active(&self) -> bool {
        self.state == State::Active
    }
}
