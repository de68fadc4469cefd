// Proves an account on this page: the password is computed with here and never sent; a passkey signs. Then waits for
// the code that an app has asked for, and shows it once.
"use strict";

const form = document.getElementById("proof");
const status = form.querySelector("[role=status]");
const said = form.dataset;

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (data) =>
  btoa(String.fromCharCode(...new Uint8Array(data))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const joined = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));
const number = (data) => BigInt("0x" + [...data].map((one) => one.toString(16).padStart(2, "0")).join(""));
const padded = (value) => {
  const hex = value.toString(16).padStart(512, "0");
  return Uint8Array.from({ length: 256 }, (_, at) => parseInt(hex.slice(at * 2, at * 2 + 2), 16));
};
const digest = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
const salted = (data, salt) => digest(salt, data, salt);

function power(base, exponent, modulus) {
  let result = 1n;
  for (let rest = exponent, square = base % modulus; rest > 0n; rest >>= 1n, square = (square * square) % modulus) {
    if (rest & 1n) result = (result * square) % modulus;
  }
  return result;
}

async function stretched(password, salt1, salt2) {
  const first = await salted(await salted(new TextEncoder().encode(password), salt1), salt2);
  const key = await crypto.subtle.importKey("raw", first, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-512", salt: salt1, iterations: 100000 };
  return salted(new Uint8Array(await crypto.subtle.deriveBits(how, key, 512)), salt2);
}

// https://core.telegram.org/api/srp
async function answer(given, password) {
  const [salt1, salt2, p, b] = [given.salt1, given.salt2, given.p, given.b].map(bytes);
  const [modulus, g] = [number(p), BigInt(given.g)];
  const x = number(await stretched(password, salt1, salt2));
  const a = number(crypto.getRandomValues(new Uint8Array(256)));
  const ga = padded(power(g, a, modulus));
  const k = number(await digest(p, padded(g)));
  const u = number(await digest(ga, b));
  const base = (((number(b) - k * power(g, x, modulus)) % modulus) + modulus) % modulus;
  const key = await digest(padded(power(base, a + u * x, modulus)));
  const [hp, hg] = [await digest(p), await digest(padded(g))];
  const mixed = hp.map((one, at) => one ^ hg[at]);
  return { a: text(ga), m1: text(await digest(mixed, await digest(salt1), await digest(salt2), ga, b, key)) };
}

class Refused extends Error {}

async function post(door, facts) {
  const head = { "content-type": "application/json" };
  const got = await fetch(`/app/api/proof/${door}`, { method: "POST", headers: head, body: JSON.stringify(facts) });
  const found = await got.json();
  if (!got.ok) throw new Refused(said[found.error]?.replace("{wait_s}", found.wait_s) ?? said.failed);
  return found;
}

async function byPassword() {
  const who = form.elements.who.value;
  const given = await post("challenge", { who });
  return post("password", { who, id: given.id, ...(await answer(given, form.elements.password.value)) });
}

async function byPasskey() {
  const options = await post("options", {});
  options.challenge = bytes(options.challenge);
  const used = await navigator.credentials.get({ publicKey: options });
  const response = {};
  for (const part of ["clientDataJSON", "authenticatorData", "signature"]) response[part] = text(used.response[part]);
  const credential = JSON.stringify({ id: used.id, rawId: text(used.rawId), type: used.type, response });
  return post("passkey", { credential });
}

async function shows(proven) {
  form.elements.password.value = "";
  document.getElementById("number").textContent = proven.shown;
  document.getElementById("proven").hidden = false;
  form.hidden = true;
  const place = document.getElementById("code");
  if (!proven.ticket) {
    place.textContent = said.elsewhere;
    return;
  }
  place.textContent = said.none;
  for (;;) {
    const { code } = await post("code", { ticket: proven.ticket });
    if (code) {
      place.textContent = code;
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

async function attempt(way) {
  status.textContent = said.working;
  try {
    const proven = await way();
    status.textContent = "";
    await shows(proven);
  } catch (error) {
    form.hidden = false;
    document.getElementById("proven").hidden = true;
    status.textContent = error instanceof Refused ? error.message : said.failed;
  }
}

if (crypto.subtle) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(byPassword);
  });
  const passkey = document.getElementById("passkey");
  if (passkey && window.PublicKeyCredential) {
    passkey.hidden = false;
    passkey.addEventListener("click", () => attempt(byPasskey));
  }
} else {
  document.getElementById("insecure").hidden = false;
}
