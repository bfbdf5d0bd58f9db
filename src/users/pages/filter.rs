//! The Filter dialog: everything a list can be narrowed by, as a form that works without scripts.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;

use super::listing::{Listing, Looks, with};
use crate::db::{self, Conn, Timestamp};
use crate::licenses::{AccessLevel, LicenseType};
use crate::sign_in::Administrator;
use crate::users::find::{self, Found, Scope};
use crate::users::list::people;
use crate::users::list::value::cleaned;
use crate::users::list::{Filter, Show};
use crate::users::units::{Named, Unit};
use crate::web::{Answer, FieldErrors, Page, Site};

/// People are typed by name or address; the filter's own field holds an id.
const PEOPLE: [(&str, &str); 2] = [("manager", "manager_is"), ("off_by", "off_by_is")];

/// Fields of days, with what stands beside them.
const DAYS: [(&str, &str); 7] = [
    ("signed_in_from", "Last sign-in since"),
    ("signed_in_before", "Last sign-in before"),
    ("created_from", "Created since"),
    ("created_before", "Created before"),
    ("leaving_before", "Leaving before"),
    ("off_since", "Off since"),
    ("off_before", "Off before"),
];

#[derive(Template)]
#[template(path = "users/filter.html", blocks = ["sheet"])]
struct FilterPage {
    page: Page,
    /// What the fields hold, by name.
    typed: BTreeMap<String, String>,
    errors: FieldErrors,
    looks: Looks,
    picked: String,
    companies: Vec<Named>,
    teams: Vec<Named>,
    groups: Vec<Named>,
    job_roles: Vec<Named>,
    back: String,
}

/// `GET /users/filter`: the form; with `apply` it leads on to the list, if nothing is wrong with it.
pub async fn edit(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    pairs: Query<Vec<(String, String)>>,
    looks: Query<Looks>,
) -> Answer {
    let (looks, now) = (looks.into_inner(), site.clock.now());
    let mut typed: BTreeMap<String, String> = pairs.into_inner().into_iter().collect();
    let (picked, is_applied) = (typed.remove("picked").unwrap_or_default(), typed.contains_key("apply"));
    let zone = viewer.page.zone.iana_name().unwrap_or("UTC").to_owned();
    let read = move |conn: &mut Conn| {
        let (filter, errors) = if is_applied {
            read_form(conn, &mut typed, &zone, now)?
        } else {
            (fill_in(conn, &mut typed)?, FieldErrors::default())
        };
        let all = [Unit::Company, Unit::Team, Unit::Group, Unit::JobRole];
        let units = all.map(|unit| crate::users::units::all(conn, unit));
        Ok::<_, db::Error>((typed, filter, errors, units))
    };
    let (typed, filter, errors, [companies, teams, groups, job_roles]) = site.db.read(read).await?;
    let listing = Listing::of(filter, &looks);
    let address = match picked.as_str() {
        "" => listing.address(),
        word => with(&listing.address(), "picked", word),
    };
    if is_applied && errors.is_empty() {
        return viewer.page.go_to(&address);
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = FilterPage {
        page: viewer.page,
        typed,
        errors,
        looks,
        picked,
        companies: companies?,
        teams: teams?,
        groups: groups?,
        job_roles: job_roles?,
        back: address,
    };
    if page.page.wants("dialog") {
        let html = page.as_sheet().render()?;
        return Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html));
    }
    page.page.html_with(status, &page)
}

/// The form as an address of a list fills it in. What cannot be read is left out.
fn fill_in(conn: &mut Conn, typed: &mut BTreeMap<String, String>) -> db::Result<Filter> {
    let mut filter = Filter::default();
    typed.retain(|name, text| filter.set(name, text).is_ok());
    for (field, text) in PEOPLE.iter().zip([filter.manager, filter.off_by]).map(|((_, is), id)| (is, id)) {
        if let Some(id) = text {
            typed.insert((*field).to_owned(), people::email_of(conn, id)?.unwrap_or_else(|| id.to_string()));
        }
    }
    Ok(filter)
}

/// The filter that was filled in, and what is wrong with it.
fn read_form(
    conn: &mut Conn,
    typed: &mut BTreeMap<String, String>,
    zone: &str,
    now: Timestamp,
) -> db::Result<(Filter, FieldErrors)> {
    let (mut filter, mut errors) = (Filter::default(), FieldErrors::default());
    for name in Filter::FIELDS {
        let text = typed.get(*name).map(|text| text.trim()).unwrap_or_default();
        let is_of_people = PEOPLE.iter().any(|(field, _)| field == name);
        if !is_of_people && *name != "zone" && filter.set(name, text).is_err() {
            let is_day = DAYS.iter().any(|(day, _)| day == name);
            errors.add(name, if is_day { "This is no date. Write it as 2026-11-30." } else { "Choose one of these." });
        }
    }
    for (field, is) in PEOPLE {
        let text = cleaned(typed.get(is).map_or("", String::as_str));
        if text.is_empty() {
            continue;
        }
        match find::typed(conn, &text, Scope::Live, now)? {
            Found::One(id) => filter.set(field, &id.to_string()).unwrap_or_default(),
            Found::Nobody => errors.add(is, format!("Nobody here is called “{text}”.")),
            Found::Several => errors.add(is, format!("Several people match “{text}”. Type the whole email address.")),
        }
    }
    filter.set("zone", zone).unwrap_or_default();
    // Only people who are off are off since some day.
    if filter.is_about_being_off() && !filter.show.has_people_who_are_off() {
        filter.show = Show::Deactivated;
    }
    Ok((filter, errors))
}

// What the template asks.
impl FilterPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map(String::as_str).unwrap_or_default()
    }

    fn is_chosen(&self, name: &str, value: &str) -> bool {
        self.typed(name) == value
    }

    fn is_unit(&self, name: &str, id: &i64) -> bool {
        self.typed(name) == id.to_string()
    }

    fn shows(&self) -> &'static [Show] {
        Show::ALL
    }

    fn levels(&self) -> &'static [AccessLevel] {
        AccessLevel::ALL
    }

    fn licenses(&self) -> &'static [LicenseType] {
        LicenseType::ALL
    }

    fn days(&self) -> &'static [(&'static str, &'static str)] {
        &DAYS
    }

    fn units(&self) -> [(&'static str, &'static str, &'static str, &[Named]); 4] {
        [
            ("company", "Company", "No company", &self.companies),
            ("team", "Team", "No team", &self.teams),
            ("group", "Group", "No group", &self.groups),
            ("job_role", "Job role", "No job role", &self.job_roles),
        ]
    }
}
