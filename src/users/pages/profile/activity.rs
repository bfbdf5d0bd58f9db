//! Everything that was done to a person: what, when, by whom and why.

use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use super::{Head, Missing, Tab};
use crate::audit::acts;
use crate::db::{Conn, UserId};
use crate::licenses::AccessLevel;
use crate::sign_in::Administrator;
use crate::users::fields::Field;
use crate::users::store::activity::{self, Entry};
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Page, Site, text};

#[derive(Deserialize)]
pub struct View {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
}

#[derive(Template)]
#[template(path = "users/profile/activity.html")]
struct ActivityPage {
    page: Page,
    head: Head,
    list: Rows<Entry>,
    base: String,
}

/// `GET /users/{id}/activity`
pub async fn show(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    view: Query<View>,
) -> Answer {
    let (user, View { from, toward }) = (id.into_inner(), view.into_inner());
    let read = move |conn: &mut Conn| {
        let head = Head::read(conn, user, Tab::Activity, None)?;
        Ok::<_, Missing>((head, activity::of(conn, user, from.as_deref(), toward)?))
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

// What the template asks.
impl Entry {
    fn read(&self) -> Value {
        self.details.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }

    /// What happened, in a few words.
    fn sentence(&self) -> String {
        sentence(&self.act, &self.read())
    }

    /// "Title: “Editor” became “Writer”", for what was edited.
    fn changes(&self) -> Vec<String> {
        if self.act == "user.edited" { changes(&self.read()) } else { Vec::new() }
    }

    fn who(&self) -> String {
        match (&self.by, self.actor) {
            (Some((first, last)), _) => format!("{first} {last}"),
            (None, Some(_)) => "Somebody who was erased".into(),
            (None, None) => "Roster".into(),
        }
    }

    fn why(&self) -> &str {
        self.reason.as_deref().unwrap_or_default()
    }
}

fn sentence(act: &str, details: &Value) -> String {
    let level = |at: &str| {
        let word = details.pointer(at).and_then(Value::as_str).unwrap_or_default();
        AccessLevel::parse(word).map(|level| level.name())
    };
    let number = |at: &str| details.pointer(at).and_then(Value::as_i64).unwrap_or_default();
    match act {
        "user.created" => match level("/after/access_level").or(level("/access_level")) {
            Some(level) => format!("Created as {level}"),
            None => "Created".into(),
        },
        "user.edited" => "Edited".into(),
        "user.level_changed" => match (level("/0"), level("/1")) {
            (Some(from), Some(to)) => format!("Access level changed from {from} to {to}"),
            _ => "Access level changed".into(),
        },
        "user.activated" => match level("/after/level") {
            Some(level) => format!("Activated as {level}"),
            None => "Activated".into(),
        },
        "user.deactivated" => "Deactivated".into(),
        "user.deleted" => "Deleted".into(),
        "user.restored" => "Restored".into(),
        "user.handed_over" => "Duties handed over".into(),
        "user.duties_returned" => "Duties given back".into(),
        "user.leave_planned" => "Leave date set".into(),
        "user.leave_moved" => "Leave date moved".into(),
        "user.leave_cancelled" => "Departure cancelled".into(),
        "user.made_administrator" => "Made an administrator from the command line".into(),
        "user.password_changed" => "Changed their password".into(),
        "user.password_set" => "Given a first password".into(),
        "user.link_made" => "Given a sign-in link".into(),
        "user.link_used" => "Used the sign-in link and chose a password".into(),
        "user.sessions_ended" => match number("/sessions") {
            1 => "Signed out of 1 session".into(),
            sessions => format!("Signed out of {} sessions", text::number(sessions)),
        },
        "user.photo_changed" => "Photo changed".into(),
        "user.photo_removed" => "Photo removed".into(),
        "user.update_posted" => "Given an update".into(),
        "user.update_taken_back" => "Update taken back".into(),
        // As the audit log calls it.
        other => acts::name(other).to_owned(),
    }
}

fn changes(details: &Value) -> Vec<String> {
    let (Some(before), Some(after)) = (details["before"].as_object(), details["after"].as_object()) else {
        return Vec::new();
    };
    let differ = after.iter().filter(|(field, value)| before.get(*field) != Some(value));
    differ.map(|(field, value)| change(field, before.get(field), value)).collect()
}

/// Whom somebody reports to is a number, which says nothing to a reader: only that it changed.
fn change(field: &str, before: Option<&Value>, after: &Value) -> String {
    let known = Field::parse(field);
    let name = match known {
        Some(known) => known.name(),
        None => field,
    };
    let said = |value: Option<&Value>| match value {
        None | Some(Value::Null) => Some(String::new()),
        Some(Value::String(text)) if known == Some(Field::Level) => {
            AccessLevel::parse(text).map(|level| level.name().to_owned())
        }
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Array(texts)) => {
            let texts: Vec<&str> = texts.iter().filter_map(Value::as_str).collect();
            Some(texts.join(", "))
        }
        Some(_) => None,
    };
    match (said(before), said(Some(after))) {
        (Some(before), Some(after)) if before.is_empty() => format!("{name}: “{after}”"),
        (Some(before), Some(after)) if after.is_empty() => format!("{name}: no longer “{before}”"),
        (Some(before), Some(after)) => format!("{name}: “{before}” became “{after}”"),
        _ => format!("{name} changed"),
    }
}
