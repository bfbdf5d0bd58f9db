//! Whatever is written into the audit log can be read there.

use roster::audit::acts;

use super::{files, nothing};

/// The acts that the code writes: `Event::new("user.created", …)`, `event("user.leave_moved", …)`.
#[test]
fn every_act_that_is_written_has_a_sentence() {
    let mut found = 0;
    let mut silent = Vec::new();
    for file in files("src", "rs") {
        if file.path.starts_with("audit/") {
            continue;
        }
        let text: String = file.text.split_whitespace().collect();
        // Of companies, teams and so on: `concat!($unit, ".created")`, for each `acts!("team")`.
        for unit in text.split("=>&acts!(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let what = text.split("concat!($unit,\"").skip(1).filter_map(|rest| rest.split('"').next());
            silent.extend(what.map(|what| format!("{unit}{what}")).filter(|act| !acts::is_known(act)));
        }
        for start in ["Event::new(\"", "event(\""] {
            for rest in text.split(start).skip(1) {
                let act = rest.split('"').next().unwrap_or_default();
                found += 1;
                if !acts::is_known(act) {
                    silent.push(format!("{} in src/{}", act, file.path));
                }
            }
        }
    }
    assert!(found > 15, "only {found} acts were found");
    nothing("Acts without a sentence in src/audit/acts.rs:", silent);
}
