//! Templates: nothing inline, nothing that is not there, no form without its token.

use super::{files, nothing, root};

#[test]
fn nothing_is_inline() {
    // The content security policy would drop it silently.
    let mut found = Vec::new();
    for file in files("templates", "html") {
        for (number, line) in file.code() {
            let is_bad = [" style=", "<style", "javascript:", "hx-on"].iter().any(|bad| line.contains(bad))
                || line.split("<script").skip(1).any(|tag| !tag.starts_with(" src="))
                || line.split(" on").skip(1).any(is_handler);
            if is_bad {
                found.push(format!("templates/{}:{number}: {line}", file.path));
            }
        }
    }
    nothing("Inline styles, scripts or handlers:", found);
}

/// What follows ` on`: `click="..."`.
fn is_handler(rest: &str) -> bool {
    rest.split_once('=').is_some_and(|(name, value)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase()) && value.starts_with(['"', '\''])
    })
}

#[test]
fn every_file_a_template_names_is_there() {
    let icons = std::fs::read_to_string(root().join("static/img/icons.svg")).expect("the icons");
    let mut found = Vec::new();
    for file in files("templates", "html") {
        for rest in file.text.split("asset(\"").skip(1) {
            let (name, rest) = rest.split_once('"').expect("a closed name");
            if name != "css/app.css" && !root().join("static").join(name).is_file() {
                found.push(format!("templates/{}: {name}", file.path));
            }
            if let Some((_, icon)) = rest.split_once("}}#").filter(|(between, _)| between.len() < 5) {
                let icon = icon.split('"').next().unwrap_or_default();
                if !icon.contains("{{") && !icons.contains(&format!("id=\"{icon}\"")) {
                    found.push(format!("templates/{}: icon {icon}", file.path));
                }
            }
        }
    }
    nothing("Pictures, scripts or icons that are not there:", found);
}

#[test]
fn every_form_that_changes_something_carries_its_token() {
    let mut found = Vec::new();
    for file in files("templates", "html") {
        for form in file.text.split("<form").skip(1) {
            let form = form.split("</form").next().unwrap_or_default();
            let tag = form.split('>').next().unwrap_or_default();
            if tag.to_lowercase().contains("method=\"post\"") && !form.contains("_token.html") {
                found.push(format!("templates/{}: <form{tag}>", file.path));
            }
        }
    }
    nothing("Forms without the token:", found);
}
