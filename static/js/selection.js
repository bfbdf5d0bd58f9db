// Ticking people in a list: the count, the head's checkbox, and a range with Shift. What is ticked goes along to other
// pages with the list's form; how many of those are not in sight, the form says.

(() => {
  let last = null; // the box ticked before, where a range begins

  document.addEventListener("click", (event) => {
    const form = event.target.closest("form[data-selection]");
    if (!form || !event.target.matches("[data-tick]")) return;
    if (modeOf(form) === "all") return;
    if (event.shiftKey && last && form.contains(last)) tickRange(form, last, event.target);
    last = event.target;
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-selection]");
    if (!form) return;
    if (event.target.matches("[data-tick], [data-tick-page]") && modeOf(form) === "all") return refuse(form);
    if (event.target.matches("[data-tick-page]")) {
      for (const box of form.querySelectorAll("[data-tick]")) box.checked = event.target.checked;
    } else if (event.target.matches("[data-tick]")) {
      // Somebody may be in two groups of the page.
      for (const box of form.querySelectorAll(`[data-tick][value="${event.target.value}"]`)) box.checked = event.target.checked;
    } else {
      return;
    }
    show(form, "ticked");
  });

  // The browser keeps ticks on the way back; htmx brings new rows.
  window.addEventListener("pageshow", showEverywhere);
  document.addEventListener("htmx:afterSettle", showEverywhere);

  function showEverywhere() {
    for (const form of document.querySelectorAll("form[data-selection]")) show(form, modeOf(form));
  }

  // One box less is neither all that match nor these: all stay, ticked as they were, and the page says so.
  function refuse(form) {
    for (const box of form.querySelectorAll("[data-tick]")) box.checked = true;
    show(form, "all");
    const notice = document.querySelector("[data-selection-refused]");
    notice?.replaceWith(notice.content);
  }

  function tickRange(form, from, to) {
    const boxes = [...form.querySelectorAll("[data-tick]")];
    const [start, end] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
    for (const box of boxes.slice(start, end + 1)) box.checked = to.checked;
  }

  function modeOf(form) {
    return form.querySelector("input[name=selection]")?.value ?? "ticked";
  }

  function show(form, mode) {
    const field = form.querySelector("input[name=selection]");
    if (field) field.value = mode;
    form.dataset.selection = mode;

    const boxes = [...form.querySelectorAll("[data-tick]")];
    const people = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const head = form.querySelector("[data-tick-page]");
    if (head) {
      head.checked = boxes.length > 0 && people.size === boxes.length;
      head.indeterminate = people.size > 0 && people.size < boxes.length;
    }

    const count = form.querySelector("[data-selection-count]");
    const text = mode === "all" ? form.dataset.all : inWords(people.size, Number(form.dataset.elsewhere ?? 0));
    if (count && count.textContent !== text) count.textContent = text;
  }

  // As the page itself says it without scripts.
  function inWords(here, elsewhere) {
    const number = (n) => n.toLocaleString("en-US");
    if (here + elsewhere === 0) return "Nothing selected";
    const all = `${number(here + elsewhere)} selected`;
    return elsewhere ? `${all}, ${number(elsewhere)} not shown here` : all;
  }
})();
