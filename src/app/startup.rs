//! The application as one function: the binary and the tests start the same thing.

use std::net::TcpListener;
use std::sync::Arc;

use actix_session::SessionMiddleware;
use actix_session::config::{CookieContentSecurity, PersistentSession};
use actix_web::cookie::{Key, SameSite, time::Duration};
use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data, PayloadConfig};
use actix_web::{App, HttpServer};
use tracing_actix_web::TracingLogger;

use super::housekeeping::keep_tidy;
use super::left_behind;
use super::request_log::RequestSpan;
use super::routes;
use crate::edits::run::EveryAct;
use crate::operations::worker::Worker;
use crate::preferences::LONGEST_SESSION_HOURS;
use crate::sign_in::session::DatabaseSessions;
use crate::sign_in::viewer;
use crate::web::{Site, door, form};

/// What finishes operations in the background. Runs until the process ends.
pub fn worker(site: &Site) -> Worker {
    Worker {
        db: site.db.clone(),
        clock: site.clock.clone(),
        runner: Arc::new(EveryAct::new(site.chain.clone())),
        wake: site.wake_worker.clone(),
        lease_seconds: site.lease_seconds,
    }
}

/// Starts serving on `listener`. The server ends when the process is told to, and finishes what is under way.
pub fn serve(site: Data<Site>, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    let cookie_key = Key::derive_from(&site.keys.derive("session cookie"));
    let counted = Data::new(left_behind::Counted::default());
    let (background, tidying) = (worker(&site).run(), keep_tidy(site.clone()));
    let server = HttpServer::new(move || {
        // The cookie outlives every session: when one ends is decided in the database, and may be changed there.
        let hours = Duration::hours(LONGEST_SESSION_HOURS);
        let sessions = SessionMiddleware::builder(DatabaseSessions(site.clone()), cookie_key.clone())
            .cookie_name("roster-session".into())
            .cookie_content_security(CookieContentSecurity::Signed)
            .cookie_secure(site.is_https())
            .cookie_http_only(true)
            .cookie_same_site(SameSite::Lax)
            .session_lifecycle(PersistentSession::default().session_ttl(hours))
            .build();
        App::new()
            .app_data(site.clone())
            .app_data(counted.clone())
            .app_data(PayloadConfig::new(form::LIMIT))
            .configure(door::addresses)
            .wrap(from_fn(door::guard))
            .wrap(Compress::default())
            .wrap(TracingLogger::<RequestSpan>::new())
            .configure(routes::bare_routes)
            .service(
                web::scope("")
                    .wrap(from_fn(door::know_visitor))
                    .wrap(from_fn(left_behind::tell))
                    .wrap(from_fn(viewer::introduce))
                    .wrap(sessions)
                    .configure(routes::routes)
                    .default_service(routes::fallback()),
            )
    });
    actix_web::rt::spawn(background);
    actix_web::rt::spawn(tidying);
    Ok(server
        .workers(workers)
        .tcp_nodelay(true)
        .client_request_timeout(std::time::Duration::from_secs(15))
        .shutdown_timeout(30)
        .listen(listener)?
        .run())
}
