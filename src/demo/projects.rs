//! What Northwind Studio works on: projects with their clients' names, and what there is to do in each trade.

use super::people::Team;

/// Name, owner (first and last name), and when it ran, in days before today (0: still).
pub type Project = (&'static str, (&'static str, &'static str), (i64, i64));

/// The first so many are the studio's own; the others are for clients.
pub const STUDIOS_OWN: usize = 4;

pub const PROJECTS: &[Project] = &[
    ("Studio website", ("Nils", "Okonkwo"), (730, 0)),
    ("Studio portfolio", ("Aisha", "Rahman"), (730, 0)),
    ("New business pitches", ("Henrik", "Sørensen"), (730, 0)),
    ("Internal training", ("Kenji", "Mori"), (600, 0)),
    ("Spring catalogue", ("Farah", "Nazari"), (210, 0)),
    ("Autumn shoes", ("Martin", "Kruger"), (470, 280)),
    ("Website relaunch, Orchard Market", ("Nils", "Okonkwo"), (390, 15)),
    ("Orchard Market app", ("Wei", "Zhang"), (300, 0)),
    ("Harbor Festival posters", ("Lucía", "Fernández"), (690, 560)),
    ("Lumen Energy annual report", ("Farah", "Nazari"), (640, 480)),
    ("Tide & Timber packaging", ("Rosa", "Ibarra"), (520, 330)),
    ("Kestrel Air safety film", ("Kwame", "Boateng"), (610, 420)),
    ("City Library signage", ("Claire", "Dubois"), (590, 380)),
    ("Bluefin Bank campaign", ("Dora", "Okafor"), (340, 0)),
    ("Nordlys Hotels photo library", ("Lena", "Vogt"), (450, 310)),
    ("Velo City bike map", ("Mei", "Chen"), (260, 120)),
    ("Gallery Ost exhibition guide", ("Vera", "Lindholm"), (560, 440)),
    ("Fjord Dairy rebrand", ("Aisha", "Rahman"), (430, 160)),
    ("Saltwater Museum audio guide", ("Siobhán", "Kelly"), (330, 0)),
    ("Harvest Foundation letter", ("Vera", "Lindholm"), (370, 290)),
    ("Pilot Pens holiday windows", ("Martin", "Kruger"), (400, 300)),
    ("Meridian Clinic leaflets", ("Leila", "Haddad"), (280, 90)),
    ("Copper Lane coffee bags", ("Rosa", "Ibarra"), (230, 60)),
    ("Astra Theater season program", ("Farah", "Nazari"), (310, 150)),
    ("Granite Insurance onboarding", ("Kofi", "Mensah"), (250, 0)),
    ("Lighthouse School prospectus", ("Agnes", "Holt"), (700, 520)),
    ("Polar Outdoor winter film", ("Kwame", "Boateng"), (190, 0)),
    ("Marble Kitchen cookbook", ("Vera", "Lindholm"), (480, 200)),
    ("Riverbank regatta", ("Claire", "Dubois"), (180, 70)),
    ("Sundial launch event", ("Dora", "Okafor"), (140, 0)),
    ("Cedar Homes brochure", ("George", "Whitlock"), (360, 140)),
    ("Echo Radio idents", ("Rafael", "Costa"), (220, 110)),
    ("Paperboat magazine", ("Lucía", "Fernández"), (500, 0)),
    ("Ember Stoves trade fair", ("Leila", "Haddad"), (100, 0)),
    ("Willow & Sons website", ("Wei", "Zhang"), (160, 0)),
    ("Studio anniversary book", ("Magnus", "Thorvaldsen"), (270, 0)),
];

/// What there is to do in a trade.
pub fn tasks(team: Team) -> &'static [&'static str] {
    match team {
        Team::Design => &[
            "Mood board",
            "Layout, first round",
            "Logo corrections",
            "Color proofs",
            "Icon set",
            "Cover variants",
            "Type specimen",
            "Photo selection",
            "Grid for the inner pages",
            "Final artwork",
            "Template for the client",
            "Presentation slides",
        ],
        Team::Motion => &[
            "Storyboard",
            "Rough cut",
            "Sound mix",
            "Title animation",
            "Color grading",
            "Subtitles",
            "Cut-down, 15 seconds",
            "Music research",
            "Shot list",
            "Export for broadcast",
        ],
        Team::Writing => &[
            "Headlines, first round",
            "Product texts",
            "Proofread the final pages",
            "Claim, three directions",
            "Captions",
            "Letter from the director",
            "Glossary",
            "Translate into German",
            "Interview with the founder",
            "Texts for the landing page",
            "Press release",
        ],
        Team::Web => &[
            "Page templates",
            "Search results",
            "Contact form",
            "Move the old articles",
            "Accessibility check",
            "Newsletter sign-up",
            "Load test",
            "Prototype of the checkout",
            "Cookie notice",
            "Image pipeline",
            "Staging server",
        ],
        Team::Accounts => &[
            "Kick-off with the client",
            "Offer and budget",
            "Schedule until launch",
            "Competitor review",
            "Weekly report",
            "Debriefing",
            "Media plan",
            "Change requests, second round",
            "Contract renewal",
        ],
        Team::Production => &[
            "Paper samples",
            "Print approval",
            "Location scouting",
            "Book the studio",
            "Retouch the product shots",
            "Imposition",
            "Delivery to the printer",
            "Archive the originals",
            "Prop list",
        ],
        Team::Office => &[
            "Time sheets of the month",
            "Contracts for freelancers",
            "Rights of the pictures",
            "New workstations",
            "Invoice plan",
        ],
    }
}

pub const ISSUES: &[&str] = &[
    "Wrong price on page 14",
    "Logo is cropped on phones",
    "Typo in the second headline",
    "Colors look dull in print",
    "Link to the shop is broken",
    "Subtitles run late",
    "Client's address is outdated",
    "Form accepts an empty date",
    "Music rights expire in June",
    "Photo credit is missing",
    "Page loads slowly on trains",
    "Fold line crosses the text",
    "Old slogan on the back cover",
    "Audio clicks at 0:42",
    "Barcode does not scan",
    "Map shows the wrong entrance",
];

pub const REPORTS: &[&str] = &[
    "Hours by project, this quarter",
    "Open work by team",
    "Budget against hours",
    "Overdue tasks",
    "Freelancers this year",
    "Work per client",
    "Utilization by month",
    "Documents waiting for approval",
];

pub const DASHBOARDS: &[&str] =
    &["Studio at a glance", "My week", "Client overview", "Film schedule", "Print deadlines", "Web releases"];
