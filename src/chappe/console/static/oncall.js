// Pages that ring: a line on every screen, and clocks that run. Without this script /oncall renews itself.
"use strict";

const ringing = document.getElementById("ringing");
const board = document.querySelector("[data-mark]");
const EVERY_MS = 2500;
let known = null;
let behind = 0; // this browser's clock against the server's, in seconds

const now = () => Math.floor(Date.now() / 1000) - behind;
const length = (s) => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;

function tick() {
  for (const clock of document.querySelectorAll("[data-since]")) {
    const passed = Math.max(now() - Number(clock.dataset.since), 0);
    const left = Number(clock.dataset.until || 0) - now();
    clock.textContent = clock.dataset.until ? (left < 0 ? `−${length(-left)}` : length(left)) : length(passed);
    clock.classList.toggle("late", clock.dataset.until ? left < 0 : passed > Number(clock.dataset.target || 1e9));
  }
  if (!known || !ringing) return;
  const many = known.open.length;
  ringing.hidden = !many || Boolean(board);
  if (many) {
    const first = known.open[0];
    const words = many === 1 ? ringing.dataset.one : ringing.dataset.many;
    const said = words.replace("{n}", many).replace("{text}", first.text);
    if (ringing.dataset.said !== said) {
      ringing.dataset.said = said;
      ringing.textContent = `${said} `;
      const clock = document.createElement("span");
      clock.className = "chip";
      clock.dataset.since = first.date;
      clock.dataset.target = known.target;
      clock.setAttribute("aria-hidden", "true");
      ringing.append(clock);
    }
  }
}

async function ask() {
  try {
    const answer = await fetch("/oncall/live", { headers: { accept: "application/json" }, redirect: "error" });
    if (answer.ok) {
      known = await answer.json();
      behind = Math.floor(Date.now() / 1000) - known.now;
      const typing = document.activeElement && document.activeElement.closest("main input, main textarea, main select");
      if (board && board.dataset.mark !== known.mark && !typing) location.reload();
    }
  } catch {
    // The server is away for a moment: the clocks go on, and it is asked again.
  }
}

setInterval(tick, 1000);
setInterval(ask, EVERY_MS);
ask().then(tick);

// A form that saves itself while somebody speaks: what was typed outlives the browser.
for (const form of document.querySelectorAll("form[data-keeps]")) {
  let dirty = false;
  const state = document.getElementById(form.dataset.keeps);
  form.addEventListener("input", () => {
    dirty = true;
  });
  setInterval(async () => {
    if (!dirty) return;
    dirty = false;
    try {
      const answer = await fetch(form.dataset.to, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      state.textContent = answer.ok ? state.dataset.kept : state.dataset.lost;
    } catch {
      dirty = true;
      state.textContent = state.dataset.lost;
    }
  }, 2000);
}
