// Counts leaves as the daily figures count them: see the description in chappe-verify, which this was written from.

import { Wrong } from "./log.js";

const FIELDS = ["category", "keyword", "ground", "automation", "outcome", "item", "source", "country"];
export const LEAST = 3;

const more = (table, name, n = 1) => (table[name] = (table[name] ?? 0) + n);

class Count {
  constructor() {
    Object.assign(this, { total: 0, fields: {}, items: {}, hours: {}, count: 0, sum: 0 });
  }

  add(leaf) {
    this.total += 1;
    for (const name of FIELDS) if (name in leaf) more((this.fields[name] ??= {}), leaf[name]);
    if ("item" in leaf) {
      const category = leaf.category ?? "";
      more((this.items[leaf.item] ??= {}), "keyword" in leaf ? `${category}/${leaf.keyword}` : category, leaf.items ?? 1);
    }
    if ("hours" in leaf) more(this.hours, leaf.hours);
    this.count = leaf.count ?? 0;
    this.sum += this.count;
  }

  join(other) {
    this.total += other.total;
    for (const part of ["fields", "items"]) {
      for (const [name, table] of Object.entries(other[part])) {
        for (const [value, n] of Object.entries(table)) more((this[part][name] ??= {}), value, n);
      }
    }
    for (const [value, n] of Object.entries(other.hours)) more(this.hours, value, n);
    this.count = other.count;
    this.sum += other.sum;
  }

  figures(least) {
    const out = { total: this.total };
    let delayed = 0;
    for (const [name, table] of Object.entries(this.fields)) {
      out[name] = {};
      for (const [value, n] of Object.entries(table)) {
        if (name === "country" && n < least) delayed += n;
        else out[name][value] = n;
      }
    }
    if (delayed) out.country_delayed = delayed;
    if (Object.keys(this.items).length) out.items = this.items;
    if (Object.keys(this.hours).length) Object.assign(out, { hours: this.hours, median_hours: median(this.hours) });
    if (this.count) out.count = this.count;
    if (this.sum) out.sum = this.sum;
    return out;
  }
}

function median(hours) {
  const ordered = Object.entries(hours).map(([value, n]) => [Number(value), n]).sort(([a], [b]) => a - b);
  const whole = ordered.reduce((sum, [, n]) => sum + n, 0);
  const at = (position) => ordered.find(([, n]) => (position -= n) < 0)[0];
  return (at(Math.floor((whole - 1) / 2)) + at(Math.floor(whole / 2))) / 2;
}

class Stretch {
  constructor() {
    Object.assign(this, { leaves: 0, sealed: 0, opened: 0, instruments: {} });
  }

  add(leaf) {
    this.leaves += 1;
    if ("sealed" in leaf) {
      this.sealed += 1;
      return;
    }
    if ("opens" in leaf) this.opened += 1;
    (this.instruments[leaf.instrument ?? ""] ??= new Count()).add(leaf);
  }

  join(other) {
    for (const name of ["leaves", "sealed", "opened"]) this[name] += other[name];
    for (const [name, count] of Object.entries(other.instruments)) (this.instruments[name] ??= new Count()).join(count);
  }

  figures(still, least) {
    const instruments = Object.entries(this.instruments).map(([name, count]) => [name, count.figures(least)]);
    return {
      leaves: this.leaves,
      instruments: Object.fromEntries(instruments),
      sealed: { made: this.sealed, opened: this.opened, still },
    };
  }
}

// The leaves of a log by day.
export class Days {
  constructor() {
    this.days = new Map();
  }

  add(leaf, index) {
    if (!/^\d{4}-\d\d-\d\dT\d\dZ$/.test(leaf.hour ?? "")) throw new Wrong("hour", { index });
    const day = leaf.hour.slice(0, 10);
    if (!this.days.has(day)) this.days.set(day, new Stretch());
    this.days.get(day).add(leaf);
  }

  get names() {
    return [...this.days.keys()].sort();
  }

  still(last) {
    let open = 0;
    for (const [day, one] of this.days) if (day <= last) open += one.sealed - one.opened;
    return open;
  }

  // The figures over these days, to the last of them.
  figures(days, least = LEAST) {
    const whole = new Stretch();
    for (const day of [...days].sort()) if (this.days.has(day)) whole.join(this.days.get(day));
    return whole.figures(this.still([...days].sort().at(-1)), least);
  }
}

// The first figure that was published otherwise than it was counted.
export function difference(published, counted, place = "") {
  const tables = [published, counted].every((one) => one && typeof one === "object");
  if (!tables) return published === counted ? undefined : { figure: place, published: published ?? "–", counted: counted ?? "–" };
  for (const name of [...new Set([...Object.keys(published), ...Object.keys(counted)])].sort()) {
    const found = difference(published[name], counted[name], place ? `${place}.${name}` : name);
    if (found) return found;
  }
  return undefined;
}
