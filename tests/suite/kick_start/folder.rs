//! A small folder to load, and what is changed in it.

use std::cell::Cell;
use std::io::{self, Read};

use roster::kick_start::{InMemory, Loaded, Refusal, Source, load};
use roster::web::Site;

/// Three people, a project, a task, an issue, and something of every kind.
pub fn small() -> InMemory {
    let mut folder = InMemory::default();
    for (name, text) in [
        ("organization.csv", "name\nNorthwind Studio\n"),
        ("licenses.csv", "license_type,seats\nStandard,3\nLight,1\nContributor,0\nExternal,\n"),
        ("companies.csv", "id,name\n7,Northwind\n"),
        ("teams.csv", "id,name\n3,Design\n8,Copy\n"),
        ("groups.csv", "id,name\n2,Creative\n"),
        ("job_roles.csv", "id,name\n6,Designer\n"),
        ("team_members.csv", "team_id,user_id\n8,5\n8,4\n"),
        ("group_members.csv", "user_id,group_id\n1,2\n"),
        (
            "users.csv",
            "id,first_name,last_name,email,title,phone,company_id,team_id,access_level,active,created_at,last_login_at\n\
             1,Ada,Lindqvist,ada@example.test,Head of studio,,7,3,System Administrator,1,2024-01-08 09:00:00,2026-11-20 08:00:00\n\
             5,Zoë,Ångström,zoe@example.test,Designer,,7,3,Light,1,2024-02-01 09:00:00,\n\
             4,Marco,Bellini,marco@example.test,Freelancer,,7,,Standard,0,2024-03-01 09:00:00,2025-01-01 10:00:00\n",
        ),
        ("projects.csv", "id,name,owner_id,created_at\n9,Harbor Festival,5,2025-01-10 09:00:00\n"),
        (
            "tasks.csv",
            "id,title,project_id,assignee_id,creator_id,status,created_at\n2,Draw the poster,9,4,1,doing,2025-02-01 09:00:00\n",
        ),
        (
            "issues.csv",
            "id,title,project_id,reporter_id,status,created_at\n2,The red is too dark,9,5,closed,2025-02-03 09:00:00\n",
        ),
        (
            "assignments.csv",
            "issue_id,task_id,user_id,assigned_by,assigned_at,ended_at\n\
             2,,4,1,2025-02-03 10:00:00,2025-02-05 10:00:00\n,2,5,1,2025-02-03 10:00:00,\n",
        ),
        ("hours.csv", "id,user_id,task_id,minutes,spent_on\n1,4,2,90,2025-02-02\n"),
        ("notes.csv", "id,author_id,task_id,body,created_at\n1,4,2,\"First draft\nis up.\",2025-02-02 11:00:00\n"),
        (
            "documents.csv",
            "id,owner_id,project_id,name,bytes,created_at,file\n\
             1,4,9,poster.txt,,2025-02-02 12:00:00,poster.txt\n2,4,,notes.pdf,4000,2025-02-02 12:00:00,\n",
        ),
        ("reports.csv", "id,owner_id,name,created_at\n1,5,Hours by month,2025-03-01 09:00:00\n"),
        ("dashboards.csv", "id,owner_id,name,created_at\n1,5,Studio,2025-03-01 09:00:00\n"),
    ] {
        folder.files.insert(name.into(), text.into());
    }
    folder.documents.insert("poster.txt".into(), b"Harbor Festival, in blue.".to_vec());
    folder
}

/// Replaces text that must be there once.
#[track_caller]
pub fn change(folder: &mut InMemory, file: &str, from: &str, to: &str) {
    let text = String::from_utf8(folder.files[file].clone()).expect("text");
    assert_eq!(text.matches(from).count(), 1, "“{from}” in {file}");
    folder.files.insert(file.into(), text.replace(from, to).into());
}

pub fn load_into(site: &Site, folder: &InMemory) -> Result<Loaded, Refusal> {
    load(site, folder, site.clock.now(), &mut |_| {}, |_| Ok(()))
}

/// A folder in which one file is another when it is opened again.
pub struct Changing {
    before: InMemory,
    after: InMemory,
    file: &'static str,
    is_checked: Cell<bool>,
}

impl Changing {
    pub fn new(before: InMemory, after: InMemory, file: &'static str) -> Self {
        Changing { before, after, file, is_checked: Cell::new(false) }
    }
}

impl Source for Changing {
    fn csv_files(&self) -> io::Result<Vec<String>> {
        self.before.csv_files()
    }

    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        if name == self.file && self.is_checked.replace(true) { self.after.open(name) } else { self.before.open(name) }
    }

    fn document_bytes(&self, path: &str) -> io::Result<Option<u64>> {
        self.before.document_bytes(path)
    }

    fn document(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        self.before.document(path)
    }
}
