// Passkeys. A form with data-passkey="make|use|sign-in" gets its hidden `credential` from the browser, then is sent.
// The options stand in a hidden field, or (sign-in) are fetched from data-options when the button is pressed.

const forms = document.querySelectorAll("form[data-passkey]");

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function withBytes(options) {
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) read[list] = options[list].map((each) => ({ ...each, id: bytes(each.id) }));
  }
  return read;
}

function asJson(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) said[part] = text(response[part]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: said,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  });
}

async function optionsOf(form) {
  const kept = form.querySelector("[data-passkey-options]");
  if (kept) return JSON.parse(kept.value);
  const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function credentialFor(form) {
  const given = await optionsOf(form);
  if (form.dataset.passkey !== "make") {
    return navigator.credentials.get({ publicKey: withBytes(given.request_options.publicKey) });
  }
  const publicKey = withBytes(given.creation_options.publicKey);
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  };
  return navigator.credentials.create({ publicKey });
}

function say(form, sentence) {
  const place = form.querySelector("[data-passkey-error]");
  place.querySelector("p").textContent = sentence;
  place.hidden = false;
}

for (const form of forms) {
  if (!window.PublicKeyCredential) {
    form.querySelector("[data-no-passkeys]").hidden = false;
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    continue;
  }
  form.addEventListener("submit", async (event) => {
    const field = form.elements.namedItem("credential");
    if (field.value) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // or the page would count it as sent already
    try {
      field.value = asJson(await credentialFor(form));
      form.submit();
    } catch (problem) {
      say(form, problem.name === "InvalidStateError" ? form.dataset.known : form.dataset.cancelled);
    }
  }, { capture: true });
}
