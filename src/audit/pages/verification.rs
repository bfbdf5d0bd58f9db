//! "Verify now": the whole chain is read again, at once if it is short, else in the background.

use actix_web::web::Data;

use super::super::store::marks;
use super::super::verification::{self, AT_ONCE};
use crate::db::{self, Conn, Lane};
use crate::licenses::Rights;
use crate::sign_in::Administrator;
use crate::users::actor;
use crate::web::{Answer, Button, Error, Form, Site};

/// `POST /audit-log/verification`
pub async fn create(administrator: Administrator, site: Data<Site>, _form: Form<Button>) -> Answer {
    let (actor, now) = (administrator.id, site.clock.now());
    let ask = move |conn: &mut Conn| {
        let actor = actor::present_for_write(conn, actor, now)?;
        let actor = actor.ok_or(Error::SignIn { then: "/audit-log".into() })?;
        if !actor.may(Rights::ADMINISTER_SETUP) {
            return Err(Error::forbidden("Only System Administrators verify the audit log."));
        }
        Ok((verification::ask(conn, now)?, marks::entries(conn)?))
    };
    let (is_ours, entries) = site.db.write(Lane::Work, ask).await?;
    if is_ours {
        let (db, chain) = (site.db.clone(), site.chain.clone());
        let reading = tokio::task::spawn_blocking(move || {
            let read: db::Result<()> = verification::whole(&db, &chain, now);
            // What could not be read is read by the next round of tidying up.
            read.inspect_err(|error| tracing::warn!(%error, "the audit log is verified later"))
        });
        if entries <= AT_ONCE {
            reading.await.map_err(Error::fault)??;
        }
    }
    administrator.page.go_to("/audit-log")
}
