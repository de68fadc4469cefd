// Times in the zone of this browser, with UTC for who points at them; what is typed in UTC is said in that zone, too.
// Without this script every time is UTC and says so.
"use strict";

const { sayHere: here, sayDays: days } = document.currentScript.dataset;
const { lang } = document.documentElement;
const shown = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {
  day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  timeZoneName: "short",
});
const elsewhere = (date) => date.getTimezoneOffset() !== 0;

for (const one of document.querySelectorAll("time[datetime]")) {
  const date = new Date(one.dateTime);
  if (!elsewhere(date)) continue;
  if (one.textContent.endsWith(" UTC")) {
    one.title = one.textContent;
    one.textContent = shown.format(date);
  } else if (one.hasAttribute("data-hour")) one.title = shown.format(date);
}

// A day of a calendar begins at midnight in UTC, wherever one reads it.
if (elsewhere(new Date())) for (const one of document.querySelectorAll("[data-days]")) one.textContent = days;

for (const field of document.querySelectorAll("input[type=datetime-local]:not([data-zoned])")) {
  const said = document.createElement("span");
  said.id = `${field.id}-here`;
  said.className = "hint";
  field.after(said);
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") || ""} ${said.id}`.trim());
  const say = () => {
    const date = new Date(`${field.value}Z`);
    said.textContent = field.value && elsewhere(date) ? here.replace("{time}", shown.format(date)) : "";
  };
  field.addEventListener("input", say);
  say();
}
