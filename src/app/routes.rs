//! The whole map of addresses on one screen.

use actix_web::web::{self, ServiceConfig, get, post};

use crate::sign_in::pages as sign_in;
use crate::web::{Error, assets};

pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/sign-in", get().to(sign_in::new))
        .route("/sign-in", post().to(sign_in::create))
        .route("/sign-out", post().to(sign_in::destroy));
}

/// Asked by browsers and by what watches the process; no session is looked up for them.
pub fn bare_routes(config: &mut ServiceConfig) {
    config.route("/static/{digest}/{name:.*}", get().to(assets::show));
}

pub async fn not_found() -> Result<&'static str, Error> {
    Err(Error::NotFound)
}

pub fn fallback() -> actix_web::Route {
    web::route().to(not_found)
}
