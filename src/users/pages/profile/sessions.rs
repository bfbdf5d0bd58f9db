//! Where somebody is signed in, and the way to end it.

use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use super::{Head, Missing, Tab};
use crate::db::{Conn, Lane, UserId};
use crate::sign_in::ending::{self, Which};
use crate::sign_in::store::{self, Begun};
use crate::sign_in::{Administrator, device};
use crate::users::pages::edit::said;
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Error, Form, Page, Site};

#[derive(Deserialize)]
pub struct View {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
    /// How many were ended a moment ago.
    ended: Option<i64>,
}

#[derive(Template)]
#[template(path = "users/profile/sessions.html")]
struct SessionsPage {
    page: Page,
    head: Head,
    list: Rows<Begun>,
    base: String,
    /// Where the buttons lead.
    action: String,
    ended: Option<i64>,
    /// The session in which this is asked, if it is one of these people's own.
    own: Option<i64>,
}

/// `GET /users/{id}/sessions`
pub async fn index(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    view: Query<View>,
) -> Answer {
    let (user, View { from, toward, ended }, now) = (id.into_inner(), view.into_inner(), site.clock.now());
    let hours = site.session_hours;
    let read = move |conn: &mut Conn| {
        let head = Head::read(conn, user, Tab::Sessions, None)?;
        Ok::<_, Missing>((head, store::of_user(conn, user, from.as_deref(), toward, (now, hours))?))
    };
    match site.db.read(read).await {
        Ok((head, list)) => {
            let own = (viewer.id == user).then_some(viewer.session_id);
            let base = format!("/users/{user}/sessions?");
            let action = format!("/users/{user}/sessions/end");
            let template = SessionsPage { page: viewer.page, head, list, base, action, ended, own };
            template.page.html(&template)
        }
        Err(missing) => missing.answer(viewer.page),
    }
}

#[derive(Deserialize)]
pub struct Chosen {
    /// One session; without it, all of them.
    session: Option<i64>,
}

/// `POST /users/{id}/sessions/end`. Of one's own, all but the one in use end.
pub async fn destroy(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    form: Form<Chosen>,
) -> Answer {
    let (user, actor, now) = (id.into_inner(), viewer.id, site.clock.now());
    let which = match form.0.session {
        Some(session) => Which::One(session),
        None if user == actor => Which::AllBut(viewer.session_id),
        None => Which::All,
    };
    let chain = site.chain.clone();
    let write = move |conn: &mut Conn| ending::end(conn, &chain, actor, user, which, now);
    match site.db.write(Lane::Administration, write).await {
        Ok(ended) => viewer.page.go_to(&format!("/users/{user}/sessions?ended={ended}")),
        Err(refusal) => Err(Error::forbidden(said(refusal)?.to_string())),
    }
}

// What the template asks.
impl SessionsPage {
    fn is_own(&self, session: &Begun) -> bool {
        self.own == Some(session.id)
    }
}

impl Begun {
    pub fn device(&self) -> String {
        device::name(&self.user_agent)
    }
}
