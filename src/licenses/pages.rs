//! Setup, Licenses: seats owned, used and free of each type, and the number owned to be changed.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::{Deserialize, Serialize};

use super::seats::{self, Seats};
use super::{AccessLevel, LicenseType, Rights};
use crate::audit::Event;
use crate::db::{self, Lane, Timestamp};
use crate::lifecycle::store::departures;
use crate::sign_in::Administrator;
use crate::users::actor;
use crate::web::{Answer, Error, FieldErrors, Form, Page, Site, text};

/// Seats of one type that anybody can own; more is a slip of the pen.
const MOST: i64 = 10_000_000;

#[derive(Template)]
#[template(path = "licenses/index.html")]
struct Index {
    page: Page,
    seats: Vec<Seats>,
    /// What was typed, by license type; else what is owned.
    typed: BTreeMap<LicenseType, String>,
    /// What the form showed as owned, which saving compares; else what is owned.
    shown: Shown,
    errors: FieldErrors,
    /// What somebody else changed meanwhile: "Light: now 20, you entered 12".
    different: Vec<String>,
    /// Seats that planned departures will free, by type and day: "free on 1 December: 2".
    coming: BTreeMap<LicenseType, Vec<String>>,
}

/// Days with departures that are named.
const DAYS_AHEAD: usize = 3;

/// The numbers owned when the form was made; empty: unlimited.
type Shown = BTreeMap<LicenseType, String>;

/// The numbers as typed, and as the form showed them; empty: unlimited.
#[derive(Deserialize)]
pub struct Typed {
    standard: String,
    light: String,
    contributor: String,
    shown_standard: String,
    shown_light: String,
    shown_contributor: String,
}

#[derive(Serialize)]
struct Changed {
    license: LicenseType,
    before: Option<i64>,
    after: Option<i64>,
}

/// Why the seats were not saved.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("signed out")]
    ActorIsOff,
    #[error("Only System Administrators change licenses.")]
    MayNot,
    /// Somebody else changed these since the form was made.
    #[error("changed meanwhile")]
    Stale,
    /// That many are in use.
    #[error("below use")]
    BelowUse(Vec<(LicenseType, i64)>),
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// `GET /licenses`
pub async fn index(Administrator(viewer): Administrator, site: Data<Site>) -> Answer {
    let index = Index::read(viewer.page, &site).await?;
    index.page.html(&index)
}

/// `POST /licenses`
pub async fn update(Administrator(viewer): Administrator, site: Data<Site>, form: Form<Typed>) -> Answer {
    let Form(Typed { standard, light, contributor, shown_standard, shown_light, shown_contributor }) = form;
    let shown = Shown::from([
        (LicenseType::Standard, shown_standard),
        (LicenseType::Light, shown_light),
        (LicenseType::Contributor, shown_contributor),
    ]);
    let typed = BTreeMap::from([
        (LicenseType::Standard, standard),
        (LicenseType::Light, light),
        (LicenseType::Contributor, contributor),
    ]);
    let mut errors = FieldErrors::default();
    let mut wanted = Vec::new();
    for (license, text) in &typed {
        match number(text) {
            Ok(owned) => wanted.push((*license, owned)),
            Err(problem) => errors.add(license.as_str(), problem),
        }
    }
    if !errors.is_empty() {
        return refused(viewer.page, &site, typed, shown, errors).await;
    }
    let known = shown.clone();
    let (chain, actor, now) = (site.chain.clone(), viewer.id, site.clock.now());
    let write = move |conn: &mut db::Conn| {
        let actor = actor::present_for_write(conn, actor, now)?.ok_or(Refusal::ActorIsOff)?;
        if !actor.may(Rights::ADMINISTER_SETUP) {
            return Err(Refusal::MayNot);
        }
        if is_stale(conn, &known, &wanted)? {
            return Err(Refusal::Stale);
        }
        let changed = own(conn, &wanted)?;
        let event = |changed: &Changed| Event::new("license.seats_changed", Some(actor.id)).with(changed);
        Ok(chain.record(conn, now, &changed.iter().map(event).collect::<Vec<_>>())?)
    };
    match site.db.write(Lane::Administration, write).await {
        Ok(()) => viewer.page.go_to("/licenses"),
        Err(Refusal::ActorIsOff) => Err(Error::SignIn { then: "/licenses".into() }),
        Err(Refusal::MayNot) => Err(Error::forbidden(Refusal::MayNot.to_string())),
        Err(Refusal::Database(error)) => Err(error.into()),
        Err(Refusal::Stale) => {
            let index = Index::read(viewer.page, &site).await?.compared_with(typed, &shown);
            index.page.html_with(StatusCode::CONFLICT, &index)
        }
        Err(Refusal::BelowUse(types)) => {
            for (license, used) in types {
                errors.add(license.as_str(), format!("Not below {}: that many are in use.", text::number(used)));
            }
            refused(viewer.page, &site, typed, shown, errors).await
        }
    }
}

/// True if something is to be changed, and a number is not what the form showed: an old form never undoes what somebody
/// else did.
fn is_stale(conn: &mut db::Conn, shown: &Shown, wanted: &[(LicenseType, Option<i64>)]) -> Result<bool, db::Error> {
    let seats = seats::all(conn)?;
    let is_so = |seats: &Seats| wanted.contains(&(seats.license_type, seats.owned));
    let moved = |seats: &Seats| shown.get(&seats.license_type).is_some_and(|text| number(text) != Ok(seats.owned));
    let is_paid = |seats: &&Seats| seats.license_type != LicenseType::External;
    let mut paid = seats.iter().filter(is_paid);
    Ok(paid.clone().any(moved) && !paid.all(is_so))
}

/// Sets what is owned, and says what changed. Whoever may, and that they are still there, was asked before.
fn own(conn: &mut db::Conn, wanted: &[(LicenseType, Option<i64>)]) -> Result<Vec<Changed>, Refusal> {
    let (mut changed, mut below) = (Vec::new(), Vec::new());
    for (license, owned) in wanted {
        let now = seats::of(conn, *license)?;
        if now.owned == *owned {
            continue;
        }
        if owned.is_some_and(|owned| owned < now.used) {
            below.push((*license, now.used));
            continue;
        }
        seats::set_owned(conn, *license, *owned)?;
        changed.push(Changed { license: *license, before: now.owned, after: *owned });
    }
    if below.is_empty() { Ok(changed) } else { Err(Refusal::BelowUse(below)) }
}

/// The number typed: `1,200` is one too; nothing means unlimited.
fn number(text: &str) -> Result<Option<i64>, &'static str> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    if digits.is_empty() {
        return Ok(None);
    }
    let problem = "Enter a whole number, or nothing for unlimited.";
    if !digits.chars().all(|c| c.is_ascii_digit()) {
        return Err(problem);
    }
    digits.parse().ok().filter(|n| *n <= MOST).map(Some).ok_or("That is more than anybody owns.")
}

/// What was typed stays, and so does what the form showed: a correction makes it no newer.
async fn refused(
    page: Page,
    site: &Site,
    typed: BTreeMap<LicenseType, String>,
    shown: Shown,
    errors: FieldErrors,
) -> Answer {
    let index = Index { typed, shown, errors, ..Index::read(page, site).await? };
    index.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &index)
}

impl Index {
    async fn read(page: Page, site: &Site) -> Result<Index, Error> {
        let read = |conn: &mut db::Conn| Ok::<_, db::Error>((seats::all(conn)?, departures::seats_by_moment(conn)?));
        let (seats, leaving) = site.db.read(read).await?;
        let coming = coming(&page, &leaving);
        let (typed, shown, errors) = (BTreeMap::new(), Shown::new(), FieldErrors::default());
        Ok(Index { page, seats, typed, shown, errors, different: Vec::new(), coming })
    }

    /// What moved since the form showed it, beside what was typed. What was not touched is as it is now. The form then
    /// shows what is there: saving again is a decision, made with both in sight.
    fn compared_with(mut self, typed: BTreeMap<LicenseType, String>, shown: &Shown) -> Self {
        let said = |owned: Option<i64>| owned.map_or_else(|| "unlimited".to_owned(), text::number);
        for (license, text) in typed {
            let now = self.seats.iter().find(|seats| seats.license_type == license).and_then(|seats| seats.owned);
            let was = shown.get(&license).and_then(|shown| number(shown).ok()).flatten();
            let entered = number(&text).ok().flatten();
            if now != was && now != entered {
                let word = if entered == was { "it was" } else { "you entered" };
                self.different.push(format!("{}: now {}, {word} {}", license.name(), said(now), said(entered)));
            }
            if entered != was {
                self.typed.insert(license, text);
            }
        }
        self
    }
}

/// "free on 1 December: 2", by type; the first days only.
fn coming(page: &Page, leaving: &[(AccessLevel, Timestamp, i64)]) -> BTreeMap<LicenseType, Vec<String>> {
    let mut by_day: BTreeMap<(LicenseType, jiff::civil::Date), i64> = BTreeMap::new();
    for (level, at, n) in leaving {
        *by_day.entry((level.license_type(), at.in_zone(&page.zone).date())).or_default() += n;
    }
    let mut coming: BTreeMap<LicenseType, Vec<String>> = BTreeMap::new();
    for ((license, day), n) in by_day {
        let of_type = coming.entry(license).or_default();
        if of_type.len() < DAYS_AHEAD {
            let format = if day.year() == page.now.in_zone(&page.zone).year() { "%-d %B" } else { "%-d %B %Y" };
            of_type.push(format!("free on {}: {}", day.strftime(format), text::number(n)));
        }
    }
    coming
}

// What the template asks.
impl Index {
    fn name_of(&self, field: &str) -> &'static str {
        LicenseType::parse(field).map_or("", LicenseType::name)
    }

    fn coming(&self, seats: &Seats) -> &[String] {
        self.coming.get(&seats.license_type).map_or(&[], Vec::as_slice)
    }

    fn is_paid(&self, seats: &Seats) -> bool {
        seats.license_type != LicenseType::External
    }

    fn owned(&self, seats: &Seats) -> String {
        match self.typed.get(&seats.license_type) {
            Some(typed) => typed.clone(),
            None => seats.owned.map_or_else(String::new, |owned| owned.to_string()),
        }
    }

    /// What saving compares: as the form showed it first, until somebody was told of a change.
    fn shown(&self, seats: &Seats) -> String {
        match self.shown.get(&seats.license_type) {
            Some(shown) => shown.clone(),
            None => seats.owned.map_or_else(String::new, |owned| owned.to_string()),
        }
    }

    fn percent(&self, seats: &Seats) -> i64 {
        match seats.owned {
            Some(owned) if owned > 0 => (seats.used * 100 / owned).clamp(0, 100),
            Some(_) => 100,
            None => 0,
        }
    }

    fn is_nearly_full(&self, seats: &Seats) -> bool {
        seats.owned.is_some() && self.percent(seats) >= 90
    }
}
