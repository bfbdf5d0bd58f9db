//! The first tab of a profile: how to reach somebody, what they may do, and where they are.

use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::{Head, Missing, Tab};
use crate::db::{Conn, OperationId, Timestamp, UserId};
use crate::sign_in::Administrator;
use crate::sign_in::link;
use crate::users::units::{self, Placed};
use crate::web::{Answer, Page, Site};

#[derive(Deserialize)]
pub struct View {
    /// The address of a tab of history before it had a page of its own.
    tab: Option<String>,
    /// What an operation did, said on the way back from it.
    operation: Option<OperationId>,
}

#[derive(Template)]
#[template(path = "users/profile/details.html")]
struct DetailsPage {
    page: Page,
    head: Head,
    placed: Placed,
    link_until: Option<Timestamp>,
}

/// `GET /users/{id}`
pub async fn show(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    view: Query<View>,
) -> Answer {
    let (user, View { tab, operation }, now) = (id.into_inner(), view.into_inner(), site.clock.now());
    if let Some(tab) = tab {
        return viewer.page.go_to(&format!("/users/{user}/work?tab={}", crate::web::page::percent_encode(&tab)));
    }
    let read = move |conn: &mut Conn| {
        let head = Head::read(conn, user, Tab::Details, operation)?;
        let placed = units::placed(conn, &head.person)?;
        Ok::<_, Missing>((head, placed, link::valid_until(conn, user, now)?))
    };
    match site.db.read(read).await {
        Ok((head, placed, link_until)) => {
            let template = DetailsPage { page: viewer.page, head, placed, link_until };
            template.page.html(&template)
        }
        Err(missing) => missing.answer(viewer.page),
    }
}

impl DetailsPage {
    fn long_day(&self, at: &Timestamp) -> String {
        super::long_day(&self.page, at)
    }
}
