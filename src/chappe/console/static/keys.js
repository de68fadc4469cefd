// Keys: what has `data-key` is pressed by that key, or by two in a row ("g q"). `?` shows the map. Without this script
// everything works by pointing and by Tab.
"use strict";

const marked = () => [...document.querySelectorAll("[data-key]")].filter((one) => one.getClientRects().length);
const typing = (at) => at.closest("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]");
const map = document.getElementById("keys");
let before = "";

function press(one) {
  if (one.matches("input:not([type=checkbox],[type=radio]), textarea, select")) return one.focus();
  if (one.matches("details")) {
    one.open = !one.open;
    const first = one.open && one.querySelector("[data-first]");
    return (first || one.querySelector("summary")).focus();
  }
  one.focus();
  one.click();
}

function showMap() {
  const list = map.querySelector("dl");
  list.replaceChildren();
  for (const one of marked()) {
    const [key, said] = [document.createElement("dt"), document.createElement("dd")];
    const words = one.dataset.key.split(" ");
    words.forEach((word, at) => {
      if (at) key.append(` ${map.dataset.then} `);
      const cap = document.createElement("kbd");
      cap.textContent = word;
      key.append(cap);
    });
    said.textContent = one.dataset.says || one.getAttribute("aria-label") || one.textContent.trim();
    list.append(key, said);
  }
  map.showModal();
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
  if (next) next.focus();
  return rows.length > 0;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || map.open) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "?") {
    event.preventDefault();
    return showMap();
  }
  if (!before && (event.key === "j" || event.key === "k") && step(event.key === "j" ? 1 : -1)) {
    return event.preventDefault();
  }
  const asked = before ? `${before} ${event.key}` : event.key;
  const keys = marked();
  const found = keys.find((one) => one.dataset.key === asked);
  before = "";
  if (found) {
    event.preventDefault();
    press(found);
  } else if (keys.some((one) => one.dataset.key.startsWith(`${event.key} `))) {
    before = event.key;
  }
});

for (const opener of document.querySelectorAll("[data-map]")) {
  opener.hidden = false;
  opener.addEventListener("click", showMap);
}
