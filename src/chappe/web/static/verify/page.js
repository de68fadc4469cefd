// Checks this server's log in the browser: signature, growth since last time, every leaf, every published figure; or one
// proof. The checkpoint and the keys seen last stay in this browser, so that a log that was rewritten is noticed.

import { Source, Wrong, checkpoint, committed, followed, grown, key, parsed, proof, same } from "./log.js";
import { Days, LEAST, difference } from "./recount.js";

const form = document.getElementById("verify");
const out = document.getElementById("found");
const bar = form.querySelector("progress");
const said = JSON.parse(form.dataset.said);
const source = new Source(form.dataset.log);
const kept = {
  read: () => parsed(localStorage.getItem("chappe-log") ?? "{}"),
  write: (facts) => localStorage.setItem("chappe-log", JSON.stringify(facts)),
};

const sentence = (code, facts = {}) => said[code].replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");

function say(kind, text, pre) {
  const line = document.createElement(pre ? "pre" : "p");
  line.className = pre ? "mono" : `notice ${kind}`;
  line.textContent = text;
  out.append(line);
}

async function keysOf(before) {
  const shown = await source.text("key");
  if (!shown) throw new Wrong("unread", { name: "key" });
  const lines = shown.split("\n").filter(Boolean);
  if (before.keys && !before.keys.every((line) => lines.includes(line))) throw new Wrong("keys_changed");
  if (!before.keys) say("", sentence("first_time"));
  return Promise.all(lines.map(key));
}

async function whole() {
  const before = kept.read();
  const keys = await keysOf(before);
  const note = await source.text("checkpoint");
  if (note === undefined) throw new Wrong("empty");
  const head = await checkpoint(note, keys);
  const last = before.note ? await checkpoint(before.note, keys) : undefined;
  if (last && last.origin !== head.origin) throw new Wrong("other_log", { before: last.origin, now: head.origin });
  if (last && head.size < last.size) throw new Wrong("shrank", { before: last.size, now: head.size });
  const days = new Days();
  const text = new TextDecoder();
  const sizes = [head.size, ...(last ? [last.size] : [])];
  const roots = await grown(source, head.size, sizes, (leaf, index) => days.add(parsed(text.decode(leaf)), index), (n, of) => {
    bar.max = of;
    bar.value = n;
  });
  if (last && !same(roots.get(last.size), last.root)) throw new Wrong("rewritten", { size: last.size });
  if (!same(roots.get(head.size), head.root)) throw new Wrong("root", { size: head.size });
  say("good", sentence("signed", { origin: head.origin, size: head.size }));
  if (last) say("good", sentence("grown", { size: last.size }));
  const wrong = await figures(days);
  for (const one of wrong) say("danger", one);
  kept.write({ note, keys: keys.map((one) => one.written) });
}

async function figures(days) {
  const listed = await source.json("report/days.json");
  if (!listed) return [];
  const have = listed.days.map((one) => one.day).sort();
  const gaps = [...listed.missing, ...days.names.filter((day) => day < (have.at(-1) ?? "") && !have.includes(day))];
  const wrong = [...new Set(gaps)].map((day) => sentence("missing", { day }));
  const stretches = [
    ...have.map((day) => [day, [day], LEAST]),
    ...[7, 4].flatMap((size) =>
      [...new Set(have.map((day) => day.slice(0, size)))].map((name) => [
        name, have.filter((day) => day.startsWith(name)), size === 7 ? LEAST : 1,
      ]),
    ),
  ];
  for (const [name, parts, least] of stretches) {
    const published = await source.json(`report/${name}.json`);
    const found = published ? difference(published.figures, days.figures(parts, least)) : { figure: "–", published: "–", counted: "–" };
    if (found) wrong.push(sentence("figures", { name, ...found }));
  }
  if (!wrong.length) say("good", sentence("recounted", { days: have.length }));
  return wrong;
}

async function single(written) {
  const given = proof(written.replace(/\r/g, ""));
  const keys = await keysOf(kept.read());
  const head = await checkpoint(given.checkpoint, keys);
  const extra = given.extra ? parsed(new TextDecoder().decode(given.extra)) : {};
  if (!extra.leaf) throw new Wrong("no_leaf");
  const root = await followed(new TextEncoder().encode(extra.leaf), given.index, head.size, given.path);
  if (!same(root, head.root)) throw new Wrong("not_there");
  const leaf = parsed(extra.leaf);
  say("good", sentence("proved", { index: given.index, size: head.size, origin: head.origin }));
  say("", JSON.stringify(leaf, null, 2), true);
  if (extra.salt) {
    if ((await committed(extra.salt, extra.private)) !== leaf.commitment) throw new Wrong("other_facts");
    say("good", sentence("opens"));
    say("", JSON.stringify(parsed(extra.private), null, 2), true);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  out.replaceChildren();
  form.querySelector("button").disabled = true;
  bar.hidden = false;
  bar.removeAttribute("value");
  try {
    const written = form.elements.proof.value.trim();
    await (written ? single(`${written}\n`) : whole());
    out.dataset.done = out.querySelector(".danger") ? "wrong" : "right";
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    say("danger", sentence(error.code, error.facts));
    out.dataset.done = "wrong";
  } finally {
    bar.hidden = true;
    form.querySelector("button").disabled = false;
  }
});

if (globalThis.crypto?.subtle) form.hidden = false;
else say("warn", sentence("insecure"));
