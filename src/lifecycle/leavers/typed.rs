//! Reads a list of leavers as people paste it: a name, an address or an employee number each, on lines of their own, between
//! commas and semicolons, or in columns under headings.

use std::collections::HashMap;

use crate::users::names::{email_key, fold};

/// People that one list may name.
pub const MOST: usize = 2_000;
/// Characters of an entry that count; nobody is called longer.
const LONGEST: usize = 200;

/// One person who is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// As it was typed.
    pub text: String,
    /// Where it stands, from 1.
    pub lines: Vec<usize>,
    /// Folded as the keys are.
    pub email: Option<String>,
    pub number: Option<String>,
    /// Whole names that it may be, folded.
    pub names: Vec<String>,
}

/// A piece of the list. Where it could be one person or several, who there is decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    One(Wanted),
    Either { together: Wanted, apart: Vec<Wanted> },
}

impl Reading {
    pub fn wanted(&self) -> impl Iterator<Item = &Wanted> {
        let (first, rest): (&Wanted, &[Wanted]) = match self {
            Reading::One(one) => (one, &[]),
            Reading::Either { together, apart } => (together, apart),
        };
        std::iter::once(first).chain(rest)
    }
}

/// The list, each entry once.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct List {
    pub readings: Vec<Reading>,
    /// Entries that stood there before.
    pub repeated: i64,
}

/// More people than one list may name: at least so many.
#[derive(Debug, PartialEq, Eq)]
pub struct TooMany(pub usize);

/// Reads what was pasted or uploaded.
pub fn read(text: &str) -> Result<List, TooMany> {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}'], "\n").replace('\0', " ");
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    if lines > MOST + 1 {
        return Err(TooMany(lines));
    }
    let readings = match Columns::of(&text) {
        Some(columns) => columns.rows(&text),
        None => text.lines().enumerate().flat_map(|(at, line)| of_line(line, at + 1)).collect(),
    };
    let list = once(readings);
    let people: usize = list.readings.iter().map(|reading| reading.wanted().count().max(2) - 1).sum();
    if people > MOST { Err(TooMany(people)) } else { Ok(list) }
}

/// Entries that are the same are one, with all their lines.
fn once(readings: Vec<Reading>) -> List {
    let mut list = List::default();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for reading in readings {
        let key = reading.wanted().map(|wanted| fold(&wanted.text)).collect::<Vec<_>>().join("\n");
        match seen.get(&key) {
            Some(at) => {
                let lines = reading.wanted().next().map(|wanted| wanted.lines.clone()).unwrap_or_default();
                add_lines(&mut list.readings[*at], &lines);
                list.repeated += 1;
            }
            None => {
                seen.insert(key, list.readings.len());
                list.readings.push(reading);
            }
        }
    }
    list
}

fn add_lines(reading: &mut Reading, lines: &[usize]) {
    match reading {
        Reading::One(one) => one.lines.extend(lines),
        Reading::Either { together, apart } => {
            together.lines.extend(lines);
            apart.iter_mut().for_each(|one| one.lines.extend(lines));
        }
    }
}

/// What stands on one line, without headings.
fn of_line(line: &str, at: usize) -> Vec<Reading> {
    let line = line.trim();
    let line = ["- ", "* ", "• ", "– "].iter().find_map(|bullet| line.strip_prefix(bullet)).unwrap_or(line);
    // “Cooper, Bert <bert@example.test>; …”: the comma is part of the name.
    let in_commas =
        |field: &String| if field.matches('<').count() == 1 { vec![field.clone()] } else { split(field, &[',']) };
    let fields: Vec<Vec<String>> = split(line, &['\t', ';']).iter().map(in_commas).collect();
    let fields: Vec<Vec<String>> = fields.into_iter().filter(|parts| !parts.is_empty()).collect();
    let parts: Vec<String> = fields.iter().flatten().cloned().collect();
    let addresses = parts.iter().filter(|part| part.contains('@')).count();
    if parts.len() > 1 && addresses == 1 && !parts.iter().any(|part| part.contains('<')) {
        return vec![either(&parts, at)];
    }
    if addresses == 0 && fields.len() > 1 && fields.iter().all(|parts| parts.len() == 1) && is_name_in_two(&parts) {
        return vec![either(&parts, at)];
    }
    let of_field = |parts: Vec<String>| {
        let is_inverted = parts.len() == 2 && !parts.iter().any(|part| part.contains('@') || has_digit(part));
        if is_inverted {
            vec![either(&parts, at)]
        } else {
            parts.iter().map(|part| Reading::One(one(part, at))).collect()
        }
    };
    fields.into_iter().flat_map(of_field).collect()
}

/// First and last name in fields of their own, perhaps with a number.
fn is_name_in_two(parts: &[String]) -> bool {
    let words: Vec<&String> = parts.iter().filter(|part| !has_digit(part)).collect();
    words.len() == 2 && parts.len() <= 3 && words.iter().all(|word| !word.contains(char::is_whitespace))
}

fn has_digit(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
}

fn either(parts: &[String], at: usize) -> Reading {
    Reading::Either { together: record(parts, at), apart: parts.iter().map(|part| one(part, at)).collect() }
}

/// An entry by itself: an address (perhaps with a name before it), else a number or a name.
fn one(text: &str, at: usize) -> Wanted {
    let text: String = text.chars().take(LONGEST).collect();
    let mut wanted = Wanted { lines: vec![at], ..Wanted::default() };
    if let Some((name, rest)) = text.split_once('<').filter(|(_, rest)| rest.contains('@')) {
        wanted.email = Some(email_key(rest.trim_end_matches('>'))).filter(|email| !email.is_empty());
        wanted.names = names_in(name.trim().trim_matches('"'));
    } else if text.contains('@') {
        wanted.email = Some(email_key(&text));
    } else {
        wanted.number = (!text.contains(char::is_whitespace)).then(|| text.clone());
        wanted.names = names_in(&text);
    }
    wanted.text = text;
    wanted
}

/// The whole names that a text may be: with a comma, the last one first, too.
fn names_in(text: &str) -> Vec<String> {
    let turned = text.split_once(',').map(|(last, first)| fold(&format!("{first} {last}")));
    let as_it_is = fold(&text.replace(',', " "));
    turned.into_iter().chain([as_it_is]).filter(|name| !name.is_empty()).collect()
}

/// Several parts that are about one person.
fn record(parts: &[String], at: usize) -> Wanted {
    let email = parts.iter().find(|part| part.contains('@')).map(|part| email_key(part));
    let others = || parts.iter().filter(|part| !part.contains('@'));
    let words: Vec<String> = others().filter(|part| !has_digit(part)).map(|part| fold(part)).collect();
    // Beside an address the name may stand among other cells.
    let whole = words.iter().filter(|word| email.is_some() && word.contains(' ')).cloned();
    let names: Vec<String> = match words.as_slice() {
        [one] => vec![one.clone()],
        [one, other] => [format!("{other} {one}"), format!("{one} {other}")].into_iter().chain(whole).collect(),
        _ => whole.collect(),
    };
    Wanted {
        text: parts.join(", "),
        lines: vec![at],
        email,
        number: others().find(|part| has_digit(part)).cloned(),
        names,
    }
}

/// Trimmed parts between separators. What stands in quotation marks is one part.
fn split(text: &str, separators: &[char]) -> Vec<String> {
    let (mut parts, mut part, mut quoted) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        if c == '"' && (quoted || part.trim().is_empty()) {
            quoted = !quoted;
            // The marks stay until commas are looked at: “"Lindqvist, Ada"; 17”.
            if separators.len() > 1 {
                part.push(c);
            }
        } else if separators.contains(&c) && !quoted {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(c);
        }
    }
    parts.push(part);
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Which column holds what, if the first line is one of headings.
#[derive(Debug, Default, PartialEq, Eq)]
struct Columns {
    separator: u8,
    email: Option<usize>,
    number: Option<usize>,
    name: Option<usize>,
    first: Option<usize>,
    last: Option<usize>,
}

impl Columns {
    fn of(text: &str) -> Option<Columns> {
        let headings = text.lines().find(|line| !line.trim().is_empty())?;
        if headings.contains('@') || has_digit(headings) {
            return None;
        }
        let separators = [b'\t', b';', b','].into_iter();
        let separator = separators.max_by_key(|separator| headings.bytes().filter(|b| b == separator).count())?;
        let mut columns = Columns { separator, ..Columns::default() };
        for (at, heading) in headings.split(char::from(separator)).enumerate() {
            let heading = fold(heading.trim().trim_matches('"')).replace(['-', '_'], " ");
            let column = match heading.as_str() {
                "email" | "e mail" | "email address" | "e mail address" | "mail" | "login" => &mut columns.email,
                "employee number" | "employee no" | "employee no." | "employee id" | "personnel number" => {
                    &mut columns.number
                }
                "name" | "full name" | "employee" => &mut columns.name,
                "first name" | "firstname" | "given name" => &mut columns.first,
                "last name" | "lastname" | "surname" | "family name" => &mut columns.last,
                _ => continue,
            };
            column.get_or_insert(at);
        }
        let is_known = columns.email.or(columns.number).or(columns.name).is_some();
        (is_known || (columns.first.is_some() && columns.last.is_some())).then_some(columns)
    }

    fn rows(&self, text: &str) -> Vec<Reading> {
        let mut reader = csv::ReaderBuilder::new();
        let reader = reader.delimiter(self.separator).flexible(true).trim(csv::Trim::All);
        let mut reader = reader.from_reader(text.as_bytes());
        let rows = reader.records().filter_map(Result::ok);
        rows.filter_map(|row| self.row(&row).map(Reading::One)).collect()
    }

    fn row(&self, row: &csv::StringRecord) -> Option<Wanted> {
        let cell = |column: Option<usize>| -> Option<String> {
            let cell = row.get(column?)?.chars().take(LONGEST).collect::<String>();
            Some(cell.trim().to_owned()).filter(|cell| !cell.is_empty())
        };
        let (email, number) = (cell(self.email), cell(self.number));
        let name = match (cell(self.first), cell(self.last)) {
            (Some(first), Some(last)) => Some(format!("{first} {last}")),
            (first, last) => cell(self.name).or(first).or(last),
        };
        let names = name.as_deref().map(names_in).unwrap_or_default();
        let said = [&name, &email, &number].into_iter().flatten().cloned().collect::<Vec<_>>();
        if said.is_empty() {
            return None;
        }
        let lines = row.position().map(|at| at.line() as usize).into_iter().collect();
        Some(Wanted { text: said.join(", "), lines, email: email.as_deref().map(email_key), number, names })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> Vec<Vec<String>> {
        let wanted = |reading: &Reading| reading.wanted().next().map(|one| one.names.clone()).unwrap_or_default();
        read(line).expect("a short list").readings.iter().map(wanted).collect()
    }

    #[test]
    fn each_line_and_each_part_of_a_line_is_an_entry() {
        let list = read("Ada Lindqvist\nbert@example.test; Cleo Marsh;4711\n\n- Dan Holt").expect("a short list");
        let texts: Vec<_> =
            list.readings.iter().map(|reading| reading.wanted().next().expect("one").text.clone()).collect();
        // One address with other parts may be one person; who there is decides.
        assert_eq!(texts, ["Ada Lindqvist", "bert@example.test, Cleo Marsh, 4711", "Dan Holt"]);
    }

    #[test]
    fn a_name_with_the_last_name_first_may_be_one_person_or_two() {
        assert_eq!(names("Lindqvist, Ada"), [["ada lindqvist", "lindqvist ada"]]);
        assert_eq!(names("\"Lindqvist, Ada\"; Cooper, Bert").len(), 2);
        assert_eq!(names("Ada, Bert, Cleo").len(), 3);
    }

    #[test]
    fn columns_are_known_by_their_headings() {
        let list = read("Name;Department;E-Mail\n\"Lindqvist, Ada\";Studio;ada@example.test\n").expect("a short list");
        let Reading::One(ada) = &list.readings[0] else { panic!("a record is one person") };
        assert_eq!(ada.email.as_deref(), Some("ada@example.test"));
        assert_eq!((ada.names[0].as_str(), ada.lines[0]), ("ada lindqvist", 2));
        assert_eq!(list.readings.len(), 1);
    }

    #[test]
    fn an_address_may_have_its_name_before_it() {
        let list = read("Ada Lindqvist <ADA@example.test>; \"Cooper, Bert\" <bert@example.test>").expect("short");
        let emails: Vec<_> =
            list.readings.iter().flat_map(Reading::wanted).filter_map(|one| one.email.clone()).collect();
        assert_eq!(emails, ["ada@example.test", "bert@example.test"]);
    }

    #[test]
    fn what_is_there_twice_is_one_entry_with_both_lines() {
        let list = read("Ada Lindqvist\nada  LINDQVIST").expect("a short list");
        assert_eq!((list.readings.len(), list.repeated), (1, 1));
        assert_eq!(list.readings[0].wanted().next().expect("one").lines, [1, 2]);
    }

    #[test]
    fn a_list_of_too_many_is_refused_with_their_number() {
        let text = "Ada Lindqvist\n".repeat(10_000);
        assert_eq!(read(&text), Err(TooMany(10_000)));
    }
}
