//! From the Users list: the people who are ticked, or all that match, become the rows of a plan of edits.

use actix_web::web::Data;

use super::super::{Act, confirm, undo};
use super::administrator;
use crate::db::{Lane, OperationId};
use crate::lifecycle::Selection;
use crate::lifecycle::pages::plans::{chosen, on_every_page};
use crate::sign_in::Administrator;
use crate::users::pages::selection::unclear;
use crate::web::page::local_address;
use crate::web::{Answer, Error, Fields, Form, Site, field};

/// `POST /edits/new`: one person who is ticked has a form of their own; many get the same fields.
pub async fn edit(administrator: Administrator, site: Data<Site>, form: Form<Fields>) -> Answer {
    if let Some(answer) = unclear(&administrator.page, &site, administrator.id, &form.0).await? {
        return Ok(answer);
    }
    let selection = selected(&administrator, &site, &form.0).await?;
    if let Selection::Ticked(ids) = &selection
        && let [id] = ids.as_slice()
    {
        return administrator.page.go_to(&format!("/users/{id}/edit"));
    }
    begin(administrator, site, &form.0, Act::Edit, selection).await
}

/// `POST /updates/new`
pub async fn update(administrator: Administrator, site: Data<Site>, form: Form<Fields>) -> Answer {
    if let Some(answer) = unclear(&administrator.page, &site, administrator.id, &form.0).await? {
        return Ok(answer);
    }
    let selection = selected(&administrator, &site, &form.0).await?;
    begin(administrator, site, &form.0, Act::PostUpdate, selection).await
}

/// Who is ticked, on whatever page of the list, or all that match.
async fn selected(administrator: &Administrator, site: &Site, fields: &Fields) -> Result<Selection, Error> {
    let (selection, owner, fields) = (chosen(fields)?, administrator.id, fields.clone());
    site.db.read(move |conn| on_every_page(conn, owner, &fields, selection)).await
}

async fn begin(
    administrator: Administrator,
    site: Data<Site>,
    fields: &Fields,
    act: Act,
    selection: Selection,
) -> Answer {
    let (id, now) = (administrator.id, site.clock.now());
    let return_to = local_address(field(fields, "return_to"), "/users").to_owned();
    let back = return_to.clone();
    let made = site
        .db
        .write(Lane::Work, move |conn| {
            let actor = self::administrator(conn, id, now)?;
            let people = selection.users(conn, now)?;
            if people.is_empty() {
                return Ok(None);
            }
            let in_words = selection.in_words(conn, people.len())?;
            let plan = confirm::new(act, actor.id, in_words, &return_to, now);
            confirm::choose(conn, &plan, &people)?;
            Ok::<_, Error>(Some(plan.id))
        })
        .await?;
    match made {
        Some(plan) => administrator.page.show_at(&format!("/edits/{plan}/fields")),
        None => {
            let mark = if back.contains('?') { '&' } else { '?' };
            administrator.page.go_to(&format!("{back}{mark}nothing=1"))
        }
    }
}

/// `POST /edits/undo`: a plan that takes an operation back.
pub async fn undo(administrator: Administrator, site: Data<Site>, form: Form<Fields>) -> Answer {
    let (id, now) = (administrator.id, site.clock.now());
    let return_to = local_address(field(&form.0, "return_to"), "/operations").to_owned();
    let operation = field(&form.0, "operation").parse::<OperationId>();
    let operation = operation.map_err(|_| Error::BadRequest("No such operation. Reload the page.".into()))?;
    let made = site
        .db
        .write(Lane::Work, move |conn| {
            let actor = self::administrator(conn, id, now)?;
            if !undo::is_possible(&crate::operations::store::find(conn, operation)?) {
                return Err(Error::BadRequest("This operation cannot be undone.".into()));
            }
            Ok::<_, Error>(undo::make(conn, &actor, operation, &return_to, now)?)
        })
        .await?;
    let plan = made.ok_or_else(|| {
        Error::Gone("What this operation changed is kept for 30 days. They are over, so it cannot be undone.".into())
    })?;
    administrator.page.show_at(&format!("/edits/{plan}"))
}
