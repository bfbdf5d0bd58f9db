//! The number in Setup's menu: people who are off and still have duties. At most half a minute old.

use std::sync::Mutex;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};

use crate::db::Timestamp;
use crate::lifecycle::store::left_behind;
use crate::web::{Site, Who};

/// Seconds for which a number is good: looking at everybody who is off costs too much for every page.
const GOOD_FOR: i64 = 30;

/// The latest number, and when it was counted. Each process counts for itself.
#[derive(Default)]
pub struct Counted(Mutex<Option<(Timestamp, i64)>>);

impl Counted {
    fn still_good(&self, now: Timestamp) -> Option<i64> {
        let kept = self.0.lock().ok()?;
        kept.filter(|(at, _)| (0..GOOD_FOR).contains(&now.seconds_since(*at))).map(|(_, number)| number)
    }

    fn keep(&self, number: Option<(Timestamp, i64)>) {
        if let Ok(mut kept) = self.0.lock() {
            *kept = number;
        }
    }
}

/// Middleware, inside the one that introduces the viewer: tells the menu of administrators. Whatever an administrator
/// sends may change the number, so it is counted anew afterwards.
pub async fn tell(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let counted = request.app_data::<Data<Counted>>().cloned();
    let administers = request.extensions().get::<Who>().is_some_and(|who| who.administers);
    let (Some(counted), true) = (counted, administers) else { return next.call(request).await };
    if request.method() == Method::POST {
        let is_turning_pages = request.path().starts_with("/users/selection"); // of a list; it changes nobody
        let answer = next.call(request).await;
        if !is_turning_pages {
            counted.keep(None);
        }
        return answer;
    }
    if let Some(number) = number(&request, &counted).await
        && let Some(who) = request.extensions_mut().get_mut::<Who>()
    {
        who.duties_left_behind = number;
    }
    next.call(request).await
}

/// Without a database there is no number, and the page says what is wrong.
async fn number(request: &ServiceRequest, counted: &Counted) -> Option<i64> {
    let site = request.app_data::<Data<Site>>()?;
    let now = site.clock.now();
    if let Some(number) = counted.still_good(now) {
        return Some(number);
    }
    let number = site.db.read(left_behind::count).await.ok()?;
    counted.keep(Some((now, number)));
    Some(number)
}
