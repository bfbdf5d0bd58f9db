// What had the focus may be swapped away. Then the focus goes to the same control, to what is wrong, or to a heading, and
// never back to the top of the page. Dialogs see to their own content: dialog.js.

(() => {
  let lost = null; // where the focus was, and what had it

  document.addEventListener("htmx:beforeSwap", (event) => {
    const region = event.detail.target;
    const focused = document.activeElement;
    const goes = region?.id && !region.matches("dialog") && region.contains(focused);
    lost = goes ? { region: region.id, key: keyOf(focused) } : null;
  });

  document.addEventListener("htmx:afterSettle", () => {
    const region = lost && document.getElementById(lost.region);
    const key = lost?.key;
    lost = null;
    if (!region || !document.activeElement?.matches("body, dialog")) return;
    const controls = [...region.querySelectorAll("input, select, textarea, button, a, summary")];
    const same = controls.find((control) => keyOf(control) === key);
    const wrong = region.querySelector("[aria-invalid='true']");
    const target = (same?.type === "submit" && wrong) || shown(same) || wrong || headingOf(region);
    if (target && !target.matches("input, select, textarea, button, a, summary")) target.tabIndex = -1;
    target?.focus();
  });

  // An entry of a closed menu is hidden; the button that opens the menu is not.
  function shown(control) {
    const menu = control?.closest("[popover]:not(:popover-open)");
    return menu ? document.querySelector(`[popovertarget="${menu.id}"]`) : control;
  }

  function headingOf(region) {
    return region.querySelector(":is(h1, h2):not([popover] *)") ?? document.querySelector("main h1");
  }

  function keyOf(element) {
    if (element.id) return `#${element.id}`;
    const words = element.matches("input, select, textarea") ? element.value : element.textContent.trim();
    return [element.tagName, element.name, words].join("|");
  }
})();
