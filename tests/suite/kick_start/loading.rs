//! What is there after a folder was loaded.

use diesel::prelude::*;
use roster::db::UserId;
use roster::db::schema::{
    assignments, documents, group_members, groups, job_roles, notes, projects, team_members, teams, users, work_items,
};
use roster::kick_start::load;
use roster::licenses::{LicenseType, seats};
use roster::users::counts;
use roster::users::units::{Unit, change};

use super::folder::{Changing, change, load_into, small};
use crate::support::TestApp;

#[test]
fn a_folder_becomes_an_organization() {
    let app = TestApp::start();
    let loaded = load_into(&app.site, &small()).expect("a right folder");
    assert!(loaded.needs_a_password);
    assert_eq!(loaded.rows["users.csv"], 3);
    assert_eq!(app.read(roster::preferences::organization_name), "Northwind Studio");
    assert_eq!(app.read(counts::read), counts::Counts { active: 2, deactivated: 1, deleted: 0 });
    let used = |license_type| app.read(|conn| seats::of(conn, license_type)).used;
    assert_eq!((used(LicenseType::Standard), used(LicenseType::Light)), (1, 1));
    assert_eq!(app.read(|conn| seats::of(conn, LicenseType::External)).owned, None);
    let zoe: (UserId, String) = app.read(|conn| {
        Ok(users::table
            .filter(users::email_key.eq("zoe@example.test"))
            .select((users::id, users::name_key))
            .first(conn)?)
    });
    assert_eq!(zoe.1, "zoe angstrom");
    let project: (Option<UserId>, Option<UserId>) =
        app.read(|conn| Ok(projects::table.select((projects::owner_id, projects::created_by)).first(conn)?));
    assert_eq!(project, (Some(zoe.0), Some(zoe.0)));
    let statuses: Vec<(String, String)> = app.read(|conn| {
        Ok(work_items::table.order(work_items::id).select((work_items::kind, work_items::status)).load(conn)?)
    });
    assert_eq!(statuses, [("task".into(), "doing".into()), ("issue".into(), "done".into())]);
    assert_eq!(app.read(|conn| Ok(assignments::table.count().get_result::<i64>(conn)?)), 3);
    let ended = assignments::table.filter(assignments::ended_at.is_not_null()).count();
    assert_eq!(app.read(|conn| Ok(ended.get_result::<i64>(conn)?)), 1);
    let body: String = app.read(|conn| Ok(notes::table.select(notes::body).first(conn)?));
    assert_eq!(body, "First draft\nis up.");
    app.read(|conn| Ok(app.site.chain.verify(conn)?.expect("the chain verifies")));
}

#[test]
fn where_people_belong_and_how_to_reach_them_comes_along() {
    let app = TestApp::start();
    let mut folder = small();
    let text = "id,first_name,last_name,email,mobile,about,employee_number,group_id,job_role_id,access_level,active,\
         created_at\n\
         1,Ada,Lindqvist,ada@example.test,+1 555 0100,Old maps,NW-1,2,6,System Administrator,1,2024-01-08 09:00:00\n\
         5,Zoë,Ångström,zoe@example.test,,,,,,Light,1,2024-02-01 09:00:00\n\
         4,Marco,Bellini,marco@example.test,,,,2,,Standard,0,2024-03-01 09:00:00\n";
    folder.files.insert("users.csv".into(), text.into());
    load_into(&app.site, &folder).expect("a right folder");
    type Row = (String, String, String, Option<String>, Option<String>);
    let ada: Row = app.read(|conn| {
        let groups = groups::table.on(groups::id.nullable().eq(users::group_id));
        let roles = job_roles::table.on(job_roles::id.nullable().eq(users::job_role_id));
        let columns =
            (users::mobile, users::about, users::employee_number, groups::name.nullable(), job_roles::name.nullable());
        let query = users::table.left_join(groups).left_join(roles).filter(users::first_name.eq("Ada"));
        Ok(query.select(columns).first(conn)?)
    });
    let (creative, designer) = (Some("Creative".to_owned()), Some("Designer".to_owned()));
    assert_eq!(ada, ("+1 555 0100".into(), "Old maps".into(), "NW-1".into(), creative, designer));
    let copy: Vec<String> = app.read(|conn| {
        let query = team_members::table.inner_join(users::table.on(users::id.eq(team_members::user_id)));
        let query = query.inner_join(teams::table.on(teams::id.eq(team_members::team_id)));
        let query = query.filter(teams::name.eq("Copy")).order(users::first_name);
        Ok(query.select(users::first_name).load(conn)?)
    });
    assert_eq!(copy, ["Marco", "Zoë"], "whoever is off stays where they were");
    assert_eq!(app.read(|conn| Ok(group_members::table.count().get_result::<i64>(conn)?)), 1);
    // Behind them, new ones get ids of their own.
    let ada = app.person("Eve Holm").administrator().create();
    let now = app.site.clock.now();
    let write = |conn: &mut roster::db::Conn| change::create(conn, &app.site.chain, ada.id, Unit::Group, "New", now);
    app.site.db.write_now(roster::db::Lane::Administration, write).expect("a group");
}

#[test]
fn documents_bring_their_content_along() {
    let app = TestApp::start();
    load_into(&app.site, &small()).expect("a right folder");
    let rows: Vec<(String, i64, Option<String>)> = app.read(|conn| {
        let columns = (documents::name, documents::bytes, documents::stored_as);
        Ok(documents::table.order(documents::id).select(columns).load(conn)?)
    });
    let stored = rows[0].2.clone().expect("content");
    let content = std::fs::read_to_string(app.site.uploads.join(stored)).expect("a file");
    assert_eq!((content.as_str(), rows[0].1), ("Harbor Festival, in blue.", 25));
    assert_eq!(rows[1], ("notes.pdf".into(), 4000, None));
}

#[test]
fn people_are_created_behind_those_who_were_loaded() {
    let app = TestApp::start();
    load_into(&app.site, &small()).expect("a right folder");
    let grace = app.person("Grace Okafor").create();
    assert_eq!(app.read(|conn| Ok(users::table.count().get_result::<i64>(conn)?)), 4);
    assert!(app.read(|conn| Ok(users::table.find(grace.id).count().get_result::<i64>(conn)?)) == 1);
}

#[test]
fn the_first_administrator_stays_and_counts() {
    let app = TestApp::start();
    let eve = app.person("Eve Holm").administrator().create();
    let mut folder = small();
    change(&mut folder, "licenses.csv", "Standard,3", "Standard,1");
    let loaded = load_into(&app.site, &folder).expect("a right folder");
    assert!(!loaded.needs_a_password);
    assert_eq!(loaded.raised, [(LicenseType::Standard, 2)]);
    let standard = app.read(|conn| seats::of(conn, LicenseType::Standard));
    assert_eq!((standard.owned, standard.used), (Some(2), 2));
    assert_eq!(app.read(counts::read).active, 3);
    assert!(app.read(|conn| Ok(users::table.find(eve.id).count().get_result::<i64>(conn)?)) == 1);
}

#[test]
fn a_first_administrator_who_is_in_the_folder_is_the_same_person() {
    let app = TestApp::start();
    let zoe = app.person("Zoe Angstrom").administrator().create();
    let mut folder = small();
    change(&mut folder, "users.csv", "zoe@example.test", &zoe.email);
    change(&mut folder, "users.csv", "Light,1", "System Administrator,1");
    load_into(&app.site, &folder).expect("a right folder");
    assert_eq!(app.read(counts::read), counts::Counts { active: 2, deactivated: 1, deleted: 0 });
    assert_eq!(app.read(|conn| seats::of(conn, LicenseType::Standard)).used, 2);
    let owner: Option<UserId> = app.read(|conn| Ok(projects::table.select(projects::owner_id).first(conn)?));
    assert_eq!(owner, Some(zoe.id));
}

#[test]
fn an_organization_is_loaded_once() {
    let app = TestApp::start();
    load_into(&app.site, &small()).expect("a right folder");
    let refusal = load_into(&app.site, &small()).expect_err("people are there").to_string();
    assert!(refusal.contains("nobody but its first administrator"), "{refusal}");
    assert_eq!(app.read(counts::read).active, 2);
}

#[test]
fn a_folder_of_users_alone_is_enough() {
    let app = TestApp::start();
    let mut folder = small();
    folder.files.retain(|name, _| name == "users.csv");
    change(&mut folder, "users.csv", "Head of studio,,7,3", "Head of studio,,,");
    change(&mut folder, "users.csv", "Designer,,7,3", "Designer,,,");
    change(&mut folder, "users.csv", "Freelancer,,7", "Freelancer,,");
    load_into(&app.site, &folder).expect("a right folder");
    assert_eq!(app.read(counts::read).active, 2);
    assert_eq!(app.read(|conn| seats::of(conn, LicenseType::Standard)).owned, Some(10));
}

#[test]
fn a_folder_that_changes_while_it_is_loaded_loads_nothing() {
    let app = TestApp::start();
    // The last file of all: everything before it was written, and a document copied.
    for (from, to) in [(",5,Studio", ",6,Studio"), ("1,5,Studio,2025-03-01 09:00:00\n", "")] {
        let mut later = small();
        change(&mut later, "dashboards.csv", from, to);
        let source = Changing::new(small(), later, "dashboards.csv");
        let now = app.site.clock.now();
        let refusal = load(&app.site, &source, now, &mut |_| {}, |_| Ok(())).expect_err("it changed").to_string();
        assert_eq!(refusal, "dashboards.csv changed while it was loaded. Nothing was loaded.");
        assert_eq!(app.read(|conn| Ok(users::table.count().get_result::<i64>(conn)?)), 0);
        assert_eq!(app.read(counts::read), counts::Counts::default());
        assert_eq!(app.read(|conn| seats::of(conn, LicenseType::Standard)).used, 0);
        assert_eq!(std::fs::read_dir(&app.site.uploads).expect("the uploads").count(), 0);
    }
}

/// The small folder’s people, with whom each reports to.
fn reporting(ada: &str, zoe: &str, marco: &str) -> roster::kick_start::InMemory {
    let mut folder = small();
    let text = format!(
        "id,first_name,last_name,email,company_id,team_id,access_level,active,created_at,reports_to\n\
         1,Ada,Lindqvist,ada@example.test,7,3,System Administrator,1,2024-01-08 09:00:00,{ada}\n\
         5,Zoë,Ångström,zoe@example.test,7,3,Light,1,2024-02-01 09:00:00,{zoe}\n\
         4,Marco,Bellini,marco@example.test,7,,Standard,0,2024-03-01 09:00:00,{marco}\n"
    );
    folder.files.insert("users.csv".into(), text.into());
    folder
}

#[test]
fn whom_people_report_to_is_loaded_wherever_the_manager_stands_in_the_file() {
    let app = TestApp::start();
    load_into(&app.site, &reporting("", "4", "1")).expect("a right folder");
    let found: Vec<(String, Option<UserId>)> = app.read(|conn| {
        Ok(users::table.order(users::email_key).select((users::first_name, users::manager_id)).load(conn)?)
    });
    let id = |name: &str| -> Option<UserId> {
        app.read(|conn| Ok(users::table.filter(users::first_name.eq(name)).select(users::id).first(conn).optional()?))
    };
    assert_eq!(found, [("Ada".into(), None), ("Marco".into(), id("Ada")), ("Zoë".into(), id("Marco"))]);
}

#[test]
fn a_wrong_manager_or_a_circle_is_named_and_nothing_is_loaded() {
    for (ada, zoe, marco, says) in [
        ("", "9", "", "users.csv, line 3, reports_to: users.csv has no row with id “9”"),
        ("", "5", "", "users.csv, line 3, reports_to: nobody reports to themselves"),
        ("5", "4", "1", "users.csv, line 4, reports_to: nobody reports to themselves, nor to somebody who"),
    ] {
        let app = TestApp::start();
        let refusal = load_into(&app.site, &reporting(ada, zoe, marco)).expect_err("a problem").to_string();
        assert!(refusal.contains(says), "{refusal}");
        assert_eq!(app.read(|conn| Ok(users::table.count().get_result::<i64>(conn)?)), 0);
    }
}
