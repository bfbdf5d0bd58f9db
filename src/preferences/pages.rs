//! Setup, Preferences: everything the organization chooses for itself, on one page, with what holds where it chose nothing.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use super::change::{self, ChangeRefusal};
use super::{Chosen, Defaults, Setting, store, zones};
use crate::db::{self, Lane};
use crate::licenses::Rights;
use crate::lifecycle::store::erasing;
use crate::sign_in::Administrator;
use crate::users::{actor, password_rules};
use crate::web::{Answer, Error, FieldErrors, Form, Page, Site, text};

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
    /// Of what the form shows; saving compares it.
    version: i64,
    /// What was typed; `None`: what is chosen is shown.
    typed: Option<Values>,
    errors: FieldErrors,
    /// What somebody else changed meanwhile.
    different: Vec<Different>,
    /// So many deleted people would be erased soon; then a box is there to say that this is meant.
    erased: i64,
}

/// A setting that is other than what was typed: how it is now, and what was typed.
struct Different {
    label: &'static str,
    now: String,
    typed: String,
}

type Values = BTreeMap<Setting, String>;

#[derive(Deserialize)]
pub struct Typed {
    version: i64,
    organization_name: String,
    time_zone: String,
    session_hours: String,
    password_length: String,
    erase_after_days: String,
    audit_retention_days: String,
    /// The number of people who may be erased by this.
    #[serde(default)]
    erased: Option<i64>,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("signed out")]
    ActorIsOff,
    #[error("Only System Administrators change preferences.")]
    MayNot,
    /// So many deleted people have been in the recycle bin for longer than it would keep them.
    #[error("would erase")]
    WouldErase(i64),
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
pub async fn update(Administrator(viewer): Administrator, site: Data<Site>, form: Form<Typed>) -> Answer {
    let (version, confirmed) = (form.0.version, form.0.erased.unwrap_or_default());
    let typed = values(form.0);
    let wanted = match read(&typed) {
        Ok(wanted) => wanted,
        Err(errors) => {
            let mut index = Index::read(viewer.page, &site).await?;
            (index.typed, index.errors, index.version) = (Some(typed), errors, version);
            return index.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &index);
        }
    };
    let (chain, actor, now, defaults) = (site.chain.clone(), viewer.id, site.clock.now(), Defaults::of(&site));
    let write = move |conn: &mut db::Conn| {
        let actor = actor::present_for_write(conn, actor, now)?.ok_or(Refusal::ActorIsOff)?;
        if !actor.may(Rights::ADMINISTER_SETUP) {
            return Err(Refusal::MayNot);
        }
        let (before, _) = store::all(conn)?;
        change::change(conn, &chain, actor.id, version, &wanted, now)?;
        // After the change, so that an old form is told so first; given up with it if it is not meant.
        let bin_days = |chosen: &Chosen| chosen.number(Setting::EraseAfterDays).unwrap_or(defaults.erase_after_days);
        match bin_days(&wanted) {
            days if days > 0 && days != bin_days(&before) => match erasing::count_due(conn, now.plus_days(-days))? {
                n if n > confirmed => Err(Refusal::WouldErase(n)),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    };
    let refusal = match site.db.write(Lane::Administration, write).await {
        Ok(()) => return viewer.page.go_to("/preferences?done=preferences"),
        Err(Refusal::ActorIsOff) => return Err(Error::SignIn { then: "/preferences".into() }),
        Err(Refusal::MayNot) => return Err(Error::forbidden(Refusal::MayNot.to_string())),
        Err(Refusal::Database(error) | Refusal::Change(ChangeRefusal::Database(error))) => return Err(error.into()),
        Err(refusal) => refusal,
    };
    let mut index = Index::read(viewer.page, &site).await?;
    if let Refusal::WouldErase(n) = refusal {
        index.would_erase(n);
        (index.typed, index.version) = (Some(typed), version);
        return index.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &index);
    }
    index.compare(&typed);
    if index.different.is_empty() {
        return index.page.go_to("/preferences?done=preferences"); // somebody else chose the very same
    }
    index.typed = Some(typed);
    index.page.html_with(StatusCode::CONFLICT, &index)
}

fn values(typed: Typed) -> Values {
    BTreeMap::from([
        (Setting::OrganizationName, typed.organization_name),
        (Setting::TimeZone, typed.time_zone),
        (Setting::SessionHours, typed.session_hours),
        (Setting::PasswordLength, typed.password_length),
        (Setting::EraseAfterDays, typed.erase_after_days),
        (Setting::AuditRetentionDays, typed.audit_retention_days),
    ])
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
        let (chosen, version) = site.db.read(store::all).await?;
        let (defaults, errors) = (Defaults::of(site), FieldErrors::default());
        Ok(Index { page, chosen, defaults, version, typed: None, errors, different: Vec::new(), erased: 0 })
    }

    /// In which fields the preferences are other than what was typed. The form then holds their version: saving again
    /// is a decision, made with both in sight.
    fn compare(&mut self, typed: &Values) {
        let Ok(wanted) = read(typed) else { return };
        let said = |setting: Setting, chosen: &Chosen| match chosen.get(setting) {
            Some(kept) => setting.in_words(kept),
            None => format!("the default, {}", setting.in_words(&self.defaults.value(setting))),
        };
        let different = wanted.differences(&self.chosen).into_iter().map(|setting| Different {
            label: setting.label(),
            now: said(setting, &self.chosen),
            typed: said(setting, &wanted),
        });
        self.different = different.collect();
    }

    fn would_erase(&mut self, n: i64) {
        let people = match n {
            1 => "1 deleted user has".to_owned(),
            n => format!("{} deleted users have", text::number(n)),
        };
        let sentence = format!("{people} been in the recycle bin for longer, and would be erased for good within minutes.");
        self.errors.add(Setting::EraseAfterDays.as_str(), sentence);
        self.erased = n;
    }
}

// What the template asks.
impl Index {
    fn sections(&self) -> &'static [(&'static str, &'static [Setting])] {
        &SECTIONS
    }

    fn label_of(&self, field: &str) -> &'static str {
        Setting::parse(field).map_or("", Setting::label)
    }

    fn value(&self, setting: &Setting) -> String {
        match &self.typed {
            Some(typed) => typed.get(setting).cloned().unwrap_or_default(),
            None => self.chosen.get(*setting).unwrap_or_default().to_owned(),
        }
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
