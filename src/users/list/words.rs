//! A filter in words: one sentence, and a short note for each thing it says.

use super::store::names::Names;
use super::value::{Day, InUnit};
use super::{Filter, Show};

/// One thing that a filter says, and the name of the field that says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub field: &'static str,
    pub words: String,
}

impl Filter {
    /// `Active users in the team Copy, created before 3 Mar 2026, that match “bert”`
    pub fn in_words(&self, names: &Names) -> String {
        let who = match self.show {
            Show::Active => "Active users",
            Show::Deactivated => "Deactivated users",
            Show::NeverSignedIn => "Users who never signed in",
            Show::NoSignInFor90Days => "Users without a sign-in for 90 days",
            Show::All => "All users",
        };
        let said: Vec<String> = self.said(names).into_iter().map(|said| lower(&said.words)).collect();
        let said = if said.is_empty() { String::new() } else { format!(" ({})", said.join("; ")) };
        match self.searched() {
            searched if searched.is_empty() => format!("{who}{said}"),
            searched => format!("{who}{said} that match “{searched}”"),
        }
    }

    /// All that it says beside the state and the search.
    pub fn said(&self, names: &Names) -> Vec<Said> {
        let mut all = Vec::new();
        let mut say = |field, words: Option<String>| all.extend(words.map(|words| Said { field, words }));
        say("level", self.level.map(|level| format!("Access level: {}", level.name())));
        say("license", self.license.map(|license| format!("License: {}", license.name())));
        say("company", unit("Company", self.company, |id| names.company(id)));
        say("team", unit("Team", self.team, |id| names.team(id)));
        say("group", unit("Group", self.group, |id| names.group(id)));
        say("job_role", unit("Job role", self.job_role, |id| names.job_role(id)));
        let person = |id| names.person(id).unwrap_or("somebody who is not here");
        say("manager", self.manager.map(|id| format!("Reports to {}", person(id))));
        let day = |what: &str, day: Option<Day>| day.map(|day| format!("{what} {}", day.in_words()));
        say("signed_in_from", day("Last signed in since", self.signed_in_from));
        say("signed_in_before", day("Last signed in before", self.signed_in_before));
        say("created_from", day("Created since", self.created_from));
        say("created_before", day("Created before", self.created_before));
        say("leaving_before", day("Leaving before", self.leaving_before));
        say("off_since", day("Off since", self.off_since));
        say("off_before", day("Off before", self.off_before));
        let starter = |id| names.starter(id).unwrap_or("somebody who is not here");
        say("off_by", self.off_by.map(|id| format!("Deactivated by {}", starter(id))));
        say("off_why", Some(format!("Reason holds “{}”", self.off_why)).filter(|_| !self.off_why.is_empty()));
        all
    }
}

fn unit<'a>(what: &str, unit: Option<InUnit>, name: impl Fn(i64) -> Option<&'a str>) -> Option<String> {
    unit.map(|unit| match unit {
        InUnit::Of(id) => format!("{what}: {}", name(id).unwrap_or("one that is gone")),
        InUnit::None => format!("{what}: none"),
    })
}

/// Within a sentence.
fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
