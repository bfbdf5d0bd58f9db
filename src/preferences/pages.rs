//! Setup, Preferences: everything the organization chooses for itself, on one page, with what holds where it chose nothing.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use super::change::{self, ChangeRefusal};
use super::{Chosen, Defaults, Setting, store, zones};
use crate::db::{self, Lane, Timestamp, UserId};
use crate::licenses::Rights;
use crate::lifecycle::store::erasing;
use crate::sign_in::Administrator;
use crate::users::{actor, password_rules};
use crate::web::{Answer, Error, FieldErrors, Fields, Form, Page, Site, text};

/// What stands together, under its heading.
const SECTIONS: [(&str, &[Setting]); 3] = [
    ("Organization", &[Setting::OrganizationName, Setting::TimeZone]),
    ("Signing in", &[Setting::SessionHours, Setting::PasswordLength]),
    ("How long things are kept", &[Setting::EraseAfterDays, Setting::AuditRetentionDays]),
];

#[derive(Template)]
#[template(path = "preferences/index.html")]
struct Index {
    page: Page,
    chosen: Chosen,
    defaults: Defaults,
    /// What the form showed when it was opened, which saving compares; until somebody is told of a change.
    shown: Values,
    /// What stands in the fields.
    typed: Values,
    errors: FieldErrors,
    /// What somebody else changed meanwhile: "Session lifetime: now “24 hours”, you entered “6 hours”".
    different: Vec<String>,
    /// What would be lost for good, and what of it is ticked: each has a box to say that this is meant.
    lost: Lost,
    confirmed: Lost,
}

/// What fewer days would take away within minutes.
#[derive(Debug, Clone, Copy, Default)]
struct Lost {
    users: i64,
    entries: i64,
}

/// A box to tick.
struct Ask {
    name: &'static str,
    n: i64,
    text: String,
    is_ticked: bool,
}

/// A text for each setting; empty: not chosen.
type Values = BTreeMap<Setting, String>;

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("signed out")]
    ActorIsOff,
    #[error("Only System Administrators change preferences.")]
    MayNot,
    /// This is older than it would be kept, and nobody said that it may go.
    #[error("would lose")]
    WouldLose(Lost),
    #[error(transparent)]
    Change(#[from] ChangeRefusal),
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// `GET /preferences`
pub async fn index(Administrator(viewer): Administrator, site: Data<Site>) -> Answer {
    let index = Index::read(viewer.page, &site).await?;
    index.page.html(&index)
}

/// `POST /preferences`
pub async fn update(Administrator(viewer): Administrator, site: Data<Site>, form: Form<Fields>) -> Answer {
    let (typed, shown) = (values(&form.0, "")?, values(&form.0, "shown_")?);
    let wanted = match read(&typed) {
        Ok(wanted) => wanted,
        Err(errors) => {
            let index = Index { typed, shown, errors, ..Index::read(viewer.page, &site).await? };
            return index.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &index);
        }
    };
    let ticked = |name: &str| field(&form.0, name).and_then(|n| n.parse().ok()).unwrap_or(0);
    let confirmed = Lost { users: ticked("erased"), entries: ticked("removed") };
    let save = Save { actor: viewer.id, now: site.clock.now(), shown: as_chosen(&shown), wanted, confirmed };
    let for_write = site.clone();
    let refusal = match site.db.write(Lane::Administration, move |conn| save.run(conn, &for_write)).await {
        Ok(()) => return viewer.page.go_to("/preferences?done=preferences"),
        Err(Refusal::ActorIsOff) => return Err(Error::SignIn { then: "/preferences".into() }),
        Err(Refusal::MayNot) => return Err(Error::forbidden(Refusal::MayNot.to_string())),
        Err(Refusal::Database(error) | Refusal::Change(ChangeRefusal::Database(error))) => return Err(error.into()),
        Err(refusal) => refusal,
    };
    let index = Index::read(viewer.page, &site).await?;
    match refusal {
        Refusal::WouldLose(lost) => {
            let index = Index { typed, shown, lost, confirmed, ..index }.told_what_is_lost();
            index.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &index)
        }
        _ => {
            let index = index.compared_with(typed, &shown);
            index.page.html_with(StatusCode::CONFLICT, &index)
        }
    }
}

/// What one form wants, decided in the transaction that does it.
struct Save {
    actor: UserId,
    now: Timestamp,
    shown: Chosen,
    wanted: Chosen,
    /// What may be lost by it.
    confirmed: Lost,
}

impl Save {
    fn run(&self, conn: &mut db::Conn, site: &Site) -> Result<(), Refusal> {
        let actor = actor::present_for_write(conn, self.actor, self.now)?.ok_or(Refusal::ActorIsOff)?;
        if !actor.may(Rights::ADMINISTER_SETUP) {
            return Err(Refusal::MayNot);
        }
        let before = store::all(conn)?;
        change::change(conn, &site.chain, actor.id, &self.shown, &self.wanted, self.now)?;
        // After the change, so that an old form is told so first; given up with it if it is not meant.
        let lost = self.lost(conn, &before, &Defaults::of(site))?;
        let is_meant = lost.users <= self.confirmed.users && lost.entries <= self.confirmed.entries;
        if is_meant { Ok(()) } else { Err(Refusal::WouldLose(lost)) }
    }

    /// What is older than the days that are chosen anew.
    fn lost(&self, conn: &mut db::Conn, before: &Chosen, defaults: &Defaults) -> db::Result<Lost> {
        let new_limit = |setting: Setting| {
            let days = self.wanted.in_force(setting, defaults);
            let is_new = days > 0 && days != before.in_force(setting, defaults);
            is_new.then(|| self.now.plus_days(-days))
        };
        let mut lost = Lost::default();
        if let Some(limit) = new_limit(Setting::EraseAfterDays) {
            lost.users = erasing::count_due(conn, limit)?;
        }
        if let Some(limit) = new_limit(Setting::AuditRetentionDays) {
            lost.entries = store::entries_before(conn, limit)?;
        }
        Ok(lost)
    }
}

fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn values(fields: &Fields, before: &str) -> Result<Values, Error> {
    let missing = || Error::BadRequest("This form lacks a field. Reload the page.".into());
    let value = |setting: &Setting| {
        let value = field(fields, &format!("{before}{}", setting.as_str())).ok_or_else(missing)?;
        Ok((*setting, value.to_owned()))
    };
    Setting::ALL.iter().map(value).collect()
}

/// As they stand, right or wrong.
fn as_chosen(values: &Values) -> Chosen {
    let mut chosen = Chosen::default();
    values.iter().for_each(|(setting, value)| chosen.set(*setting, Some(value.clone())));
    chosen
}

fn as_values(chosen: &Chosen) -> Values {
    Setting::ALL.iter().map(|setting| (*setting, chosen.get(*setting).unwrap_or_default().to_owned())).collect()
}

/// What was typed, as choices, or a message beside each field that needs correcting.
fn read(typed: &Values) -> Result<Chosen, FieldErrors> {
    let (mut wanted, mut errors) = (Chosen::default(), FieldErrors::default());
    for (setting, text) in typed {
        match setting.read(text) {
            Ok(value) => wanted.set(*setting, value),
            Err(problem) => errors.add(setting.as_str(), problem),
        }
    }
    if errors.is_empty() { Ok(wanted) } else { Err(errors) }
}

impl Index {
    async fn read(page: Page, site: &Site) -> Result<Index, Error> {
        let chosen = site.db.read(store::all).await?;
        Ok(Index {
            page,
            shown: as_values(&chosen),
            typed: as_values(&chosen),
            chosen,
            defaults: Defaults::of(site),
            errors: FieldErrors::default(),
            different: Vec::new(),
            lost: Lost::default(),
            confirmed: Lost::default(),
        })
    }

    /// What moved since the form showed it, beside what was typed. What was not touched is as it is now. The form then
    /// shows what is there: saving again is a decision, made with both in sight.
    fn compared_with(mut self, typed: Values, shown: &Values) -> Self {
        let moved = self.chosen.differences(&as_chosen(shown));
        for (setting, text) in typed {
            let was = shown.get(&setting).cloned().unwrap_or_default();
            let is_touched = text.trim() != was;
            let is_agreed = self.chosen.get(setting).unwrap_or_default() == text.trim();
            if moved.contains(&setting) && !(is_touched && is_agreed) {
                let now = self.said(setting, self.chosen.get(setting).unwrap_or_default());
                let before = self.said(setting, if is_touched { text.trim() } else { &was });
                let word = if is_touched { "you entered" } else { "it was" };
                self.different.push(format!("{}: now “{now}”, {word} “{before}”", setting.label()));
            }
            if is_touched {
                self.typed.insert(setting, text);
            }
        }
        self
    }

    fn said(&self, setting: Setting, kept: &str) -> String {
        match kept {
            "" => format!("the default, {}", setting.in_words(&self.defaults.value(setting))),
            kept => setting.in_words(kept),
        }
    }

    fn told_what_is_lost(mut self) -> Self {
        let Lost { users, entries } = self.lost;
        if users > self.confirmed.users {
            let (people, have) =
                (text::count(users, "deleted user", "deleted users"), if users == 1 { "has" } else { "have" });
            let words = format!(
                "{people} {have} been in the recycle bin for longer, and would be erased for good within minutes."
            );
            self.errors.add(Setting::EraseAfterDays.as_str(), words);
        }
        if entries > self.confirmed.entries {
            let (are, entries) = (if entries == 1 { "is" } else { "are" }, text::count(entries, "entry", "entries"));
            let words = format!("{entries} {are} older, and would be removed for good within minutes.");
            self.errors.add(Setting::AuditRetentionDays.as_str(), words);
        }
        self
    }
}

// What the template asks.
impl Index {
    fn sections(&self) -> &'static [(&'static str, &'static [Setting])] {
        &SECTIONS
    }

    /// What is wrong, in the order of the page.
    fn problems(&self) -> Vec<(&'static str, &'static str, &str)> {
        let problem = |setting: &Setting| Some((setting.as_str(), setting.label(), self.errors.of(setting.as_str())?));
        Setting::ALL.iter().filter_map(problem).collect()
    }

    fn value(&self, setting: &Setting) -> &str {
        self.typed.get(setting).map_or("", String::as_str)
    }

    /// The box that says that a loss is meant.
    fn asked(&self, setting: &Setting) -> Option<Ask> {
        let (name, n, confirmed, text) = match setting {
            Setting::EraseAfterDays => {
                let people = text::count(self.lost.users, "deleted user", "deleted users");
                ("erased", self.lost.users, self.confirmed.users, format!("Erase {people} for good"))
            }
            Setting::AuditRetentionDays => {
                let entries = text::count(self.lost.entries, "entry", "entries");
                ("removed", self.lost.entries, self.confirmed.entries, format!("Remove {entries} for good"))
            }
            _ => return None,
        };
        (n > 0).then_some(Ask { name, n, text, is_ticked: confirmed >= n })
    }

    fn default(&self, setting: &Setting) -> String {
        self.defaults.value(*setting)
    }

    fn hint(&self, setting: &Setting) -> String {
        match setting {
            Setting::OrganizationName => "Stands in the head of every page.".into(),
            Setting::TimeZone => {
                "Times are shown in it, and leave dates are meant in it, for everybody who chose no zone of their own."
                    .into()
            }
            Setting::SessionHours => "How long a sign-in lasts: 1 to 720 hours. With fewer hours than before, older \
                                      sessions end at once, your own too."
                .into(),
            Setting::PasswordLength => "8 to 64. It holds for passwords that are chosen from now on.".into(),
            Setting::EraseAfterDays => "Deleted users can be restored for so long; then they are erased for good. 0: \
                                        they are never erased by themselves."
                .into(),
            Setting::AuditRetentionDays => "How long its entries are kept: 30 days or more. 0: for ever.".into(),
        }
    }

    /// What holds now, and where that comes from. Nothing for the name, which has no default.
    fn in_force(&self, setting: &Setting) -> Option<String> {
        let default = setting.in_words(&self.defaults.value(*setting));
        let variable = Defaults::variable(*setting);
        match (self.chosen.get(*setting), variable) {
            _ if *setting == Setting::OrganizationName => None,
            (None, None) => Some(format!("In force: {default}, the default.")),
            (None, Some(variable)) => Some(format!("In force: {default}, the default that {variable} gives.")),
            (Some(kept), None) => {
                Some(format!("In force: {}. Empty the field for the default, {default}.", setting.in_words(kept)))
            }
            (Some(kept), Some(variable)) => Some(format!(
                "In force: {}. Empty the field for the default that {variable} gives, {default}.",
                setting.in_words(kept)
            )),
        }
    }

    fn common_passwords(&self) -> String {
        text::number(password_rules::common_passwords())
    }

    fn zones(&self) -> &'static [String] {
        zones::all()
    }
}
