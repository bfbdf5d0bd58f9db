//! Messages: what happened to the departures that one planned.

use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::super::store::inbox::{self, Message};
use crate::db::Lane;
use crate::sign_in::Viewer;
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Button, Error, Form, Page, Site};

#[derive(Deserialize)]
pub struct Where {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
}

#[derive(Template)]
#[template(path = "lifecycle/messages.html")]
struct MessagesPage {
    page: Page,
    list: Rows<Message>,
    is_any_unread: bool,
}

impl MessagesPage {
    /// "Ada Lindqvist has left as planned."
    fn sentence(&self, message: &Message) -> String {
        match (&message.name, message.about) {
            (Some((first, last)), _) => format!("{first} {last} has left as planned."),
            (None, Some(_)) => "Somebody who was erased since has left as planned.".into(),
            (None, None) => "A departure that you planned was carried out.".into(),
        }
    }
}

/// `GET /messages`
pub async fn index(viewer: Viewer, site: Data<Site>, query: Query<Where>) -> Answer {
    let (user, Where { from, toward }) = (viewer.id, query.into_inner());
    let list = site.db.read(move |conn| inbox::list(conn, user, from.as_deref(), toward)).await.map_err(Error::from)?;
    let is_any_unread = list.rows.iter().any(|message| message.read_at.is_none());
    let template = MessagesPage { page: viewer.page, list, is_any_unread };
    template.page.html(&template)
}

/// `POST /messages/read`
pub async fn read(viewer: Viewer, site: Data<Site>, _form: Form<Button>) -> Answer {
    let (user, now) = (viewer.id, site.clock.now());
    site.db.write(Lane::Work, move |conn| inbox::read_all(conn, user, now)).await.map_err(Error::from)?;
    viewer.page.go_to("/messages")
}
