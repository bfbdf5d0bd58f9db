//! What a workbook says about itself: its sheets, the strings that cells share, and how its numbers look.

use std::collections::HashMap;

use quick_xml::events::{BytesRef, BytesStart, Event};

use super::number::{self, Look};
use super::package::{Package, Part, attribute};
use super::{LIMITS, Refusal};

/// Bytes of the parts that say where things are.
const SMALL: u64 = 4 << 20;
/// Bytes of the part with the number formats.
const STYLES: u64 = 16 << 20;

pub struct Workbook {
    /// Name and part of each sheet of rows, those first that are not hidden.
    pub sheets: Vec<(String, String)>,
    pub strings: Strings,
    pub looks: Vec<Look>,
    pub from_1904: bool,
}

/// All strings that cells share, in one piece.
#[derive(Default)]
pub struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.text.get(start..end)
    }
}

/// What one part says about another: its id, its kind and its name.
struct Relation {
    id: String,
    kind: String,
    part: String,
}

impl Workbook {
    pub fn read(package: &mut Package) -> Result<Self, Refusal> {
        let of_package = relations(package, "")?;
        let main =
            of_package.into_iter().find(|one| one.kind == "officeDocument").ok_or(Refusal::NotASpreadsheet)?.part;
        let related = relations(package, &main)?;
        let (sheets, from_1904) = sheets(package, &main, &related)?;
        if sheets.is_empty() {
            return Err(Refusal::NotASpreadsheet);
        }
        let part_of = |kind: &str| related.iter().find(|one| one.kind == kind).map(|one| one.part.as_str());
        let strings = match part_of("sharedStrings") {
            Some(part) => strings(package, part)?,
            None => Strings::default(),
        };
        let looks = match part_of("styles") {
            Some(part) => looks(package, part)?,
            None => Vec::new(),
        };
        Ok(Workbook { sheets, strings, looks, from_1904 })
    }
}

/// Calls `see` with each tag of a part that opens.
fn each_tag(part: &mut Part, mut see: impl FnMut(&BytesStart) -> Result<(), Refusal>) -> Result<(), Refusal> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match part.read_event_into(&mut buffer)? {
            Event::Start(tag) => see(&tag)?,
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// `xl/workbook.xml` -> what `xl/_rels/workbook.xml.rels` says.
fn relations(package: &mut Package, of: &str) -> Result<Vec<Relation>, Refusal> {
    let (folder, name) = of.rsplit_once('/').map_or(("", of), |(folder, name)| (folder, name));
    let slash = if folder.is_empty() { "" } else { "/" };
    let mut found = Vec::new();
    let Some(mut part) = package.part(&format!("{folder}{slash}_rels/{name}.rels"), SMALL)? else { return Ok(found) };
    each_tag(&mut part, |tag| {
        if tag.local_name().as_ref() == "Relationship" {
            let get = |name| attribute(tag, name).map(Option::unwrap_or_default);
            let (kind, target) = (get("Type")?, get("Target")?);
            let part = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("{folder}{slash}{}", target.trim_start_matches("./")),
            };
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            found.push(Relation { id: get("Id")?, kind, part });
        }
        Ok(())
    })?;
    Ok(found)
}

/// Sheets that a workbook may have.
const MOST_SHEETS: usize = 1_000;
/// Characters of a sheet's name; Excel allows 31.
const SHEET_NAME: usize = 100;

fn sheets(package: &mut Package, main: &str, related: &[Relation]) -> Result<(Vec<(String, String)>, bool), Refusal> {
    let (mut shown, mut hidden, mut from_1904) = (Vec::new(), Vec::new(), false);
    let worksheets = related.iter().rev().filter(|one| one.kind == "worksheet");
    let worksheets: HashMap<&str, &Relation> = worksheets.map(|one| (one.id.as_str(), one)).collect();
    let mut part = package.part(main, SMALL)?.ok_or(Refusal::NotASpreadsheet)?;
    each_tag(&mut part, |tag| {
        match tag.local_name().as_ref() {
            "workbookPr" => from_1904 = matches!(attribute(tag, "date1904")?.as_deref(), Some("1" | "true")),
            "sheet" => {
                let name = attribute(tag, "name")?.unwrap_or_default();
                let id = attribute(tag, "id")?.unwrap_or_default();
                if let Some(target) = worksheets.get(id.as_str()) {
                    if shown.len() + hidden.len() == MOST_SHEETS {
                        return Err(Refusal::TooLargeInside);
                    }
                    let name = name.chars().take(SHEET_NAME).collect();
                    let is_hidden = attribute(tag, "state")?.is_some_and(|state| state != "visible");
                    let list = if is_hidden { &mut hidden } else { &mut shown };
                    list.push((name, target.part.clone()));
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    shown.append(&mut hidden);
    Ok((shown, from_1904))
}

fn strings(package: &mut Package, part: &str) -> Result<Strings, Refusal> {
    let mut strings = Strings::default();
    let Some(mut part) = package.part(part, LIMITS.strings)? else { return Ok(strings) };
    let (mut buffer, mut is_text, mut is_reading_aid) = (Vec::new(), false, false);
    loop {
        buffer.clear();
        match part.read_event_into(&mut buffer)? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "t" => is_text = true,
                "rPh" => is_reading_aid = true,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => is_text = false,
                "rPh" => is_reading_aid = false,
                "si" => strings.ends.push(u32::try_from(strings.text.len()).map_err(|_| Refusal::TooLargeInside)?),
                _ => {}
            },
            Event::Text(text) if is_text && !is_reading_aid => strings.text.push_str(&text.xml10_content()),
            Event::GeneralRef(name) if is_text && !is_reading_aid => strings.text.push(character(&name)?),
            Event::Eof => return Ok(strings),
            _ => {}
        }
    }
}

/// `amp` -> `&`. There are no others than the five that XML has, and numbers.
pub fn character(name: &BytesRef) -> Result<char, Refusal> {
    Ok(match name.as_ref() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => name.resolve_char_ref()?.filter(|c| *c != '\0').ok_or(Refusal::Damaged)?,
    })
}

/// How a number looks in each of the workbook's cell formats.
fn looks(package: &mut Package, part: &str) -> Result<Vec<Look>, Refusal> {
    let (mut custom, mut looks, mut is_cells) = (HashMap::new(), Vec::new(), false);
    let Some(mut part) = package.part(part, STYLES)? else { return Ok(looks) };
    each_tag(&mut part, |tag| {
        let number = |name| Ok::<_, Refusal>(attribute(tag, name)?.and_then(|id| id.trim().parse::<u32>().ok()));
        match tag.local_name().as_ref() {
            "numFmt" => {
                if let (Some(id), Some(format)) = (number("numFmtId")?, attribute(tag, "formatCode")?) {
                    custom.insert(id, number::look(&format));
                }
            }
            "cellXfs" => is_cells = true,
            "cellStyles" | "dxfs" => is_cells = false,
            "xf" if is_cells => {
                let id = number("numFmtId")?.unwrap_or_default();
                looks.push(custom.get(&id).copied().unwrap_or_else(|| number::built_in(id)));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(looks)
}
