//! The receipt as an operation's page shows it: each promise, kept or broken, and what to do.

use super::super::receipt::{Promise, Receipt};
use crate::db::Timestamp;
use crate::history::kinds;
use crate::operations::Operation;
use crate::web::text::number;

pub struct ReceiptView {
    pub checked_at: Timestamp,
    pub is_kept: bool,
    pub lines: Vec<Line>,
}

pub struct Line {
    pub title: String,
    /// "3 of 3"
    pub figures: String,
    pub is_kept: bool,
    /// Where it is broken: what to do.
    pub to_do: Option<ToDo>,
}

pub struct ToDo {
    pub text: &'static str,
    pub link: Option<(&'static str, &'static str)>,
}

/// `None`: nothing was checked, because nothing was done or because it is not over.
pub fn of(operation: &Operation) -> Option<ReceiptView> {
    let receipt = Receipt::read(operation.receipt.as_deref()?)?;
    let lines: Vec<Line> = receipt.promises.iter().map(line).collect();
    (!lines.is_empty()).then(|| ReceiptView {
        checked_at: Timestamp::from_micros(receipt.checked_at),
        is_kept: receipt.is_kept(),
        lines,
    })
}

fn line(promise: &Promise) -> Line {
    let figures = match promise.what.as_str() {
        "refused" if promise.is_kept() => "refused".to_owned(),
        "refused" => "accepted".to_owned(),
        _ => format!("{} of {}", number(promise.kept), number(promise.of)),
    };
    Line {
        title: title(&promise.what),
        figures,
        is_kept: promise.is_kept(),
        to_do: (!promise.is_kept()).then(|| to_do(&promise.what)),
    }
}

fn title(what: &str) -> String {
    if let Some(kind) = what.strip_prefix("moved.") {
        return format!("{} handed over", kinds::duty_by_key(kind).map_or("Duties", |duty| duty.title()));
    }
    let title = match what {
        "out" => "People who have no access any more",
        "sessions" => "Sessions ended",
        "in" => "People who have access again",
        "seats" => "Licenses counted right",
        "history" => "People whose history is untouched",
        "refused" => "A new assignment, really tried for one of them",
        "returned" => "Duties given back",
        "erased" => "People who are gone for good",
        "created" => "New people who are there as planned",
        "changed" => "People whose details are as planned",
        "posted" => "Profiles that have the update",
        "removed" => "New people who are in the recycle bin",
        "taken_back" => "Updates taken back",
        _ => "Promise",
    };
    title.to_owned()
}

fn to_do(what: &str) -> ToDo {
    let (text, link) = match what {
        "out" => ("Some still have access. Deactivate them again.", Some(("/users?filter=active", "To the users"))),
        "sessions" => (
            "Some sessions are still open, but nobody can use them: each request asks for access. Restart Roster, and \
             send the log to whoever runs it.",
            None,
        ),
        "in" => ("Some have no access. Activate them again.", Some(("/users?filter=deactivated", "To the users"))),
        "seats" => (
            "A count of used licenses is wrong. Run “roster doctor”; it says which.",
            Some(("/licenses", "See Licenses")),
        ),
        "history" => ("Somebody has less history than the plan showed. Compare with your backup.", None),
        "refused" => ("It was accepted. Deactivate the people again, and send the log to whoever runs Roster.", None),
        "returned" => ("Some was changed meanwhile, and stays where it is. See the list in the plan.", None),
        "erased" => (
            "Some are still there. Erase them again from the recycle bin.",
            Some(("/recycle-bin", "To the recycle bin")),
        ),
        "created" | "changed" | "posted" | "removed" | "taken_back" => (
            "Some are other than planned. See who is skipped, and make a new plan for them.",
            Some(("/users", "To the users")),
        ),
        _ => (
            "Some stayed behind: who should take over is off by now. Choose somebody else.",
            Some(("/duties", "Hand it over")),
        ),
    };
    ToDo { text, link }
}
