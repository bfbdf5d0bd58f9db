//! The whole map of addresses on one screen.

use actix_web::web::{self, ServiceConfig, post};
use actix_web::{Route, guard};

use super::pages;
use crate::audit::pages as audit;
use crate::edits::pages as edits;
use crate::imports::pages::{files, preview};
use crate::licenses::pages as licenses;
use crate::lifecycle::pages::{
    departures, dormant, duties, exemptions, leavers, lists, messages, operations, plans, recycle_bin,
};
use crate::preferences::pages as preferences;
use crate::sign_in::pages::{account, links, passwords, sessions, setup};
use crate::users::pages as people;
use crate::web::{Error, assets};
use crate::work::pages::{area, documents, items, notes, projects, reports};

pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/", get().to(pages::start))
        .route("/sign-in", get().to(sessions::new))
        .route("/sign-in", post().to(sessions::create))
        .route("/sign-out", post().to(sessions::destroy))
        .route("/setup/{token}", get().to(setup::new))
        .route("/setup/{token}", post().to(setup::create))
        .route("/welcome/{token}", get().to(links::new))
        .route("/welcome/{token}", post().to(links::create))
        .route("/account", get().to(account::show))
        .route("/account", post().to(account::update))
        .route("/account/sessions/end", post().to(account::end_sessions))
        .route("/account/password", get().to(passwords::edit))
        .route("/account/password", post().to(passwords::update))
        .route("/help/deactivate-or-delete", get().to(pages::deactivate_or_delete))
        .route("/users", get().to(people::list::index))
        .route("/users", post().to(people::new::create))
        .route("/users.csv", get().to(people::export::index))
        .route("/users.xlsx", get().to(people::export::index))
        .route("/users.json", get().to(people::export::index))
        .route("/users/export", post().to(people::export::create))
        .route("/users/selection", post().to(people::selection::update))
        .route("/users/selection/clear", post().to(people::selection::destroy))
        .route("/users/filter", get().to(people::filter::edit))
        .route("/users/view", get().to(people::view::edit))
        .route("/users/saved", get().to(people::saved::index))
        .route("/users/saved", post().to(people::saved::create))
        .route("/users/saved/{id}/delete", post().to(people::saved::destroy))
        .route("/users/copy", post().to(people::selection::copy))
        .route("/users/new", get().to(people::new::new))
        .route("/edits/new", post().to(edits::selections::edit))
        .route("/edits/undo", post().to(edits::selections::undo))
        .route("/edits/{id}", get().to(edits::plans::show))
        .route("/edits/{id}", post().to(edits::plans::update))
        .route("/edits/{id}/fields", get().to(edits::plans::fields))
        .route("/edits/{id}/operation", post().to(edits::plans::run))
        .route("/updates/new", post().to(edits::selections::update))
        .route("/imports", post().to(files::create))
        .route("/imports/new", get().to(files::new))
        .route("/imports/sample.csv", get().to(files::sample_csv))
        .route("/imports/sample.xlsx", get().to(files::sample_xlsx))
        .route("/imports/{id}", get().to(preview::show))
        .route("/imports/{id}", post().to(preview::update))
        .configure(one_person)
        .route("/licenses", get().to(licenses::index))
        .route("/licenses", post().to(licenses::update))
        .configure(units)
        .route("/preferences", get().to(preferences::index))
        .route("/preferences", post().to(preferences::update))
        .route("/plans", post().to(plans::create))
        .route("/plans/{id}", get().to(plans::show))
        .route("/plans/{id}", post().to(plans::update))
        .route("/plans/{id}/operation", post().to(plans::run))
        .route("/plans/{id}/lists/{kind}", get().to(lists::show))
        .route("/operations", get().to(operations::index))
        .route("/operations/{id}", get().to(operations::show))
        .route("/operations/{id}/cancel", post().to(operations::cancel))
        .route("/operations/{id}/resume", post().to(operations::resume))
        .route("/operations/{id}/result.csv", get().to(operations::export))
        .route("/audit-log", get().to(audit::log::index))
        .route("/audit-log.csv", get().to(audit::export::csv))
        .route("/audit-log.json", get().to(audit::export::json))
        .route("/audit-log/verification", post().to(audit::verification::create))
        .route("/departures", get().to(departures::index))
        .route("/departures/{user}", post().to(departures::update))
        .route("/departures/{user}/cancel", post().to(departures::destroy))
        .route("/leavers", get().to(leavers::new))
        .route("/leavers", post().to(leavers::find))
        .route("/dormant", get().to(dormant::index))
        .route("/dormant/exemptions", get().to(exemptions::index))
        .route("/dormant/exemptions", post().to(exemptions::create))
        .route("/dormant/exemptions/{user}/end", post().to(exemptions::destroy))
        .route("/messages", get().to(messages::index))
        .route("/messages/read", post().to(messages::read))
        .route("/duties", get().to(duties::index))
        .route("/recycle-bin", get().to(recycle_bin::index))
        .configure(work);
}

/// The same pages for companies, teams, groups and job roles.
fn units(config: &mut ServiceConfig) {
    config
        .route("/{unit:companies|teams|groups|job-roles}", get().to(people::units::index))
        .route("/{unit:companies|teams|groups|job-roles}", post().to(people::units::create))
        .route("/{unit:companies|teams|groups|job-roles}/new", get().to(people::units::new))
        .route("/{unit:companies|teams|groups|job-roles}/{id}", get().to(people::members::show))
        .route("/{unit:companies|teams|groups|job-roles}/{id}", post().to(people::units::update))
        .route("/{unit:companies|teams|groups|job-roles}/{id}/edit", get().to(people::units::edit))
        .route("/{unit:companies|teams|groups|job-roles}/{id}/retire", post().to(people::units::retire))
        .route("/{unit:companies|teams|groups|job-roles}/{id}/bring-back", post().to(people::units::bring_back))
        .route("/{unit:companies|teams|groups|job-roles}/{id}/members", post().to(people::members::create))
        .route("/{unit:companies|teams|groups|job-roles}/{id}/members/remove", post().to(people::members::destroy));
}

fn one_person(config: &mut ServiceConfig) {
    config
        .route("/users/{id}", get().to(people::profile::details::show))
        .route("/users/{id}", post().to(people::edit::update))
        .route("/users/{id}/work", get().to(people::profile::work::show))
        .route("/users/{id}/updates", get().to(people::profile::updates::show))
        .route("/users/{id}/organization", get().to(people::profile::organization::show))
        .route("/users/{id}/activity", get().to(people::profile::activity::show))
        .route("/users/{id}/sessions", get().to(people::profile::sessions::index))
        .route("/users/{id}/sessions/end", post().to(people::profile::sessions::destroy))
        .route("/users/{id}/edit", get().to(people::edit::edit))
        .route("/users/{id}/link", get().to(people::link::new))
        .route("/users/{id}/link", post().to(people::link::create))
        .route("/users/{id}/password", get().to(people::password::edit))
        .route("/users/{id}/password", post().to(people::password::update))
        .route("/users/{id}/photo", get().to(people::photo::show))
        .route("/users/{id}/photo", post().to(people::photo::update))
        .route("/users/{id}/photo/edit", get().to(people::photo::edit))
        .route("/users/{id}/photo/remove", post().to(people::photo::destroy));
}

fn work(config: &mut ServiceConfig) {
    config
        .route("/projects", get().to(projects::index))
        .route("/projects", post().to(projects::create))
        .route("/projects/new", get().to(projects::new))
        .route("/projects/{id}", get().to(projects::show))
        .route("/projects/{id}/items", post().to(projects::create_item))
        .route("/projects/{id}/documents", post().to(projects::create_document))
        .route("/work-items/{id}", get().to(items::show))
        .route("/work-items/{id}/status", post().to(items::set_status))
        .route("/work-items/{id}/assignments", post().to(items::assign))
        .route("/work-items/{id}/assignments/end", post().to(items::end_assignment))
        .route("/work-items/{id}/hours", post().to(notes::log_hours))
        .route("/work-items/{id}/notes", post().to(notes::create))
        .route("/work-items/{id}/documents", post().to(items::create_document))
        .route("/documents/{id}", get().to(documents::show))
        .route("/reports", get().to(reports::index))
        .route("/reports", post().to(reports::create))
        .route("/reports/{id}", get().to(reports::show))
        .route("/reports/{id}/result.csv", get().to(reports::export))
        .route("/my-area", get().to(area::show))
        .route("/my-area/documents", post().to(area::create_document));
}

/// Asked by browsers and by what watches the process; no session is looked up for them.
pub fn bare_routes(config: &mut ServiceConfig) {
    config
        .route("/healthz", get().to(pages::healthz))
        .route("/readyz", get().to(pages::readyz))
        .route("/static/{digest}/{name:.*}", get().to(assets::show));
}

pub async fn not_found() -> Result<&'static str, Error> {
    Err(Error::NotFound)
}

/// GET, and HEAD, which is the same without the body: programs that watch a page ask so.
fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

pub fn fallback() -> Route {
    web::route().to(not_found)
}
