//! Where the people of Northwind Studio belong beside their company and their team, and how to reach them.

use super::csv::File;
use super::people::{Person, TEAMS, Team, place};
use crate::licenses::AccessLevel;

pub const GROUPS: [&str; 7] =
    ["Creative", "Technology", "Client Services", "Production", "Operations", "Works Council", "Sustainability Circle"];

/// What a title says first, and the job role that goes with it.
const ROLES: [(&str, &str); 30] = [
    ("Intern", "Intern"),
    ("Art Director", "Designer"),
    ("Director", "Management"),
    ("Head of", "Management"),
    ("Designer", "Designer"),
    ("designer", "Designer"),
    ("retoucher", "Designer"),
    ("llustrator", "Illustrator"),
    ("Proofreader", "Writer"),
    ("Copywriter", "Writer"),
    ("copy", "Writer"),
    ("translator", "Writer"),
    ("Developer", "Developer"),
    ("Tester", "Developer"),
    ("IT", "Administrator"),
    ("Photo Editor", "Photographer"),
    ("photographer", "Photographer"),
    ("Editor", "Film Maker"),
    ("animator", "Film Maker"),
    ("camera", "Film Maker"),
    ("Producer", "Producer"),
    ("Print", "Producer"),
    ("Prepress", "Producer"),
    ("Project Manager", "Project Manager"),
    ("Account", "Account Manager"),
    ("Business", "Account Manager"),
    ("Marketing Manager", "Strategist"),
    ("Strategist", "Strategist"),
    ("Finance", "Administrator"),
    ("Reception", "Administrator"),
];

/// Who works with another team too.
const ALSO_IN: [((&str, &str), Team); 8] = [
    (("Maya", "Goldberg"), Team::Design),
    (("Rosa", "Ibarra"), Team::Production),
    (("Kofi", "Mensah"), Team::Web),
    (("Lucía", "Fernández"), Team::Web),
    (("Vera", "Lindholm"), Team::Accounts),
    (("Henrik", "Sørensen"), Team::Writing),
    (("Siobhán", "Kelly"), Team::Production),
    (("Emil", "Hansen"), Team::Motion),
];

/// Who sits in which circle.
const CIRCLES: [((&str, &str), &str); 8] = [
    (("Paolo", "Greco"), "Works Council"),
    (("Ruth", "Abernathy"), "Works Council"),
    (("Bert", "Cooper"), "Works Council"),
    (("Nils", "Okonkwo"), "Works Council"),
    (("Mei", "Chen"), "Sustainability Circle"),
    (("Arjun", "Patel"), "Sustainability Circle"),
    (("Anneke", "de Vries"), "Sustainability Circle"),
    (("Agnes", "Holt"), "Sustainability Circle"),
];

/// What some like to be asked about.
const ABOUT: [((&str, &str), &str); 6] = [
    (("Ada", "Lindqvist"), "Where the studio is going, and old letterpress"),
    (("Jonas", "Weber"), "Accounts, laptops, the door that does not close"),
    (("Magnus", "Thorvaldsen"), "Anything we ever printed"),
    (("Bert", "Cooper"), "Headlines that are too long"),
    (("Wei", "Zhang"), "Builds, servers, slow pages"),
    (("Kenji", "Mori"), "Starting here, and leaving well"),
];

/// The job roles, each once, in the order in which the titles name them.
fn roles() -> Vec<&'static str> {
    let mut roles: Vec<&str> = Vec::new();
    for (_, role) in ROLES {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    roles
}

/// `id,name`, in this order.
fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> File {
    let mut file = File::new("id,name");
    for name in names {
        file.numbered(&[name]);
    }
    file
}

fn row_of(names: &[&str], name: &str) -> String {
    names.iter().position(|other| *other == name).map(|place| (place + 1).to_string()).unwrap_or_default()
}

fn is_client(person: &Person) -> bool {
    person.level == AccessLevel::ExternalUser
}

/// The id of somebody's home group; clients have none.
pub fn group(person: &Person) -> String {
    let group = match person.team {
        Team::Design | Team::Motion | Team::Writing => "Creative",
        Team::Web => "Technology",
        Team::Accounts => "Client Services",
        Team::Production => "Production",
        Team::Office => "Operations",
    };
    if is_client(person) { String::new() } else { row_of(&GROUPS, group) }
}

/// The id of somebody's job role, as their title says.
pub fn job_role(person: &Person) -> String {
    let role = ROLES.iter().find(|(word, _)| person.title.contains(word));
    role.filter(|_| !is_client(person)).map(|(_, role)| row_of(&roles(), role)).unwrap_or_default()
}

/// Of those whom the studio itself employs: `NW-017`.
pub fn employee_number(who: usize, person: &Person) -> String {
    let is_employed = person.company == 0 && !is_client(person) && person.title != "Test account";
    if is_employed { format!("NW-{:03}", who + 1) } else { String::new() }
}

/// Whoever is out and about, or asked for.
pub fn mobile(who: usize, person: &Person) -> String {
    let is_out = matches!(person.team, Team::Accounts | Team::Production | Team::Office);
    if is_out && !person.there.is_empty() { format!("+1 555 0{}", 100 + who) } else { String::new() }
}

pub fn about(person: &Person) -> &'static str {
    let found = ABOUT.iter().find(|((first, last), _)| *first == person.first_name && *last == person.last_name);
    found.map_or("", |(_, about)| about)
}

/// The files of groups, job roles and further memberships.
pub fn files() -> [(&'static str, File); 4] {
    let user = |name: (&str, &str)| (place(name.0, name.1) + 1).to_string();
    let mut teams = File::new("team_id,user_id");
    for (name, team) in ALSO_IN {
        let place = TEAMS.iter().position(|(other, _)| *other == team).unwrap_or_default();
        teams.row(&[&(place + 1).to_string(), &user(name)]);
    }
    let mut groups = File::new("group_id,user_id");
    for (name, circle) in CIRCLES {
        groups.row(&[&row_of(&GROUPS, circle), &user(name)]);
    }
    [
        ("groups.csv", named(GROUPS)),
        ("job_roles.csv", named(roles())),
        ("team_members.csv", teams),
        ("group_members.csv", groups),
    ]
}
