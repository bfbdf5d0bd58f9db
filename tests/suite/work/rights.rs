//! Each right, for each access level, on each path.

use roster::licenses::AccessLevel::{self, Contributor, ExternalUser, Light, Standard, SystemAdministrator};

use crate::support::{Browser, TestApp};

const LEVELS: [AccessLevel; 5] = [SystemAdministrator, Standard, Light, Contributor, ExternalUser];

#[test]
fn each_level_opens_and_does_what_it_may_and_nothing_else() {
    let app = TestApp::start();
    let owner = app.person("Olga Owner").create();
    let project = app.project("Spring catalogue").owned_by(&owner).create();
    let other = app.project("Secret launch").owned_by(&owner).create();
    let people = LEVELS.map(|level| {
        let person = app.person(&format!("Some {}", level.as_str())).level(level);
        person.create()
    });
    let mut task = app.task(&project, "Everybody's");
    for person in &people {
        task = task.assigned_to(person);
    }
    let mine = task.create();
    let theirs = app.task(&other, "Not theirs").create();
    let ended = app.task(&other, "Ended");
    let ended = people.iter().fold(ended, |task, person| task.assigned_until(person, app.site.clock.now())).create();
    let on_mine = app.document(&owner, "mine.txt").on(&mine).containing(b"mine").create();
    let on_theirs = app.document(&owner, "theirs.txt").on(&theirs).containing(b"theirs").create();
    let private = app.document(&owner, "private.txt").containing(b"private").create();
    let bare = app.document(&owner, "loaded.txt").on(&mine).create();
    let (m, t) = (mine.id, theirs.id);
    let gets = [
        // path, then the status for administrator, standard, light, contributor, external
        ("/projects".to_owned(), [200, 200, 200, 200, 200]),
        ("/projects/new".into(), [200, 200, 200, 403, 403]),
        (format!("/projects/{}", project.id), [200, 200, 200, 200, 200]),
        (format!("/projects/{}?show=documents", project.id), [200, 200, 200, 200, 404]),
        (format!("/projects/{}?show=hours", project.id), [200, 200, 200, 200, 404]),
        (format!("/projects/{}", other.id), [200, 200, 200, 200, 404]),
        (format!("/work-items/{m}"), [200, 200, 200, 200, 200]),
        (format!("/work-items/{t}"), [200, 200, 200, 200, 404]),
        (format!("/work-items/{}", ended.id), [200, 200, 200, 200, 404]),
        (format!("/documents/{on_mine}"), [200, 200, 200, 200, 200]),
        (format!("/documents/{on_theirs}"), [200, 200, 200, 404, 404]),
        (format!("/documents/{private}"), [200, 404, 404, 404, 404]),
        (format!("/documents/{bare}"), [400, 400, 400, 400, 400]),
        ("/my-area".into(), [200, 200, 200, 200, 200]),
    ];
    let id = owner.id.to_string();
    let posts: Vec<(String, Vec<(&str, &str)>, [u16; 5])> = vec![
        ("/projects".into(), vec![("name", "New")], [303, 303, 303, 403, 403]),
        (
            format!("/projects/{}/items", project.id),
            vec![("kind", "issue"), ("title", "New")],
            [303, 303, 303, 403, 403],
        ),
        (format!("/work-items/{m}/status"), vec![("status", "doing")], [303, 303, 303, 403, 403]),
        (format!("/work-items/{m}/assignments"), vec![("user", &id)], [303, 303, 303, 403, 403]),
        (format!("/work-items/{m}/assignments/end"), vec![("user", &id)], [303, 303, 303, 403, 403]),
        (format!("/work-items/{m}/hours"), vec![("hours", "1"), ("day", "2026-11-24")], [303, 303, 303, 403, 403]),
        (format!("/work-items/{m}/notes"), vec![("body", "Hello")], [303, 303, 303, 303, 403]),
        (format!("/work-items/{t}/notes"), vec![("body", "Hello")], [303, 303, 303, 303, 403]),
    ];
    for (i, person) in people.iter().enumerate() {
        let level = LEVELS[i];
        let mut browser = Browser::signed_in(&app, person);
        for (path, expected) in &gets {
            assert_eq!(browser.get(path).status, expected[i], "{level:?} GET {path}");
        }
        let token = browser.get("/my-area").value_of("csrf");
        for (path, fields, expected) in &posts {
            let mut fields = fields.clone();
            fields.push(("csrf", &token));
            assert_eq!(browser.post_raw(path, &[], &fields).status, expected[i], "{level:?} POST {path}");
        }
        let page = browser.get(&format!("/work-items/{m}"));
        let works = i < 3;
        assert_eq!(page.text().contains("Assign somebody"), works, "{level:?}");
        assert_eq!(page.text().contains("Log hours"), works, "{level:?}");
        assert_eq!(page.text().contains("Write a note"), i < 4, "{level:?}");
        for path in [
            format!("/work-items/{m}/documents"),
            format!("/projects/{}/documents", project.id),
            "/my-area/documents".into(),
        ] {
            let status = browser.upload_raw(&path, &token, "file.txt", b"content").status;
            assert_eq!(status, if works { 303 } else { 403 }, "{level:?} uploads to {path}");
        }
    }
    let mut browser = Browser::signed_in(&app, &people[4]);
    browser.get("/projects").must_say("Spring catalogue").must_not_say("Secret launch");
    browser.get(&format!("/projects/{}", project.id)).must_say("Everybody's");
}

#[test]
fn nobody_sees_anything_of_the_work_side_without_signing_in() {
    let app = TestApp::start();
    let mut visitor = Browser::new(&app);
    for path in ["/projects", "/projects/new", "/projects/1", "/work-items/1", "/documents/1", "/my-area"] {
        assert!(visitor.get(path).address.starts_with("/sign-in"), "{path}");
    }
}
