//! Accessibility as a machine can see it: axe-core over the page as it is shown, contrast of colors included.

use serde_json::json;

use super::Window;

const AXE: &str = include_str!("../../browser/axe-4.14.1.min.js");

/// Fails with every violation: the rule, the element, and what to do.
#[track_caller]
pub fn must_be_accessible(window: &Window, what: &str) {
    let found = violations(window);
    assert!(found.is_empty(), "{what} ({}), rules that are broken:\n{}", window.address(), found.join("\n"));
}

pub fn violations(window: &Window) -> Vec<String> {
    window.script(&format!("if (!window.axe) {{ {AXE} }}"), json!([]));
    let found = window.script_that_calls_back(LOOK, json!([]));
    found.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

const LOOK: &str = r"
    const done = arguments[arguments.length - 1];
    const words = (rule, node) => `${rule.id}: ${rule.help}
    at ${node.target.join(' ')}
    ${node.html.slice(0, 200)}
    ${node.failureSummary.replace(/\s+/g, ' ')}`;
    axe.run(document, { resultTypes: ['violations'] }).then(
        (result) => done(result.violations.flatMap((rule) => rule.nodes.map((node) => words(rule, node)))),
        (error) => done([`axe failed: ${error}`]));
";
