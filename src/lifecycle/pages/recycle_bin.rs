//! Setup -> Recycle Bin: who was deleted, when, by whom and why, and the way back.

use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::super::store::bin::{self, Binned};
use super::result::{ResultNotice, notice};
use crate::db::{Error as DbError, OperationId};
use crate::sign_in::Administrator;
use crate::web::pagination::{Rows, Toward};
use crate::web::{Answer, Error, Page, Site, text};

#[derive(Deserialize)]
pub struct Where {
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
    operation: Option<i64>,
    nothing: Option<String>,
}

#[derive(Template)]
#[template(path = "lifecycle/recycle_bin.html")]
struct BinPage {
    page: Page,
    list: Rows<Row>,
    result: Option<ResultNotice>,
    nothing_ticked: bool,
    /// "kept for 30 days"
    kept: String,
}

struct Row {
    user: Binned,
    initials: String,
    left: String,
}

/// `GET /recycle-bin`
pub async fn index(administrator: Administrator, site: Data<Site>, query: Query<Where>) -> Answer {
    let Where { from, toward, operation, nothing } = query.into_inner();
    let (now, kept) = (site.clock.now(), administrator.page.bin_days);
    let (list, result) = site
        .db
        .read(move |conn| {
            let result = match operation {
                Some(id) => notice(conn, OperationId(id))?,
                None => None,
            };
            Ok::<_, DbError>((bin::list(conn, from.as_deref(), toward)?, result))
        })
        .await
        .map_err(Error::from)?;
    let list = list.map(|user| {
        let days = kept - now.seconds_since(user.deleted_at) / 86_400;
        let left = match (user.erasing_since, kept, days) {
            (Some(_), ..) => "being erased".into(),
            (None, 0, _) => "until erased".into(),
            (None, _, days) if days > 0 => text::count(days, "day", "days"),
            _ => "any moment now".into(),
        };
        Row { initials: text::initials(&user.first_name, &user.last_name), left, user }
    });
    let kept = match kept {
        0 => "kept until somebody erases them".to_owned(),
        days => format!("kept for {}", text::count(days, "day", "days")),
    };
    let template = BinPage { page: administrator.0.page, list, result, nothing_ticked: nothing.is_some(), kept };
    template.page.html(&template)
}
