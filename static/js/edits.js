// Who fills a field in wants it to change: it is ticked with the first sign that is typed or chosen.

document.addEventListener("input", (event) => {
  const field = event.target.closest(".edits__field");
  const tick = field?.querySelector("input[name=tick]");
  if (tick && event.target !== tick) tick.checked = true;
});

// What comes in place of a plan begins at its top, with what is wrong with it, or with its heading.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "plan") return;
  const sheet = document.getElementById("plan");
  if (!sheet || sheet.closest("dialog")) return;
  sheet.scrollIntoView({ block: "start" });
  const first = sheet.querySelector("[aria-invalid='true'], [role='alert']") ?? sheet.querySelector("h1, h2");
  if (!first) return;
  if (!first.matches("input, select, textarea")) first.tabIndex = -1;
  first.focus();
});
