// A plan asked for from a list opens over the list, and closing it leads back to where one was.

(() => {
  const dialog = document.getElementById("dialog");
  if (!dialog) return;

  let opener = null;   // what had the focus before the dialog opened
  let control = null;  // what had the focus inside it before its content was swapped

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== dialog) return;
    const focused = document.activeElement;
    if (dialog.open) control = dialog.contains(focused) ? keyOf(focused) : null;
    else opener = focused;
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== dialog) return;
    if (dialog.childElementCount === 0) return dialog.close();
    nameAfterItsHeading();
    if (dialog.open) return focusAgain();
    opener?.closest("[popover]")?.hidePopover();
    dialog.showModal();
    focusFirst();
  });

  // Cancel is a link back to the list; the list is right behind the dialog.
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    dialog.close();
  });

  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    dialog.removeAttribute("aria-labelledby");
    // An entry of a menu is hidden by now; the button that opens the menu is not.
    const menu = opener?.closest("[popover]");
    const target = menu ? document.querySelector(`[popovertarget="${menu.id}"]`) : opener;
    if (target?.isConnected) target.focus();
    opener = control = null;
  });

  function nameAfterItsHeading() {
    const heading = dialog.querySelector("h1, h2");
    if (!heading) return;
    heading.id ||= "dialog-title";
    dialog.setAttribute("aria-labelledby", heading.id);
  }

  // The heading first: what is about to happen is read before a button can be pressed.
  function focusFirst() {
    const first = dialog.querySelector("[aria-invalid='true'], [autofocus]") ?? dialog.querySelector("h1, h2");
    if (!first) return;
    if (!first.matches("input, select, textarea, button, a")) first.tabIndex = -1;
    first.focus();
  }

  function focusAgain() {
    const invalid = dialog.querySelector("[aria-invalid='true']");
    const same = control && [...dialog.querySelectorAll("input, select, textarea, button, a, summary")]
      .find((candidate) => keyOf(candidate) === control);
    if (same && !(same.type === "submit" && invalid)) same.focus();
    else if (invalid) invalid.focus();
    else if (!dialog.contains(document.activeElement) || document.activeElement === dialog) focusFirst();
  }

  function keyOf(element) {
    if (element.id) return `#${element.id}`;
    return [element.tagName, element.name, element.type === "radio" || element.type === "submit" ? element.value : ""].join("|");
  }
})();
