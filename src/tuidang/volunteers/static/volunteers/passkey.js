// A passkey is made, or asked for, by the browser. The page says in `data-options` what is wanted; the answer goes
// into the form's field `credential`, and the form is sent as any other. Without script the password does it all.
"use strict";

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const section = form.closest("[data-with-passkey]");
  if (section) section.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-failed]");
    failed.hidden = true;
    if (lacksName(form)) return;
    try {
      const options = JSON.parse(form.dataset.options);
      const made = form.dataset.passkey === "create" ? await create(options) : await get(options);
      form.elements.credential.value = JSON.stringify(made);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}

// A new device wants a name; said beside the field, in the page's own words.
function lacksName(form) {
  const { label } = form.elements;
  const said = form.querySelector("[data-unnamed]");
  if (!label || !said) return false;
  said.hidden = label.value.trim() !== "";
  label.setAttribute("aria-invalid", String(!said.hidden));
  if (!said.hidden) label.focus();
  return !said.hidden;
}

async function create(options) {
  const made = await navigator.credentials.create({ publicKey: {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((one) => ({ ...one, id: toBytes(one.id) })),
  } });
  return answer(made, {
    clientDataJSON: toText(made.response.clientDataJSON),
    attestationObject: toText(made.response.attestationObject),
  });
}

async function get(options) {
  const signed = await navigator.credentials.get({ publicKey: { ...options, challenge: toBytes(options.challenge) } });
  return answer(signed, {
    clientDataJSON: toText(signed.response.clientDataJSON),
    authenticatorData: toText(signed.response.authenticatorData),
    signature: toText(signed.response.signature),
    userHandle: toText(signed.response.userHandle),
  });
}

const answer = (credential, response) => ({
  id: credential.id, rawId: toText(credential.rawId), type: credential.type, response, clientExtensionResults: {},
});
