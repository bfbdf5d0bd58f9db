// Who fills a field in wants it to change: it is ticked with the first sign that is typed or chosen.

document.addEventListener("input", (event) => {
  const field = event.target.closest(".edits__field");
  const tick = field?.querySelector("input[name=tick]");
  if (tick && event.target !== tick) tick.checked = true;
});
