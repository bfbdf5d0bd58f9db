//! The people of Northwind Studio: who they are, when they were there, and how much they do.

use crate::licenses::AccessLevel::{self, Contributor, ExternalUser, Light, Standard, SystemAdministrator};
use Team::{Accounts, Design, Motion, Office, Production, Web, Writing};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Team {
    Design,
    Motion,
    Writing,
    Web,
    Accounts,
    Production,
    Office,
}

pub const TEAMS: [(Team, &str); 7] = [
    (Team::Design, "Design"),
    (Team::Motion, "Film & Motion"),
    (Team::Writing, "Copy"),
    (Team::Web, "Web"),
    (Team::Accounts, "Accounts"),
    (Team::Production, "Production"),
    (Team::Office, "Office"),
];

pub const COMPANIES: [&str; 5] =
    ["Northwind Studio", "Freelance", "Bluefin Bank", "Saltwater Museum", "Orchard Market"];

pub struct Person {
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub title: &'static str,
    pub team: Team,
    /// The place in `COMPANIES`.
    pub company: usize,
    pub level: AccessLevel,
    /// When they were there, in days before today: from and until (0: still).
    pub there: &'static [(i64, i64)],
    /// Loaded as deactivated, since the last of these days.
    pub off: bool,
    /// Entries of hours in a usual week.
    pub pace: i64,
}

const fn person(
    name: (&'static str, &'static str),
    title: &'static str,
    team: Team,
    level: AccessLevel,
    there: &'static [(i64, i64)],
    pace: i64,
) -> Person {
    Person { first_name: name.0, last_name: name.1, title, team, company: 0, level, there, off: false, pace }
}

impl Person {
    const fn off(mut self) -> Self {
        self.off = true;
        self
    }

    const fn of(mut self, company: usize) -> Self {
        self.company = company;
        self
    }

    const fn freelance(self) -> Self {
        self.of(1)
    }

    pub fn email(&self) -> String {
        let plain = |name: &str| crate::users::names::fold(name).replace([' ', '\''], "-");
        // The accidental duplicate: somebody typed another domain.
        let domain = if self.title.is_empty() { "northwind-studio.example" } else { "northwind.example" };
        format!("{}.{}@{domain}", plain(self.first_name), plain(self.last_name))
    }
}

/// Everybody. Ada comes first: she is the demo's administrator.
pub const PEOPLE: &[Person] = &[
    person(("Ada", "Lindqvist"), "Studio Director", Office, SystemAdministrator, &[(2900, 0)], 2),
    person(("Dora", "Okafor"), "Account Director", Accounts, SystemAdministrator, &[(2100, 0)], 4),
    person(("Jonas", "Weber"), "IT and Operations", Office, SystemAdministrator, &[(1400, 0)], 3),
    // The long-serving one: some two thousand entries of hours alone.
    person(("Magnus", "Thorvaldsen"), "Head of Production", Production, Standard, &[(4300, 0)], 19),
    // Contractors and freelancers: some come and go, and come back.
    person(("Cleo", "Marchetti"), "Contractor, copy", Writing, Standard, &[(650, 11)], 0).freelance(),
    person(("Gita", "Rao"), "Freelance illustrator", Design, Contributor, &[], 0).freelance(),
    person(
        ("Tomasz", "Zielinski"),
        "Freelance photographer",
        Production,
        Light,
        &[(700, 610), (410, 330), (120, 38)],
        6,
    )
    .freelance(),
    person(("Yuki", "Tanaka"), "Freelance animator", Motion, Standard, &[(690, 560), (300, 190)], 8).freelance().off(),
    person(("Beatriz", "Moura"), "Freelance retoucher", Design, Standard, &[(640, 520), (380, 270), (150, 38)], 7)
        .freelance(),
    person(("Samuel", "Adeyemi"), "Freelance sound designer", Motion, Light, &[(500, 440), (210, 70)], 5)
        .freelance()
        .off(),
    person(("Petra", "Novak"), "Freelance translator", Writing, Light, &[(720, 600), (420, 300), (90, 0)], 4)
        .freelance(),
    person(("Oskar", "Lind"), "Freelance camera", Motion, Contributor, &[(300, 0)], 2).freelance(),
    // Accounts that never were a user.
    person(("Hugo", "Test"), "Test account", Office, Light, &[], 0),
    person(("Cleo", "Marchetti"), "", Writing, Light, &[], 0).freelance(),
    // Design.
    person(("Emil", "Hansen"), "Designer", Design, Light, &[(980, 118)], 7),
    person(("Joey", "Baird"), "Designer", Design, Light, &[(640, 0)], 9),
    person(("Aisha", "Rahman"), "Art Director", Design, Standard, &[(1500, 0)], 8),
    person(("Lucía", "Fernández"), "Senior Designer", Design, Standard, &[(1100, 0)], 10),
    person(("Noah", "Bergström"), "Designer", Design, Light, &[(400, 0)], 9),
    person(("Mei", "Chen"), "Illustrator", Design, Light, &[(820, 0)], 8),
    person(("Rosa", "Ibarra"), "Packaging Designer", Design, Standard, &[(560, 0)], 8),
    person(("Theo", "Vandenberg"), "Junior Designer", Design, Light, &[(130, 0)], 10),
    person(("Hana", "Kowalska"), "Designer", Design, Light, &[(900, 260)], 8).off(),
    // Film and motion.
    person(("Kwame", "Boateng"), "Head of Film", Motion, Standard, &[(1700, 0)], 6),
    person(("Freya", "Nilsen"), "Editor", Motion, Light, &[(760, 0)], 9),
    person(("Ines", "Duarte"), "Editor", Motion, Light, &[(600, 0)], 9),
    person(("Rafael", "Costa"), "Motion Designer", Motion, Standard, &[(480, 0)], 9),
    person(("Siobhán", "Kelly"), "Producer, film", Motion, Standard, &[(350, 0)], 5),
    // Copy.
    person(("Bert", "Cooper"), "Copywriter", Writing, Light, &[(1300, 0)], 8),
    person(("Vera", "Lindholm"), "Head of Copy", Writing, Standard, &[(1900, 0)], 6),
    person(("Imani", "Brooks"), "Copywriter", Writing, Standard, &[(450, 0)], 8),
    person(("Pascal", "Meunier"), "Proofreader", Writing, Light, &[(880, 0)], 6),
    person(("Agnes", "Holt"), "Copywriter", Writing, Light, &[(1250, 430)], 8).off(),
    // Web.
    person(("Nils", "Okonkwo"), "Web Developer", Web, Standard, &[(1450, 24)], 11),
    person(("Wei", "Zhang"), "Lead Developer", Web, Standard, &[(1200, 0)], 11),
    person(("Elif", "Demir"), "Front-end Developer", Web, Standard, &[(520, 0)], 10),
    person(("Arjun", "Patel"), "Back-end Developer", Web, Standard, &[(300, 0)], 10),
    person(("Maya", "Goldberg"), "UX Designer", Web, Standard, &[(700, 0)], 7),
    person(("Stefan", "Ilić"), "Tester", Web, Light, &[(390, 0)], 8),
    person(("Björn", "Dahl"), "System Administrator, part time", Web, Light, &[(1000, 140)], 3),
    // Accounts and strategy.
    person(("Farah", "Nazari"), "Project Manager", Accounts, Standard, &[(1150, 0)], 7),
    person(("Kofi", "Mensah"), "Digital Marketing Manager", Accounts, Standard, &[(820, 0)], 5),
    person(("Claire", "Dubois"), "Account Manager", Accounts, Standard, &[(640, 0)], 5),
    person(("Henrik", "Sørensen"), "Strategist", Accounts, Standard, &[(1500, 0)], 4),
    person(("Leila", "Haddad"), "Project Manager", Accounts, Standard, &[(430, 0)], 7),
    person(("Martin", "Kruger"), "Account Manager", Accounts, Standard, &[(1600, 95)], 4).off(),
    person(("Sofia", "Romano"), "New Business", Accounts, Light, &[(250, 0)], 3),
    person(("George", "Whitlock"), "Senior Account Manager", Accounts, Standard, &[(1900, 131)], 4),
    // Production.
    person(("Lena", "Vogt"), "Producer", Production, Standard, &[(990, 0)], 7),
    person(("Paolo", "Greco"), "Print Production", Production, Light, &[(1350, 0)], 8),
    person(("Anneke", "de Vries"), "Photo Editor", Production, Light, &[(570, 0)], 7),
    person(("Marcus", "Hill"), "Studio Assistant", Production, Light, &[(160, 0)], 4),
    person(("Olga", "Petrova"), "Prepress", Production, Light, &[(1100, 540)], 7).off(),
    // Office.
    person(("Ruth", "Abernathy"), "Finance", Office, Light, &[(2200, 0)], 2),
    person(("Kenji", "Mori"), "People and Culture", Office, Light, &[(610, 0)], 1),
    person(("Birgit", "Sommer"), "Reception", Office, Contributor, &[(1700, 0)], 1),
    person(("Daniel", "Osei"), "Intern", Design, Contributor, &[(75, 0)], 2),
    person(("Nora", "Fitzgerald"), "Intern, strategy", Accounts, Contributor, &[(290, 200)], 2).off(),
    // Clients.
    person(("Helena", "Brandt"), "Marketing, Bluefin Bank", Accounts, ExternalUser, &[(320, 0)], 0).of(2),
    person(("Isaac", "Thompson"), "Curator, Saltwater Museum", Accounts, ExternalUser, &[(400, 0)], 0).of(3),
    person(("Carmen", "Vidal"), "Brand, Orchard Market", Accounts, ExternalUser, &[(210, 99)], 0).of(4),
    // Hired, and starting soon.
    person(("Åsa", "Öberg"), "Set Designer", Production, Light, &[], 0).freelance(),
    person(("Signe", "Larsen"), "Designer, starts soon", Design, Light, &[], 0),
];

/// The free seats of each license type.
pub const FREE: [(&str, i64); 3] = [("Standard", 2), ("Light", 2), ("Contributor", 1)];

/// The place of somebody in the list; the duplicate account comes after the real one.
/// Whom somebody reports to: the first of their team who is there, and who reports to the first of all.
pub fn manager(who: usize) -> Option<usize> {
    let is_head = |one: &Person| !one.off && matches!(one.level, Standard | SystemAdministrator);
    let person = &PEOPLE[who];
    let head = PEOPLE.iter().position(|one| one.team == person.team && is_head(one));
    let first = PEOPLE.iter().position(is_head);
    if person.level == ExternalUser || first == Some(who) {
        return None;
    }
    if head == Some(who) { first } else { head.or(first) }
}

pub fn place(first_name: &str, last_name: &str) -> usize {
    let found = PEOPLE.iter().position(|one| one.first_name == first_name && one.last_name == last_name);
    found.unwrap_or_default()
}
