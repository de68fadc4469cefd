// Reads a log from its public files alone: signed notes, checkpoints, bundles of leaves, proofs; and the tree of RFC 6962.
// Formats: https://c2sp.org/signed-note, tlog-checkpoint, tlog-tiles, tlog-proof. Wrong(code, facts) is what is not as it
// should be; the page has a sentence for each code.

export class Wrong extends Error {
  constructor(code, facts = {}) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}

const WIDTH = 256;
const utf8 = new TextEncoder();
const read = new TextDecoder();

export function base64(text) {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) throw new Wrong("base64");
  return Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
}

export const hex = (data) => [...new Uint8Array(data)].map((one) => one.toString(16).padStart(2, "0")).join("");
export const same = (a, b) => a.length === b.length && a.every((one, at) => one === b[at]);
const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
export const leafHash = (leaf) => sha256(joined(LEAF, leaf));
export const nodeHash = (left, right) => sha256(joined(NODE, left, right));

export async function key(written) {
  const [, name, id, data] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(written.trim()) ?? [];
  const raw = data ? base64(data) : new Uint8Array();
  if (raw.length !== 33 || raw[0] !== 1) throw new Wrong("key");
  if (hex((await sha256(joined(utf8.encode(`${name}\n`), raw))).slice(0, 4)) !== id) throw new Wrong("key");
  const made = await crypto.subtle.importKey("raw", raw.slice(1), "Ed25519", false, ["verify"]);
  return { name, id, made, written: written.trim() };
}

// The text of a note that one of the keys has signed.
export async function opened(note, keys) {
  const cut = note.lastIndexOf("\n\n");
  if (cut < 0) throw new Wrong("unsigned");
  const text = note.slice(0, cut + 1);
  let vouched = false;
  for (const line of note.slice(cut + 2).split("\n").filter(Boolean)) {
    const words = line.split(" ");
    if (words.length !== 3 || words[0] !== "\u2014") throw new Wrong("unsigned");
    const made = base64(words[2]);
    for (const one of keys) {
      if (one.name !== words[1] || one.id !== hex(made.slice(0, 4))) continue;
      if (!(await crypto.subtle.verify("Ed25519", one.made, made.slice(4), utf8.encode(text)))) {
        throw new Wrong("signature", { key: one.name });
      }
      vouched = true;
    }
  }
  if (!vouched) throw new Wrong("untrusted");
  return text;
}

export async function checkpoint(note, keys) {
  const lines = (await opened(note, keys)).split("\n");
  if (lines.length < 4 || !/^(?:0|[1-9][0-9]{0,15})$/.test(lines[1])) throw new Wrong("checkpoint");
  const root = base64(lines[2]);
  if (root.length !== 32) throw new Wrong("checkpoint");
  return { origin: lines[0], size: Number(lines[1]), root, note };
}

// The files of a log under its address.
export class Source {
  constructor(base) {
    this.base = base;
  }

  async bytes(name) {
    const answer = await fetch(this.base + name, { cache: "no-cache" }).catch(() => undefined);
    if (!answer || (!answer.ok && answer.status !== 404)) throw new Wrong("unread", { name });
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
  }

  async text(name) {
    const data = await this.bytes(name);
    return data && read.decode(data);
  }

  async json(name) {
    const text = await this.text(name);
    return text === undefined ? undefined : parsed(text);
  }

  // One bundle of leaves, or a wider one that it is the beginning of.
  async bundle(n, width) {
    const digits = String(n);
    const parts = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.../g);
    const name = `tile/entries/${parts.map((part, at) => (at < parts.length - 1 ? `x${part}` : part)).join("/")}`;
    const found = (width < WIDTH && (await this.bytes(`${name}.p/${width}`))) || (await this.bytes(name));
    if (!found) throw new Wrong("cut", { first: n * WIDTH, last: n * WIDTH + width - 1 });
    return leaves(found).slice(0, width);
  }
}

export function parsed(text) {
  try {
    const found = JSON.parse(text);
    if (found && typeof found === "object" && !Array.isArray(found)) return found;
  } catch {
    // said below
  }
  throw new Wrong("json");
}

function leaves(data) {
  const found = [];
  for (let at = 0; at < data.length; ) {
    const size = at + 1 < data.length ? (data[at] << 8) | data[at + 1] : data.length;
    at += 2;
    if (at + size > data.length) throw new Wrong("bundle");
    found.push(data.subarray(at, at + size));
    at += size;
  }
  return found;
}

// A tree that grows; it keeps one hash for each binary digit of its size.
export class Growing {
  constructor() {
    this.size = 0;
    this.peaks = [];
  }

  async add(hash) {
    let made = hash;
    for (let size = this.size; size % 2; size = Math.floor(size / 2)) made = await nodeHash(this.peaks.pop(), made);
    this.peaks.push(made);
    this.size += 1;
  }

  async root() {
    if (!this.peaks.length) return sha256(new Uint8Array());
    let root = this.peaks.at(-1);
    for (const peak of this.peaks.slice(0, -1).reverse()) root = await nodeHash(peak, root);
    return root;
  }
}

// Every leaf of the log in order, hashed; `each` sees it. The roots at the sizes asked for.
export async function grown(source, size, sizes, each, progress) {
  const tree = new Growing();
  const roots = new Map();
  const look = async () => sizes.includes(tree.size) && roots.set(tree.size, await tree.root());
  await look();
  let next = size ? source.bundle(0, Math.min(WIDTH, size)) : undefined;
  for (let n = 0; n * WIDTH < size; n += 1) {
    const rest = size - (n + 1) * WIDTH;
    const found = await next;
    next = rest > 0 ? source.bundle(n + 1, Math.min(WIDTH, rest)) : undefined;
    next?.catch(() => undefined);
    if (found.length < Math.min(WIDTH, size - n * WIDTH)) throw new Wrong("cut", { first: tree.size + found.length, last: size - 1 });
    const hashes = await Promise.all(found.map(leafHash));
    for (const [at, hash] of hashes.entries()) {
      each(found[at], tree.size);
      await tree.add(hash);
      await look();
    }
    progress(tree.size, size);
  }
  return roots;
}

export function proof(text) {
  const cut = text.indexOf("\n\n");
  const lines = text.slice(0, cut).split("\n");
  if (cut < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Wrong("proof");
  const extra = lines[0]?.startsWith("extra ") ? base64(lines.shift().slice(6)) : undefined;
  const index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? "");
  if (!index) throw new Wrong("proof");
  return { extra, index: Number(index[1]), path: lines.map(base64), checkpoint: text.slice(cut + 2) };
}

// The root that the path leads to from this leaf.
export async function followed(leaf, index, size, path) {
  if (index >= size) throw new Wrong("beyond", { index, size });
  const steps = [...path];
  let root = await leafHash(leaf);
  for (let at = index, last = size - 1; last > 0; at = Math.floor(at / 2), last = Math.floor(last / 2)) {
    if (at % 2 === 0 && at === last) continue;
    const step = steps.shift();
    if (!step) throw new Wrong("proof");
    root = at % 2 ? await nodeHash(step, root) : await nodeHash(root, step);
  }
  if (steps.length) throw new Wrong("proof");
  return root;
}

export async function committed(saltHex, text) {
  if (!/^(?:[0-9a-f]{2})+$/.test(saltHex)) throw new Wrong("salt");
  const salt = Uint8Array.from(saltHex.match(/../g), (pair) => parseInt(pair, 16));
  const made = await crypto.subtle.importKey("raw", salt, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return hex(await crypto.subtle.sign("HMAC", made, utf8.encode(text)));
}
