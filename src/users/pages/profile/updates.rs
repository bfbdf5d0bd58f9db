//! What administrators said on somebody's profile, and the way to say more.

use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::{Head, Missing, Tab};
use crate::db::{Conn, OperationId, UserId};
use crate::sign_in::Administrator;
use crate::users::State;
use crate::users::store::updates::{self, Author, Update};
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Page, Site, text};

#[derive(Deserialize)]
pub struct View {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
    /// What an operation did, said on the way back from it.
    operation: Option<OperationId>,
}

#[derive(Template)]
#[template(path = "users/profile/updates.html")]
struct UpdatesPage {
    page: Page,
    head: Head,
    list: Rows<Update>,
    base: String,
}

/// `GET /users/{id}/updates`
pub async fn show(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    view: Query<View>,
) -> Answer {
    let (user, View { from, toward, operation }) = (id.into_inner(), view.into_inner());
    let read = move |conn: &mut Conn| {
        let head = Head::read(conn, user, Tab::Updates, operation)?;
        Ok::<_, Missing>((head, updates::of(conn, user, from.as_deref(), toward)?))
    };
    match site.db.read(read).await {
        Ok((head, list)) => {
            let base = format!("/users/{user}/updates?");
            let template = UpdatesPage { page: viewer.page, head, list, base };
            template.page.html(&template)
        }
        Err(missing) => missing.answer(viewer.page),
    }
}

// What the template asks.
impl Author {
    fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    fn initials(&self) -> String {
        text::initials(&self.first_name, &self.last_name)
    }

    fn avatar(&self) -> i64 {
        text::avatar(self.id.0)
    }

    fn is_off(&self) -> bool {
        self.state != State::Active
    }
}
