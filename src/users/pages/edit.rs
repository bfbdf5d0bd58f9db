//! Editing one person: what is typed is never lost, also if somebody else changed the person meanwhile.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;

use super::name_problem;
use super::new::{Level, levels};
use crate::db::{self, Lane, UserId};
use crate::licenses::{AccessLevel, seats};
use crate::sign_in::Administrator;
use crate::users::details::{self, Details};
use crate::users::edit::{self, Changes, EditRefusal};
use crate::users::units::{self, Named, Unit};
use crate::users::{State, email};
use crate::web::{Answer, Error, FieldErrors, Form, Page, Site};

#[derive(Deserialize)]
pub struct Typed {
    version: i64,
    first_name: String,
    last_name: String,
    email: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    company: String,
    #[serde(default)]
    team: String,
    #[serde(default)]
    level: String,
    /// A name or an address.
    #[serde(default)]
    manager: String,
}

#[derive(Template)]
#[template(path = "users/edit.html")]
struct Edit {
    page: Page,
    person: Details,
    typed: Typed,
    levels: Vec<Level>,
    companies: Vec<Named>,
    teams: Vec<Named>,
    errors: FieldErrors,
    refusal: Option<String>,
    has_no_seat: bool,
    /// What somebody else changed meanwhile: the field, and how it is now.
    different: Vec<(&'static str, String)>,
}

impl Typed {
    fn of(person: &Details) -> Self {
        let id = |id: Option<i64>| id.map_or_else(String::new, |id| id.to_string());
        Typed {
            version: person.version,
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            email: person.email.clone(),
            title: person.title.clone(),
            phone: person.phone.clone(),
            company: id(person.company_id),
            team: id(person.team_id),
            level: person.level.map_or_else(String::new, |level| level.as_str().to_owned()),
            manager: person.manager_email.clone().unwrap_or_default(),
        }
    }

    /// What was typed, as a change, or a message beside each field that needs correcting.
    fn changes(&self) -> Result<Changes, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut check = |field: &'static str, problem: Option<String>| {
            if let Some(problem) = problem {
                errors.add(field, problem);
            }
        };
        check("first_name", name_problem(&self.first_name, true));
        check("last_name", name_problem(&self.last_name, true));
        check("title", name_problem(&self.title, false));
        check("phone", name_problem(&self.phone, false));
        check("email", email::problem(&self.email));
        let (level, company, team) = (AccessLevel::parse(&self.level), self.company.parse(), self.team.parse());
        check("level", (level.is_none() && !self.level.is_empty()).then(|| "Choose an access level.".into()));
        check("company", (company.is_err() && !self.company.is_empty()).then(|| "Choose a company.".into()));
        check("team", (team.is_err() && !self.team.is_empty()).then(|| "Choose a team.".into()));
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Changes {
            first_name: self.first_name.trim().to_owned(),
            last_name: self.last_name.trim().to_owned(),
            email: self.email.trim().to_owned(),
            title: self.title.trim().to_owned(),
            phone: self.phone.trim().to_owned(),
            company_id: company.ok(),
            team_id: team.ok(),
            level,
            manager: self.manager.trim().chars().take(200).collect(),
            manager_id: None,
        })
    }
}

impl Edit {
    /// The page of somebody who is not deleted.
    async fn of(page: Page, site: &Site, user: UserId, typed: Option<Typed>) -> Result<Edit, Error> {
        let read = move |conn: &mut db::Conn| {
            let person = details::of(conn, user)?;
            let companies = units::to_choose(conn, Unit::Company, person.company_id)?;
            let teams = units::to_choose(conn, Unit::Team, person.team_id)?;
            Ok::<_, db::Error>((person, levels(&seats::all(conn)?), companies, teams))
        };
        let (person, levels, companies, teams) = site.db.read(read).await?;
        if person.state == State::Deleted {
            return Err(Error::NotFound);
        }
        let typed = typed.unwrap_or_else(|| Typed::of(&person));
        Ok(Edit {
            page,
            person,
            typed,
            levels,
            companies,
            teams,
            errors: FieldErrors::default(),
            refusal: None,
            has_no_seat: false,
            different: Vec::new(),
        })
    }

    /// In which fields the person is other than what was typed.
    fn compare(&mut self) {
        let now = Typed::of(&self.person);
        let name_of = |list: &[Named], id: &str| {
            list.iter().find(|named| named.id.to_string() == id).map_or_else(|| "none".into(), |n| n.name.clone())
        };
        let level = self.person.level.map_or("none", |level| level.name());
        let typed = &self.typed;
        let fields = [
            ("First name", &typed.first_name, &now.first_name, now.first_name.clone()),
            ("Last name", &typed.last_name, &now.last_name, now.last_name.clone()),
            ("Email", &typed.email, &now.email, now.email.clone()),
            ("Title", &typed.title, &now.title, now.title.clone()),
            ("Phone", &typed.phone, &now.phone, now.phone.clone()),
            ("Company", &typed.company, &now.company, name_of(&self.companies, &now.company)),
            ("Team", &typed.team, &now.team, name_of(&self.teams, &now.team)),
            ("Reports to", &typed.manager, &now.manager, now.manager.clone()),
            ("Access level", &typed.level, &now.level, level.to_owned()),
        ];
        let different = fields.into_iter().filter(|(_, typed, now, _)| typed.trim() != now.trim());
        self.different = different.map(|(field, _, _, now)| (field, now)).collect();
        // Saving again is then a decision, made with both in sight.
        self.typed.version = self.person.version;
    }
}

/// `GET /users/{id}/edit`
pub async fn edit(Administrator(viewer): Administrator, site: Data<Site>, id: Path<UserId>) -> Answer {
    let edit = Edit::of(viewer.page, &site, id.into_inner(), None).await?;
    edit.page.html(&edit)
}

/// `POST /users/{id}`
pub async fn update(
    Administrator(viewer): Administrator,
    site: Data<Site>,
    id: Path<UserId>,
    form: Form<Typed>,
) -> Answer {
    let (user, typed, actor, now) = (id.into_inner(), form.0, viewer.id, site.clock.now());
    let changes = match typed.changes() {
        Ok(changes) => changes,
        Err(errors) => {
            let edit = Edit { errors, ..Edit::of(viewer.page, &site, user, Some(typed)).await? };
            return edit.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &edit);
        }
    };
    let (chain, version) = (site.chain.clone(), typed.version);
    let write = move |conn: &mut db::Conn| edit::edit(conn, &chain, actor, user, version, &changes, now);
    let refusal = match site.db.write(Lane::Administration, write).await {
        Ok(()) => return viewer.page.go_to(&format!("/users/{user}")),
        Err(refusal) => said(refusal)?,
    };
    let mut edit = Edit::of(viewer.page, &site, user, Some(typed)).await?;
    if let EditRefusal::Stale(_) = refusal {
        edit.compare();
        return edit.page.html_with(StatusCode::CONFLICT, &edit);
    }
    edit.has_no_seat = matches!(refusal, EditRefusal::NoFreeSeat { .. });
    match refusal.field() {
        Some(field) => edit.errors.add(field, refusal.to_string()),
        None => edit.refusal = Some(refusal.to_string()),
    }
    edit.page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &edit)
}

/// A refusal that is said on the page of the form; the others are answers of their own.
pub fn said(refusal: EditRefusal) -> Result<EditRefusal, Error> {
    match refusal {
        EditRefusal::Database(error) => Err(error.into()),
        EditRefusal::ActorIsOff => Err(Error::SignIn { then: "/users".into() }),
        EditRefusal::MayNot | EditRefusal::PersonAboveOwn => Err(Error::forbidden(refusal.to_string())),
        refusal => Ok(refusal),
    }
}
