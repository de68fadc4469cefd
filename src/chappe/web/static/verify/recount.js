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

class Cell {
  constructor() {
    Object.assign(this, { total: 0, items: 0, people: 0, hours: {}, ground: {} });
  }

  add(leaf) {
    this.total += 1;
    this.items += leaf.items ?? 1;
    this.people += leaf.count ?? 0;
    if ("hours" in leaf) more(this.hours, leaf.hours);
    if ("ground" in leaf) more(this.ground, leaf.ground);
  }

  join(other) {
    for (const name of ["total", "items", "people"]) this[name] += other[name];
    for (const name of ["hours", "ground"]) for (const [value, n] of Object.entries(other[name])) more(this[name], value, n);
  }

  figures() {
    const out = { total: this.total, items: this.items };
    if (this.people) out.people = this.people;
    if (Object.keys(this.hours).length) Object.assign(out, { hours: this.hours, median_hours: median(this.hours) });
    if (Object.keys(this.ground).length) out.ground = this.ground;
    return out;
  }
}

const cells = (outcomes) => Object.fromEntries(Object.entries(outcomes).map(([name, cell]) => [name, cell.figures()]));

// Orders of one instrument: country, empty where it is not known → outcome → what was counted.
class Orders {
  constructor() {
    this.countries = {};
  }

  cell(country, outcome) {
    return ((this.countries[country] ??= {})[outcome] ??= new Cell());
  }

  add(leaf) {
    this.cell(leaf.country ?? "", leaf.outcome ?? "").add(leaf);
  }

  join(other) {
    for (const [country, outcomes] of Object.entries(other.countries)) {
      for (const [outcome, cell] of Object.entries(outcomes)) this.cell(country, outcome).join(cell);
    }
  }

  figures(least) {
    const whole = {};
    const told = {};
    let delayed = 0;
    for (const [country, outcomes] of Object.entries(this.countries)) {
      let leaves = 0;
      for (const [outcome, cell] of Object.entries(outcomes)) {
        (whole[outcome] ??= new Cell()).join(cell);
        leaves += cell.total;
      }
      if (!country) continue;
      if (leaves < least) delayed += leaves;
      else told[country] = cells(outcomes);
    }
    const out = { outcomes: cells(whole) };
    if (Object.keys(told).length) out.countries = told;
    if (delayed) out.country_delayed = delayed;
    return out;
  }
}

const isOrder = (leaf) => leaf.source === "order" && leaf.instrument !== "decision" && leaf.instrument !== "undo";

class Stretch {
  constructor() {
    Object.assign(this, { leaves: 0, sealed: 0, opened: 0, instruments: {}, orders: {} });
  }

  add(leaf) {
    this.leaves += 1;
    if ("sealed" in leaf) {
      this.sealed += 1;
      return;
    }
    if ("opens" in leaf) this.opened += 1;
    (this.instruments[leaf.instrument ?? ""] ??= new Count()).add(leaf);
    if (isOrder(leaf)) (this.orders[leaf.instrument ?? ""] ??= new Orders()).add(leaf);
  }

  join(other) {
    for (const name of ["leaves", "sealed", "opened"]) this[name] += other[name];
    for (const [name, count] of Object.entries(other.instruments)) (this.instruments[name] ??= new Count()).join(count);
    for (const [name, orders] of Object.entries(other.orders)) (this.orders[name] ??= new Orders()).join(orders);
  }

  figures(still, least) {
    const instruments = Object.entries(this.instruments).map(([name, count]) => [name, count.figures(least)]);
    const out = {
      leaves: this.leaves,
      instruments: Object.fromEntries(instruments),
      sealed: { made: this.sealed, opened: this.opened, still },
    };
    const orders = Object.entries(this.orders).map(([name, one]) => [name, one.figures(least)]);
    if (orders.length) out.orders = Object.fromEntries(orders);
    return out;
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
