//! Accessibility as a machine can see it: axe-core over the page as it is shown, contrast of colors included.

use serde_json::json;

use super::Window;

const AXE: &str = include_str!("../../browser/axe-4.14.1.min.js");

/// Fails with every violation: the rule, the element, and what to do.
#[track_caller]
pub fn must_be_accessible(window: &Window, what: &str) {
    window.script(&format!("if (!window.axe) {{ {AXE} }}"), json!([]));
    let found = window.script_that_calls_back(
        "const done = arguments[arguments.length - 1]; \
         axe.run(document, { resultTypes: ['violations'] }).then( \
             (result) => done(result.violations.flatMap((rule) => rule.nodes.map((node) => \
                 `${rule.id}: ${rule.help}\\n    at ${node.target.join(' ')}\\n    ${node.html.slice(0, 200)}\\n    ${node.failureSummary.replace(/\\s+/g, ' ')}`))), \
             (error) => done([`axe failed: ${error}`]));",
        json!([]),
    );
    let found: Vec<&str> = found.as_array().into_iter().flatten().filter_map(|text| text.as_str()).collect();
    assert!(
        found.is_empty(),
        "{what} ({}) breaks {} rules of accessibility:\n{}",
        window.address(),
        found.len(),
        found.join("\n")
    );
}
