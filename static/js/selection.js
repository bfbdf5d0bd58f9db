// Ticking people in a list: the count, the head's checkbox, a range with Shift, and "all that match".

(() => {
  let last = null; // the box ticked before, where a range begins

  document.addEventListener("click", (event) => {
    const form = event.target.closest("form[data-selection]");
    if (!form) return;

    if (event.target.matches("[data-tick]")) {
      if (event.shiftKey && last && form.contains(last)) tickRange(form, last, event.target);
      last = event.target;
    } else if (event.target.closest("[data-selection-clear]")) {
      event.preventDefault();
      select(form, "ticked", false);
    } else if (event.target.closest("[data-selection-all]")) {
      event.preventDefault();
      select(form, "all", true);
    }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-selection]");
    if (!form) return;
    if (event.target.matches("[data-tick-page]")) select(form, "ticked", event.target.checked);
    else if (event.target.matches("[data-tick]")) show(form, "ticked"); // one box less is not "all" any more
  });

  // The browser keeps ticks on the way back; htmx brings new rows.
  window.addEventListener("pageshow", showEverywhere);
  document.addEventListener("htmx:afterSettle", showEverywhere);

  function showEverywhere() {
    for (const form of document.querySelectorAll("form[data-selection]")) show(form, modeOf(form));
  }

  function tickRange(form, from, to) {
    const boxes = [...form.querySelectorAll("[data-tick]")];
    const [start, end] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
    for (const box of boxes.slice(start, end + 1)) box.checked = to.checked;
  }

  function select(form, mode, checked) {
    for (const box of form.querySelectorAll("[data-tick]")) box.checked = checked;
    show(form, mode);
  }

  function modeOf(form) {
    return form.querySelector("input[name=selection]")?.value ?? "ticked";
  }

  function show(form, mode) {
    const field = form.querySelector("input[name=selection]");
    if (field) field.value = mode;
    form.dataset.selection = mode;

    const boxes = [...form.querySelectorAll("[data-tick]")];
    const ticked = boxes.filter((box) => box.checked).length;

    const head = form.querySelector("[data-tick-page]");
    if (head) {
      head.checked = boxes.length > 0 && ticked === boxes.length;
      head.indeterminate = ticked > 0 && ticked < boxes.length;
    }

    const count = form.querySelector("[data-selection-count]");
    const text = mode === "all" ? "All that match selected" : ticked ? `${ticked} selected` : "Nothing selected";
    if (count && count.textContent !== text) count.textContent = text;
  }
})();
