//! The columns of a view: chosen, ordered, and in an address of its own.

use roster::users::list::Column;

use crate::support::{Browser, PageSeen, TestApp};

fn heads(page: &PageSeen) -> Vec<String> {
    let html = page.html();
    let heads = scraper::Selector::parse("table thead th").expect("a selector");
    let text = |head: scraper::ElementRef| head.text().collect::<String>().trim().to_owned();
    html.select(&heads).map(text).skip(2).collect()
}

#[test]
fn a_view_shows_its_columns_in_its_order() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let bert = app.person("Bert Cooper").manager(&ada).create();
    app.tamper("INSERT INTO teams (id, name) VALUES (1, 'Copy')");
    app.tamper(&format!(
        "UPDATE users SET team_id = 1, mobile = '0664 1', employee_number = 'E-7', time_zone = 'Europe/Vienna' \
         WHERE id = {}",
        bert.id
    ));
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users?columns=team,name,mobile,manager,employee_number,time_zone,nonsense,team");
    assert_eq!(heads(&page), ["Team", "Name", "Mobile", "Manager", "Employee number", "Time zone"]);
    let row = page.text_of("tbody tr:nth-child(2)");
    for text in ["Copy", "Bert Cooper", "0664 1", "Ada Lindqvist", "E-7", "Europe/Vienna"] {
        assert!(row.contains(text), "{text} in {row}");
    }
    // The name is always there, and nonsense alone is the standard view.
    assert_eq!(heads(&ada.get("/users?columns=email")), ["Name", "Email"]);
    assert_eq!(heads(&ada.get("/users?columns=nonsense")).len(), 7);
    let all: Vec<&str> = Column::ALL.iter().map(|column| column.as_str()).collect();
    assert_eq!(heads(&ada.get(&format!("/users?filter=all&columns={}", all.join(",")))).len(), all.len());
}

#[test]
fn off_since_by_whom_and_why_are_columns() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    let emil = app.person("Emil Hansen").create();
    let mut ada = Browser::signed_in(&app, &ada);
    let plan = crate::lifecycle::plan(&mut ada, "deactivate", &[&emil]);
    crate::lifecycle::confirm(&mut ada, &plan, &[("reason", "Contract ended")]);
    let page = ada.get("/users?filter=all&columns=name,off_since,off_by,off_why");
    assert!(page.text_of("tbody tr:nth-child(2)").contains("25 Nov Ada Lindqvist Contract ended"), "{}", page.text());
    assert!(!page.text_of("tbody tr:nth-child(1)").contains("25 Nov"), "who is active is not off");
}

#[test]
fn columns_are_chosen_and_moved_without_scripts() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    app.person("Bert Cooper").create();
    let mut ada = Browser::signed_in(&app, &ada);
    let page = ada.get("/users?filter=all&sort=email");
    let page = ada.get(&page.leads_to("Columns…"));
    let chosen = [("column", "name"), ("column", "email"), ("column", "team")];
    let moved = ada.ask(&page, "/users/view", &[&chosen[..], &[("move", "up:team")]].concat());
    assert_eq!(moved.text_of("ol .order__row:nth-child(2) label"), "Team");
    assert!(moved.has("ol .order__row:first-child button[value='up:name'][disabled]"), "the first goes no further up");
    let page = ada.ask(&moved, "/users/view", &[("apply", "1")]);
    assert_eq!(page.address, "/users?filter=all&sort=email&columns=name,team,email");
    assert_eq!(heads(&page), ["Name", "Team", "Email"]);
    assert_eq!(heads(&ada.get(&page.leads_to("Standard"))).len(), 7);
}
