//! Whether somebody is likely to be meant by what was typed, and why.

use super::super::store::leavers::Person;
use super::typed::Wanted;
use crate::users::names::fold;

/// Why somebody is likely, the most likely first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Exactly this name, address or number, which several people have.
    OneOfSeveral,
    /// The name that was typed, but not the address.
    OtherAddress,
    Number,
    SameMailbox,
    Swapped,
    Typo,
    NameInAddress,
    MoreNames,
    SameLastNameAndInitial,
    OneNameOnly,
}

impl Why {
    pub fn in_words(self) -> &'static str {
        match self {
            Why::OneOfSeveral => "exactly this",
            Why::OtherAddress => "this name, another address",
            Why::Number => "this employee number, another address",
            Why::SameMailbox => "same mailbox at another domain",
            Why::Swapped => "first and last name swapped",
            Why::Typo => "spelled almost alike",
            Why::NameInAddress => "the name in the address",
            Why::MoreNames => "same first and last name, more or fewer between",
            Why::SameLastNameAndInitial => "same last name and initial",
            Why::OneNameOnly => "one of the names",
        }
    }
}

/// Why this person may be meant; `None` if nothing speaks for it.
pub fn why(wanted: &Wanted, person: &Person) -> Option<Why> {
    let by_name = wanted.names.iter().filter_map(|name| of_names(name, person)).min();
    let by_email = wanted.email.as_ref().and_then(|email| of_addresses(email, person));
    let by_number = wanted.number.as_ref().filter(|number| **number == person.employee_number).map(|_| Why::Number);
    by_name.into_iter().chain(by_email).chain(by_number).min()
}

fn of_addresses(email: &str, person: &Person) -> Option<Why> {
    let mailbox = |address: &str| address.rsplit_once('@').map(|(mailbox, _)| mailbox.to_owned());
    if mailbox(email).is_some_and(|typed| mailbox(&person.email_key) == Some(typed)) {
        return Some(Why::SameMailbox);
    }
    if is_typo(email, &person.email_key) {
        return Some(Why::Typo);
    }
    (name_in(email)? == person.name_key).then_some(Why::NameInAddress)
}

/// `bert.cooper@example.test` -> `bert cooper`
pub fn name_in(email: &str) -> Option<String> {
    let (mailbox, _) = email.rsplit_once('@')?;
    let name = fold(&mailbox.replace(['.', '_', '-'], " "));
    name.contains(' ').then_some(name)
}

fn of_names(name: &str, person: &Person) -> Option<Why> {
    if name == person.name_key {
        return Some(Why::OtherAddress);
    }
    let (typed, has) = (words(name), words(&person.name_key));
    if sorted(&typed) == sorted(&has) {
        return Some(Why::Swapped);
    }
    if is_typo(name, &person.name_key) {
        return Some(Why::Typo);
    }
    let [first, .., last] = typed.as_slice() else {
        let one = typed.first()?;
        return has.contains(one).then_some(Why::OneNameOnly);
    };
    if has.first() == Some(first) && has.last() == Some(last) {
        return Some(Why::MoreNames);
    }
    let last_name = fold(&person.last_name);
    let is_same_last = !last_name.is_empty() && name.ends_with(&format!(" {last_name}"));
    (is_same_last && first.chars().next() == person.name_key.chars().next()).then_some(Why::SameLastNameAndInitial)
}

fn words(text: &str) -> Vec<&str> {
    text.split(' ').collect()
}

fn sorted<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut words = words.to_vec();
    words.sort_unstable();
    words
}

/// One slip of the pen, or two in a long text.
fn is_typo(one: &str, other: &str) -> bool {
    let most = if one.chars().count() < 14 { 1 } else { 2 };
    distance(one, other, most).is_some()
}

/// How many letters were changed, left out, added or swapped with the next; `None`: more than `most`.
fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (above[j + 1] + 1).min(row[j] + 1).min(above[j] + usize::from(a != b));
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        if row.iter().all(|n| *n > most) {
            return None;
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().filter(|n| *n <= most)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_letter_changed_left_out_added_or_swapped_is_one_slip() {
        for slip in ["bert coopor", "bert coper", "bert coooper", "bret cooper"] {
            assert_eq!(distance("bert cooper", slip, 1), Some(1), "{slip}");
        }
        assert_eq!(distance("bert cooper", "bert cooper", 1), Some(0));
        assert_eq!(distance("bert cooper", "cleo cooper", 2), None);
    }
}
