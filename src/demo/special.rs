//! The people whose numbers matter: Cleo, whom one might delete by mistake, and the clients, who see little.

use super::people::{Team, place};
use super::projects::{DASHBOARDS, PROJECTS, REPORTS, tasks};
use super::sentences::CLEOS;
use super::story::Story;

/// Cleo's own figures: assignments, of them open; entries of hours and their sum in quarters of an hour; notes;
/// documents; and among what she made, work items.
const ASSIGNMENTS: usize = 37;
const OPEN: usize = 9;
const ENTRIES: usize = 212;
const QUARTERS: usize = 1946; // 486.5 hours
const NOTES: usize = 64;
const DOCUMENTS: usize = 18;
const CREATED_TASKS: usize = 15;

/// Cleo Marchetti, contractor: 37 work assignments (9 of them open), 212 entries (486.5 hours), 64 notes, 18 documents
/// (3 in her own area), 21 created objects.
pub fn cleo(story: &mut Story) {
    let cleo = place("Cleo", "Marchetti");
    let project = |name: &str| PROJECTS.iter().position(|(other, ..)| *other == name).unwrap_or_default();
    let names = [
        "Lumen Energy annual report",
        "Gallery Ost exhibition guide",
        "Marble Kitchen cookbook",
        "Autumn shoes",
        "Meridian Clinic leaflets",
        "Spring catalogue",
    ];
    let mut hers = Vec::new();
    let mut created = 0;
    for number in 0..ASSIGNMENTS {
        // The later, the later the project: it began before, and the last nine are in the catalogue.
        let is_open = number >= ASSIGNMENTS - OPEN;
        let project = project(names[if is_open { 5 } else { number * 6 / (ASSIGNMENTS - OPEN + 1) }]);
        let (from, until) = PROJECTS[project].2;
        let until = until.max(20);
        let days_ago =
            if is_open { 20 + (ASSIGNMENTS - number) as i64 * 4 } else { story.chance.between(until, from - 5) };
        let titles = tasks(Team::Writing);
        let (owner_first, owner_last) = PROJECTS[project].1;
        let is_her_own = number % 5 < 2 && created < CREATED_TASKS;
        created += usize::from(is_her_own);
        let creator = if is_her_own { cleo } else { place(owner_first, owner_last) };
        let status = if !is_open {
            "done"
        } else if number % 2 == 0 {
            "doing"
        } else {
            "open"
        };
        hers.push(story.task(titles[number % titles.len()], project, Some(cleo), creator, status, days_ago));
    }
    for entry in 0..ENTRIES {
        let task = hers[entry % hers.len()];
        let days_ago = after(story, task);
        // In pairs around the average, and a quarter more for as many as make the sum.
        let sway = (entry / 2 % 7) as i64;
        let quarters = (QUARTERS / ENTRIES) as i64 + if entry % 2 == 0 { sway } else { -sway };
        let rest = i64::from(entry < QUARTERS % ENTRIES);
        story.hours(cleo, task, (quarters + rest) * 15, days_ago);
    }
    for note in 0..NOTES {
        let task = hers[note * 3 % hers.len()];
        let days_ago = after(story, task);
        story.note(cleo, task, days_ago);
    }
    for (name, file, content) in CLEOS {
        let project = (!name.is_empty()).then(|| project(name));
        story.readable(cleo, project, file, content, 40);
    }
    for number in CLEOS.len()..DOCUMENTS {
        let project = project(names[number % names.len()]);
        let days_ago = PROJECTS[project].2.1.max(20) + 3;
        story.document((cleo, Some(project)), "texts.docx", days_ago);
    }
    story.issue(cleo, project("Spring catalogue"), None, "open", 25);
    story.issue(cleo, project("Autumn shoes"), None, "closed", 300);
    story.issue(cleo, project("Marble Kitchen cookbook"), None, "closed", 260);
    story.report(cleo, cleo, REPORTS[3], 90);
    story.report(cleo, cleo, "Texts still to be written", 60);
    story.dashboard(cleo, DASHBOARDS[1], 85);
}

/// A day after the task was made, while Cleo was there.
fn after(story: &mut Story, task: usize) -> i64 {
    let made = story.tasks[task].created_days_ago;
    story.chance.between((made - 30).max(12), made.max(12))
}

/// Clients see what they are assigned to: something to approve.
pub fn clients(story: &mut Story) {
    for (first_name, last_name, project) in [
        ("Helena", "Brandt", "Bluefin Bank campaign"),
        ("Isaac", "Thompson", "Saltwater Museum audio guide"),
        ("Carmen", "Vidal", "Orchard Market app"),
    ] {
        let project = PROJECTS.iter().position(|(name, ..)| *name == project).unwrap_or_default();
        let (owner_first, owner_last) = PROJECTS[project].1;
        let (client, owner) = (place(first_name, last_name), place(owner_first, owner_last));
        story.task("Approve the first round", project, Some(client), owner, "done", 180);
        story.task("Approve the texts", project, Some(client), owner, "done", 130);
        story.task("Approve the final version", project, Some(client), owner, "open", 105);
    }
}
