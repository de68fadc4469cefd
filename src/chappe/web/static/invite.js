// The page of an invite asks again until there is a code, and shows what is new without losing the reader's place.
"use strict";

const place = document.querySelector("[data-waits]");

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.status === 404) return location.reload();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-waits]");
    if (fresh && fresh.textContent !== place.textContent) place.textContent = fresh.textContent;
  } catch {
    // The server may be starting again; the next look will tell.
  }
  setTimeout(look, Number(place.dataset.waits) * 1000);
}

if (place) setTimeout(look, Number(place.dataset.waits) * 1000);
