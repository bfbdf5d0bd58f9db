//! A person's photo: what is taken, who sees it, and that it goes with the person.

use crate::support::{Browser, PageSeen, SignedUp, TestApp};
use diesel::prelude::*;
use roster::db::schema::photos;

/// A picture of four by four pixels, as far as anybody reads it here.
fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend([0, 0, 0, 4, 0, 0, 0, 4]);
    bytes.extend(b"\x08\x02\0\0\0....\0\0\0\0IEND....");
    bytes
}

fn put(browser: &mut Browser, person: &SignedUp, name: &str, bytes: &[u8]) -> PageSeen {
    let page = browser.get(&format!("/users/{}/photo/edit", person.id));
    browser.upload(&page, &format!("/users/{}/photo", person.id), "file", name, bytes)
}

fn photos_kept(app: &TestApp) -> i64 {
    app.read(|conn| Ok(photos::table.count().get_result(conn)?))
}

#[test]
fn a_photo_is_shown_on_the_profile_and_served_with_its_own_type() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    // The name says nothing: it is a picture by its bytes.
    let page = put(&mut browser, &bert, "holiday.html", &png());
    let address = page.attribute(".profile img", "src").expect("a photo");
    let photo = browser.get(&address);
    assert_eq!(photo.status, 200);
    let header = |photo: &PageSeen, name: &str| photo.headers.get(name).cloned().unwrap_or_default();
    assert_eq!(header(&photo, "content-type"), "image/png");
    assert_eq!(header(&photo, "x-content-type-options"), "nosniff");
    assert!(header(&photo, "content-security-policy").contains("default-src 'none'"));
    assert!(header(&photo, "cache-control").starts_with("private"));
    let tag = header(&photo, "etag");
    assert_eq!(browser.get_with(&address, &[("If-None-Match", &tag)]).status, 304);
    assert!(Browser::new(&app).get(&address).address.starts_with("/sign-in"), "only for people who are signed in");
    let mut berts = Browser::signed_in(&app, &bert);
    assert_eq!(berts.get(&address).status, 403, "and only administrators see pages with photos");
    browser.get(&format!("/users/{}/activity", bert.id)).must_say("changed the photo of Bert Cooper");
}

#[test]
fn what_is_no_picture_is_refused_beside_the_field() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
    let polyglot = [png(), b"<script>alert(1)</script>".to_vec()].concat();
    let mut bomb = png();
    bomb[16..20].copy_from_slice(&200_000u32.to_be_bytes());
    for (name, bytes, why) in [
        ("photo.png", svg, "Only PNG, JPEG and WebP"),
        ("photo.png", polyglot, "damaged, or more than a picture"),
        ("photo.png", bomb, "At most 8000 on a side"),
        ("photo.png", vec![0; (1 << 20) + 1], "too large"),
        ("photo.png", Vec::new(), "This file is empty"),
    ] {
        let page = put(&mut browser, &bert, name, &bytes);
        assert_eq!(page.status, 422, "{}", page.text());
        assert!(page.error_at("file").contains(why), "{why}: {}", page.error_at("file"));
    }
    assert_eq!(photos_kept(&app), 0);
}

#[test]
fn only_an_administrator_changes_a_photo_and_only_from_our_own_form() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut bert_browser = Browser::signed_in(&app, &bert);
    let there = format!("/users/{}/photo", bert.id);
    let csrf = bert_browser.get("/account").value_of("csrf");
    assert_eq!(bert_browser.upload_raw(&there, &csrf, "photo.png", &png()).status, 403);
    assert_eq!(bert_browser.post_raw(&format!("{there}/remove"), &[], &[("csrf", &csrf)]).status, 403);
    let mut browser = Browser::signed_in(&app, &ada);
    assert_eq!(browser.upload_raw(&there, "forged", "photo.png", &png()).status, 403);
    assert_eq!(photos_kept(&app), 0);
}

#[test]
fn a_photo_is_removed_hidden_with_a_deletion_and_erased_with_the_person() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    let mut browser = Browser::signed_in(&app, &ada);
    let there = format!("/users/{}/photo", bert.id);
    put(&mut browser, &bert, "photo.png", &png());
    let page = browser.get(&format!("{there}/edit"));
    let page = browser.submit(&page, &format!("{there}/remove"), &[]);
    assert!(!page.has(".profile img"));
    assert_eq!((photos_kept(&app), browser.get(&there).status), (0, 404));

    put(&mut browser, &bert, "photo.png", &png());
    let page = crate::lifecycle::plan(&mut browser, "delete", &[&bert]);
    crate::lifecycle::confirm(&mut browser, &page, &[]);
    assert_eq!((photos_kept(&app), browser.get(&there).status), (1, 404), "kept for a restoration, shown to nobody");
    app.write(|conn| roster::lifecycle::store::erasing::rows(conn, &[bert.id]));
    assert_eq!(photos_kept(&app), 0);
}

#[test]
fn the_lists_show_the_photos_of_those_who_have_one() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").create();
    app.tamper("INSERT INTO teams (id, name) VALUES (1, 'Copy'); UPDATE users SET team_id = 1");
    let mut browser = Browser::signed_in(&app, &ada);
    let profile = put(&mut browser, &bert, "bert.png", &png());
    let address = profile.attribute(".profile img", "src").expect("a photo");
    for list in ["/users", "/users?grouping=team", "/users?columns=name,team", "/teams/1"] {
        let page = browser.get(list);
        assert_eq!(page.count("table img.avatar"), 1, "{list}");
        assert_eq!(page.attribute("table img.avatar", "src"), Some(address.clone()), "{list}");
        assert_eq!(page.attribute("table img.avatar", "loading").as_deref(), Some("lazy"), "{list}");
        assert_eq!(page.text_of("table span.avatar"), "AL", "{list}: who has none is shown by initials");
    }
    app.tamper("UPDATE users SET team_id = NULL");
    let found = browser.get("/teams/1?find=bert");
    assert_eq!(found.attribute("#matches img.avatar", "src"), Some(address));
}

#[test]
fn somebody_new_is_created_with_a_photo_or_not_at_all() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.tamper("INSERT INTO teams (id, name) VALUES (1, 'Copy'), (2, 'Motion'), (3, 'Web')");
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users/new");
    assert_eq!(page.attribute("#person", "enctype").as_deref(), Some("multipart/form-data"));
    let cleo = [
        ("first_name", "Cleo"),
        ("last_name", "Marchetti"),
        ("email", "cleo@example.test"),
        ("teams", "1"),
        ("teams", "3"),
        ("about", "Rivers\nand bridges"),
    ];
    let gif = b"GIF89a\x01\0\x01\0".to_vec();
    for (bytes, why) in [(gif, "Only PNG, JPEG and WebP"), (vec![0; (1 << 20) + 1], "too large")] {
        let refused = ada.upload_with(&page, "/users", &cleo, "file", ("cleo.png", &bytes));
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(refused.error_at("file").contains(why), "{}", refused.text());
        assert_eq!(refused.attribute(".notice li a", "href").as_deref(), Some("#file"));
        assert_eq!((refused.value_of("first_name"), refused.value_of("email")), ("Cleo".into(), cleo[2].1.into()));
        assert_eq!(refused.count("[name=teams][checked]"), 2, "what was ticked stays");
        ada.get("/users?filter=all&q=cleo").must_say("No user matches “cleo”");
    }
    let mut without_name = cleo;
    without_name[0].1 = "";
    let refused = ada.upload_with(&page, "/users", &without_name, "file", ("cleo.png", &png()));
    assert_eq!((refused.status, photos_kept(&app)), (422, 0));
    assert!(refused.error_at("file").contains("Choose the photo again"), "{}", refused.text());

    let created = ada.upload_with(&page, "/users", &cleo, "file", ("cleo.png", &png()));
    created.must_say("Cleo Marchetti was created");
    let profile = ada.get(&created.link("To the profile"));
    let photo = profile.attribute(".profile img", "src").expect("a photo");
    assert_eq!(ada.get(&photo).status, 200);
    profile.must_say("Rivers and bridges");
    ada.get(&profile.link("Activity")).must_say("changed the photo of Cleo Marchetti");
    // The creation is undone with it.
    let operation = ada.get(&created.link("See the operation"));
    let plan = ada.submit(&operation, "/edits/undo", &[("act", "undo_edit")]);
    crate::edits::confirm(&mut ada, &plan);
    assert_eq!(ada.get(&photo).status, 404);

    // No file chosen is no photo, and a form of another is refused.
    let other = [("first_name", "Dora"), ("last_name", "Okafor"), ("email", "dora@example.test")];
    ada.upload_with(&page, "/users", &other, "file", ("", b"")).must_say("Dora Okafor was created");
    assert_eq!(ada.upload_raw("/users", "forged", "cleo.png", &png()).status, 403);
}
