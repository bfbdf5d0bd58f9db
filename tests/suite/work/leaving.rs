//! What the work side shows of people who left: the deactivated marked, the deleted blank, the sums the same.

use super::delete;
use crate::lifecycle;
use crate::support::{Browser, TestApp};

#[test]
fn hours_by_person_are_the_same_before_and_after_people_leave() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").create();
    let cleo = app.person("Cleo Marchetti").create();
    let dora = app.person("Dora Okafor").create();
    let emil = app.person("Emil Sand").create();
    let project = app.project("Spring catalogue").owned_by(&ada).create();
    let item = app.task(&project, "Headlines").assigned_to(&cleo).create();
    for (person, minutes) in [(&ada, 60), (&cleo, 90), (&cleo, 30), (&dora, 600), (&emil, 45)] {
        app.hours(person, &item, minutes, "2026-11-20");
    }
    let mut browser = Browser::signed_in(&app, &ada);
    let path = "/projects/1?show=hours";
    let before = browser.get(path);
    before.must_say("Cleo Marchetti 2 2").must_say("In all 5 13.75");
    let olga = app.person("Olga Admin").administrator().create();
    lifecycle::deactivate(&mut Browser::signed_in(&app, &olga), &[&cleo]);
    browser.get(path).must_say("Cleo Marchetti Deactivated 2 2").must_say("In all 5 13.75");
    browser.get("/work-items/1").must_say("Cleo Marchetti Deactivated").must_say("13.75 in all");
    delete(&app, &dora);
    delete(&app, &emil);
    let page = browser.get(path);
    page.must_say("blank 2 10.75").must_say("In all 5 13.75").must_not_say("Dora").must_not_say("Emil");
    assert_eq!(page.count(".blank"), 1);
}

#[test]
fn the_name_of_a_deleted_person_is_on_no_page_of_the_work_side() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let zelda = app.person("Zelda Quill").create();
    let (project, item) = app.history_of_every_kind(&zelda);
    app.issue(&project, "An issue of hers").created_by(&zelda).assigned_to(&zelda).create();
    app.document(&zelda, "report.txt").in_project(&project).create();
    let paths: Vec<String> = ["/projects", "/my-area", "/projects?q=work"]
        .into_iter()
        .map(str::to_owned)
        .chain(["tasks", "issues", "documents", "hours"].map(|show| format!("/projects/{}?show={show}", project.id)))
        .chain((0..3).map(|n| format!("/work-items/{}", item.id.0 + n)))
        .chain([format!("/work-items/{}?find=zelda", item.id), format!("/work-items/{}?find=z", item.id)])
        .collect();
    let mut browser = Browser::signed_in(&app, &ada);
    let named = |browser: &mut Browser| {
        let is_named = |page: &str| page.replace("find=zelda", "").replace("value=\"zelda\"", "").contains("Zelda");
        paths.iter().filter(|path| is_named(&browser.get(path).body)).count()
    };
    assert!(named(&mut browser) >= 9, "the pages name her while she is there");
    delete(&app, &zelda);
    for path in &paths {
        let page = browser.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.body.contains("Zelda") && !page.body.contains("Quill"), "{path}: {}", page.text());
    }
    assert!(browser.get(&paths[3]).text().contains("Unassigned"));
    assert!(browser.get(&format!("/work-items/{}", item.id)).text_of("#assigned").contains("Unassigned"));
    browser.get("/projects").must_say("blank");
}
