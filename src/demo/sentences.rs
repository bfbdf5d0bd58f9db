//! What people write: notes as colleagues leave them, and a few documents to open.

pub const NOTES: &[&str] = &[
    "Talked to the client this morning: they like the second direction best.",
    "First round is up. Please look at it before Thursday.",
    "Waiting for the pictures; they promised them for Monday.",
    "I moved the deadline by two days, the printer is fine with it.",
    "Corrections from the call are in. Only the cover is still open.",
    "This needs another pair of eyes. I have read it too often.",
    "The client's lawyer wants the small print to be larger.",
    "Done from my side.",
    "We are over budget here. Can we talk on Monday?",
    "Left the old version in the archive, in case somebody misses it.",
    "They changed their mind about the color again. Blue it is.",
    "Tested on a phone and on the old tablet; both fine.",
    "The files are too big for mail, so I put them with the documents.",
    "Nobody answered at the printer's. I will try again after lunch.",
    "Approved! Thank you all, that was a long one.",
    "Can somebody from Copy check the second paragraph?",
    "The logo came as a photo of a business card. I have asked for the real one.",
    "Half a day lost to fonts. It works now.",
    "Let us keep this small: one page, no animation.",
    "I am on vacation next week. Everything you need is in the project folder.",
    "Client asks for three more variants, not in the offer. I said we would come back to it.",
    "Rights are cleared until the end of next year.",
    "Numbers on page 6 do not add up. Asked for the table behind them.",
    "Good meeting. They want to start with the short version.",
    "The paper samples arrived. The uncoated one is by far the best.",
    "Rendering overnight, result tomorrow.",
    "Please do not change the template any more, it is at the printer's.",
    "Moved to the next sprint, the interface is not ready.",
    "The voice recording has noise in it. We have to do the last part again.",
    "Their new contact is very quick with answers. A joy.",
    "I made a checklist for this, so that we do not forget the captions again.",
    "Talked it through with Magnus: we print locally.",
    "Small thing, but the date on the poster is a Tuesday, not a Wednesday.",
    "Waiting for approval since Friday. I will call them.",
    "New numbers from the client; the old chart is wrong now.",
    "Works in every browser but one, and we know which one.",
    "Shot everything in one afternoon. The light was perfect.",
    "Two of the links led nowhere; fixed.",
    "The intern found the mistake that three of us had missed.",
    "Last proof looks good. Sending it off.",
];

pub const ANSWERS: &[&str] = &[
    "More tomorrow.",
    "I will update the schedule.",
    "Who takes over from here?",
    "See the document.",
    "Thanks for the quick help!",
    "Ada knows.",
    "Please shout if you disagree.",
    "Otherwise we are in time.",
    "I have told the client.",
    "Not urgent.",
];

/// Names of documents without content; the project's name comes before them.
pub const DOCUMENTS: &[&str] = &[
    "brief.pdf",
    "layout v2.pdf",
    "layout v3 final.pdf",
    "proof.pdf",
    "photos, selection.zip",
    "schedule.xlsx",
    "budget.xlsx",
    "storyboard.pdf",
    "texts.docx",
    "rough cut.mp4",
    "logo.svg",
    "meeting notes.docx",
    "offer.pdf",
    "print data.pdf",
];

/// Documents that can be opened: owner (first and last name), project (empty: their own area), name and content.
pub type Readable = ((&'static str, &'static str), &'static str, &'static str, &'static str);

pub const READABLE: &[Readable] = &[
    (
        ("Farah", "Nazari"),
        "Spring catalogue",
        "brief-spring-catalogue.txt",
        "Spring catalogue: the brief\n\n- 64 pages, uncoated paper, stapled\n- 3 languages: English, German, Italian\n- Product texts: Cleo, at most 40 words each\n- Photos: two days in the studio, one outdoors\n\nThe client cares about one thing above all: prices must be right.\n",
    ),
    (
        ("Nils", "Okonkwo"),
        "Studio website",
        "how-to-publish.txt",
        "How the website gets published\n\n1. Merge into main; the staging server builds it.\n2. Look at it on a phone.\n3. Tag the version. The rest happens by itself.\n\nIf the pictures are missing, the image pipeline has stopped: restart it.\n",
    ),
    (
        ("Lena", "Vogt"),
        "Nordlys Hotels photo library",
        "shot-list.csv",
        "room,time of day,people,done\nlobby,morning,yes,yes\nsuite 12,afternoon,no,yes\nsauna,evening,no,yes\nroof,blue hour,yes,no\n",
    ),
    (
        ("Dora", "Okafor"),
        "Bluefin Bank campaign",
        "minutes-kick-off.txt",
        "Kick-off, Bluefin Bank\n\nPresent: Helena Brandt (client), Dora, Aisha, Imani\n\n- Tone: calm, never clever at the customer's expense.\n- Everything passes the bank's legal team; allow three working days.\n- Helena sees what she is assigned to, nothing else.\n",
    ),
    (
        ("Magnus", "Thorvaldsen"),
        "Studio anniversary book",
        "printers-we-trust.txt",
        "Printers we trust\n\nSmall runs: the one by the harbor. Ask for the night shift.\nLarge runs: Lund & Daughters. Never before a public holiday.\nEmbossing: only Hjort, and only if there is time.\n",
    ),
    (
        ("Aisha", "Rahman"),
        "Fjord Dairy rebrand",
        "color-values.txt",
        "Fjord Dairy: colors\n\nDeep water   #0B3C49\nMilk         #F6F3EA\nMeadow       #6C9A5B\nEvening red  #C4553B (sparingly)\n",
    ),
    (
        ("Ruth", "Abernathy"),
        "",
        "invoice-checklist.txt",
        "Before an invoice goes out\n\n- Are all hours of the month in?\n- Does the sum match the offer? If not: ask first.\n- Right address? Granite Insurance has moved.\n",
    ),
];

/// Cleo's documents with content: three are in her own area.
pub const CLEOS: &[(&str, &str, &str)] = &[
    (
        "",
        "rates-and-terms.txt",
        "Rates and terms, Cleo Marchetti\n\nCopy: by the hour. Corrections: two rounds included.\nInvoices at the end of the month.\n",
    ),
    (
        "",
        "ideas-for-headlines.txt",
        "Headlines I have not used yet\n\n- Made slowly, on purpose.\n- The quiet end of the street.\n- Bread has no opinion.\n",
    ),
    (
        "",
        "hours-private.txt",
        "My own list, to compare with the time sheets.\n\nSpring catalogue: done until page 31.\nAutumn shoes: settled.\n",
    ),
    (
        "Spring catalogue",
        "product-texts-1-to-20.txt",
        "1  Garden bench. Oak, oiled. Grows old with you.\n2  Watering can. Holds as much as you can carry.\n3  Lantern. For evenings that do not want to end.\n",
    ),
    (
        "Spring catalogue",
        "tone-of-voice.txt",
        "Tone of voice, spring catalogue\n\nShort. Warm. No exclamation marks.\nSay what a thing is for, then stop.\n",
    ),
];
