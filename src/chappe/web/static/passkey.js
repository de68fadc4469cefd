// Passkeys: asks the browser for one and sends it with the form. Without this script the password form does the work.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function plain(credential) {
  const answer = credential.response;
  const response = { clientDataJSON: text(answer.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (answer[part]) response[part] = text(answer[part]);
  }
  return JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    clientExtensionResults: {},
  });
}

async function ask(form) {
  const options = JSON.parse(form.dataset.options);
  options.challenge = bytes(options.challenge);
  if (form.dataset.kind === "get") return navigator.credentials.get({ publicKey: options });
  const name = form.elements.name ? form.elements.name.value.trim() : form.dataset.name;
  options.user = { id: bytes(options.user.id), name, displayName: name };
  return navigator.credentials.create({ publicKey: options });
}

for (const form of document.querySelectorAll("form[data-options]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const status = form.querySelector("[role=status]");
    status.textContent = form.dataset.working;
    try {
      form.elements.credential.value = plain(await ask(form));
      form.submit();
    } catch (error) {
      status.textContent = form.dataset.failed;
    }
  });
}
