//! A page of companies, teams, groups or job roles by name: those that are in use, or the retired ones.

use super::Named;
use crate::users::names;
use crate::web::pagination::{Place, ROWS, Rows, Toward};

/// Of `all`, which are in the order of their names: those whose name contains `text`, from a place on.
pub fn page(all: Vec<Named>, text: &str, is_retired: bool, from: Option<&str>, toward: Toward) -> Rows<Named> {
    let text = names::fold(text);
    let place = from.and_then(Place::<String>::from_word);
    let toward = if place.is_some() { toward } else { Toward::Next };
    let fits = all.into_iter().filter(|one| one.is_retired == is_retired);
    let keyed = fits.map(|one| (Place(names::fold(&one.name), one.id), one));
    let keyed = keyed.filter(|(Place(key, _), _)| key.contains(&text));
    let compare = |one: &Place<String>| place.as_ref().map(|place| (&one.0, one.1).cmp(&(&place.0, place.1)));
    let rows: Vec<Named> = match toward {
        Toward::Next => {
            let beyond = keyed.filter(|(one, _)| compare(one).is_none_or(|order| order.is_gt()));
            beyond.take(ROWS + 1).map(|(_, one)| one).collect()
        }
        Toward::Previous => {
            let mut before: Vec<_> = keyed.filter(|(one, _)| compare(one).is_some_and(|order| order.is_lt())).collect();
            before.reverse();
            before.into_iter().take(ROWS + 1).map(|(_, one)| one).collect()
        }
    };
    Rows::cut(rows, toward, place.is_some(), |one| Place(names::fold(&one.name), one.id))
}
