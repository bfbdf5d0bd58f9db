//! Time zones that can be chosen: names of places, as the time zone database has them.

use std::sync::LazyLock;

/// All names that the time zone database has, such as `Europe/Vienna`.
static ZONES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let names = jiff::tz::db().available().map(|name| name.as_str().to_owned());
    let mut names: Vec<String> = names.filter(|name| is_zone(name)).collect();
    names.sort_unstable();
    names.dedup();
    names
});

pub fn all() -> &'static [String] {
    &ZONES
}

/// The name that is meant, whatever the case it is typed in.
pub fn named(typed: &str) -> Option<&'static str> {
    let is_it = |name: &&String| name.eq_ignore_ascii_case(typed.trim());
    all().iter().find(is_it).map(String::as_str)
}

/// Names that are no place, such as `posixrules` or `right/...`, are not offered and not taken.
pub fn is_zone(name: &str) -> bool {
    let is_place = name == "UTC" || name.contains('/');
    let is_aside = ["right/", "posix/", "Etc/", "SystemV/"].iter().any(|prefix| name.starts_with(prefix));
    is_place && !is_aside && jiff::tz::TimeZone::get(name).is_ok_and(|zone| zone.iana_name() == Some(name))
}
