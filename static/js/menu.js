// Menus are native popovers and work without this; here are the arrow keys, and a place beside the button in older browsers.

(() => {
  const anchored = CSS.supports("position-area", "block-end");

  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.(".menu") || event.newState !== "open") return;
    if (!anchored) placeBeside(buttonOf(menu), menu);
  }, true);

  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest(".menu") ?? menuOf(event.target);
    if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    if (!menu.matches(":popover-open")) {
      if (event.key !== "ArrowDown") return;
      menu.showPopover({ source: event.target });
    }
    event.preventDefault();
    const items = [...menu.querySelectorAll("a, button:not(:disabled), input")];
    const here = items.indexOf(document.activeElement);
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = event.key === "Home" ? 0
      : event.key === "End" ? items.length - 1
      : here < 0 ? (step > 0 ? 0 : items.length - 1)
      : (here + step + items.length) % items.length;
    items[next]?.focus();
  });

  // A menu whose focus has gone elsewhere is in the way of the keyboard.
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest(".menu:popover-open");
    const next = event.relatedTarget;
    if (menu && next && !menu.contains(next) && next !== buttonOf(menu)) menu.hidePopover();
  });

  function buttonOf(menu) {
    return document.querySelector(`[popovertarget="${menu.id}"]`);
  }

  function menuOf(element) {
    const id = element.getAttribute?.("popovertarget");
    return id ? document.getElementById(id) : null;
  }

  function placeBeside(button, menu) {
    if (!button) return;
    const box = button.getBoundingClientRect();
    const left = menu.classList.contains("menu--end") ? box.right - menu.offsetWidth : box.left;
    menu.style.top = `${box.bottom}px`;
    menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`;
  }
})();
