//! Setup -> Dormant users: who has not signed in for long, what they did last, and the seats that they hold.

use actix_web::web::{Data, Query};
use askama::Template;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::super::dormant::{DAYS, Dormant};
use super::super::store::dormant::{self, Evidence, Order};
use super::result::{ResultNotice, notice};
use crate::db::{Conn, Error as DbError, OperationId, Timestamp, UserId};
use crate::history;
use crate::licenses::LicenseType;
use crate::sign_in::Administrator;
use crate::web::pagination::{Rows, Toward};
use crate::web::text::{self, number};
use crate::web::{Answer, Error, Page, Site};

/// Up to so many people of an access level are counted with every page; more when they are asked for.
const COUNTED: i64 = 1_000;

#[derive(Deserialize)]
pub struct Where {
    #[serde(default)]
    days: String,
    #[serde(default)]
    license: String,
    #[serde(default)]
    sort: String,
    from: Option<String>,
    #[serde(default)]
    toward: Toward,
    /// What an operation did, said on the way back from it.
    operation: Option<i64>,
    /// An act was chosen with nothing ticked.
    nothing: Option<String>,
    /// All seats are to be counted.
    count: Option<String>,
    /// So many people were exempted just now.
    exempted: Option<i64>,
}

#[derive(Template)]
#[template(path = "lifecycle/dormant.html")]
struct DormantPage {
    page: Page,
    dormant: Dormant,
    by_name: bool,
    list: Rows<Row>,
    seats: Vec<Seats>,
    result: Option<ResultNotice>,
    nothing_ticked: bool,
    exempted: Option<String>,
    /// "No sign-in since 29 August 2026": stands in the plan at first.
    reason: String,
}

struct Row {
    user: dormant::Row,
    initials: String,
    signed_in: String,
    /// "Hours 3 Nov, note 2 Nov"
    did: Vec<String>,
    /// They did something in the time in which they did not sign in: on this day.
    worked: Option<String>,
    /// What waits for them, and the list of it.
    duties: Vec<(String, String)>,
}

/// Seats of a license type that could be reclaimed.
struct Seats {
    license: LicenseType,
    seats: i64,
    /// There are more than were counted.
    is_more: bool,
}

impl DormantPage {
    fn here(&self) -> String {
        if self.by_name { self.sorted_by_name() } else { self.sorted_by_sign_in() }
    }

    fn sorted_by_name(&self) -> String {
        format!("/dormant?{}&sort=name", self.dormant.query())
    }

    fn sorted_by_sign_in(&self) -> String {
        format!("/dormant?{}", self.dormant.query())
    }

    /// The days that can be chosen; true: these are.
    fn days(&self) -> [(i64, bool); 5] {
        DAYS.map(|days| (days, days == self.dormant.days))
    }

    fn is_shown(&self, license: &LicenseType) -> bool {
        self.dormant.license == Some(*license)
    }

    fn licenses(&self) -> &'static [LicenseType] {
        LicenseType::ALL
    }

    fn has_more_seats(&self) -> bool {
        self.seats.iter().any(|seats| seats.is_more)
    }
}

/// `GET /dormant`
pub async fn index(administrator: Administrator, site: Data<Site>, query: Query<Where>) -> Answer {
    let place = query.into_inner();
    let dormant = Dormant::parse(&place.days, &place.license)
        .ok_or_else(|| Error::BadRequest("This filter is not known. Choose one on the page Dormant users.".into()))?;
    let by_name = place.sort == "name";
    let order = if by_name { Order::Name } else { Order::LastSignIn };
    let (now, zone) = (site.clock.now(), administrator.page.zone.clone());
    let exempted = place.exempted.map(|people| text::count(people, "person is exempt", "people are exempt"));
    let nothing_ticked = place.nothing.is_some();
    let (list, seats, result) = site
        .db
        .read(move |conn| {
            let rows = dormant::page(conn, dormant, order, place.from.as_deref(), place.toward, now)?;
            let list = with_evidence(conn, rows, dormant.since(now), now, &zone)?;
            let most = if place.count.is_some() { None } else { Some(COUNTED) };
            let seats = seats(&dormant::count(conn, dormant, most, now)?, most);
            let result = place.operation.map(|id| notice(conn, OperationId(id))).transpose()?.flatten();
            Ok::<_, DbError>((list, seats, result))
        })
        .await
        .map_err(Error::from)?;
    let page = administrator.0.page;
    let since = dormant.since(now).in_zone(&page.zone).strftime("%-d %B %Y");
    let reason = format!("No sign-in since {since}");
    let template = DormantPage { page, dormant, by_name, list, seats, result, nothing_ticked, exempted, reason };
    template.page.html(&template)
}

/// Counted per level, shown per license type; types of which nobody is dormant are left out.
fn seats(counted: &[(crate::licenses::AccessLevel, i64)], most: Option<i64>) -> Vec<Seats> {
    let of = |license: &LicenseType| {
        let levels = counted.iter().filter(|(level, n)| level.license_type() == *license && *n > 0);
        let capped = levels.map(|(_, n)| most.map_or((*n, false), |most| ((*n).min(most), *n > most)));
        capped.reduce(|(n, more), (m, also)| (n + m, more || also))
    };
    let all = LicenseType::ALL.iter();
    all.filter_map(|license| of(license).map(|(seats, is_more)| Seats { license: *license, seats, is_more })).collect()
}

/// The page's people with what they did last and what waits for them: a fixed number of statements.
fn with_evidence(
    conn: &mut Conn,
    rows: Rows<dormant::Row>,
    since: Timestamp,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Rows<Row>, DbError> {
    let ids: Vec<UserId> = rows.rows.iter().map(|row| row.id).collect();
    let mut evidence = dormant::evidence(conn, &ids)?;
    let mut waiting = Vec::new();
    for duty in history::duties() {
        let tallies = duty.count(conn, &ids)?;
        waiting.extend(tallies.into_iter().map(|(user, tally)| (user, *duty, tally.entries())));
    }
    Ok(rows.map(|user| {
        let did = evidence.remove(&user.id);
        let duties = waiting.iter().filter(|(of, _, entries)| *of == user.id && *entries > 0);
        let duties = duties.map(|(of, duty, entries)| {
            (format!("{} {}", number(*entries), duty.noun(*entries)), format!("/users/{of}?tab={}", duty.key()))
        });
        Row {
            initials: text::initials(&user.first_name, &user.last_name),
            signed_in: signed_in(&user, now, zone),
            worked: did.as_ref().and_then(|did| worked(did, since, now, zone)),
            did: did.map_or_else(Vec::new, |did| in_words(&did, now, zone)),
            duties: duties.collect(),
            user,
        }
    }))
}

fn signed_in(user: &dormant::Row, now: Timestamp, zone: &TimeZone) -> String {
    let days = |from: Timestamp| text::count(now.seconds_since(from) / 86_400, "day", "days");
    if user.last_sign_in_at.is_never() {
        return format!("never, in {} since {}", days(user.created_at), text::day(user.created_at, now, zone));
    }
    format!("{}, {} ago", text::day(user.last_sign_in_at, now, zone), days(user.last_sign_in_at))
}

/// The day of each kind of work, as text that sorts: `2026-03-01`.
fn days(did: &Evidence, zone: &TimeZone) -> Vec<(&'static str, String)> {
    let local = |at: Option<Timestamp>| at.map(|at| at.in_zone(zone).strftime("%Y-%m-%d").to_string());
    let kinds = [
        ("hours", did.hours.clone()),
        ("note", local(did.note)),
        ("document", local(did.document)),
        ("work item", local(did.work_item)),
    ];
    let mut days: Vec<_> = kinds.into_iter().filter_map(|(kind, day)| Some((kind, day?))).collect();
    days.sort_by(|(_, one), (_, other)| other.cmp(one));
    days
}

fn in_words(did: &Evidence, now: Timestamp, zone: &TimeZone) -> Vec<String> {
    days(did, zone).into_iter().map(|(kind, day)| format!("{kind} {}", day_in_words(&day, now, zone))).collect()
}

/// The latest work, if it is from the time in which they did not sign in.
fn worked(did: &Evidence, since: Timestamp, now: Timestamp, zone: &TimeZone) -> Option<String> {
    let (_, day) = days(did, zone).into_iter().next()?;
    let since = since.in_zone(zone).strftime("%Y-%m-%d").to_string();
    (day >= since).then(|| day_in_words(&day, now, zone))
}

/// `2026-03-01` -> `1 Mar`
fn day_in_words(day: &str, now: Timestamp, zone: &TimeZone) -> String {
    let Ok(date) = day.parse::<jiff::civil::Date>() else { return day.to_owned() };
    let is_this_year = date.year() == now.in_zone(zone).year();
    date.strftime(if is_this_year { "%-d %b" } else { "%-d %b %Y" }).to_string()
}
