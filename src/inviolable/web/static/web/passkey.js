// Signs in by a passkey, or makes one, in the browser's own dialogue (Web Authentication Level 3). What is marked
// `data-passkey` is shown where the browser can; it says where to ask for the options, "new" where one is to be made, or
// nothing where the options stand in the page.

for (const place of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
  place.hidden = false;
  document.querySelector("[data-without]")?.remove();
  place.querySelector("button").addEventListener("click", () => use(place));
}

async function use(place) {
  const form = place.closest("form");
  const where = place.dataset.passkey;
  const lost = place.querySelector("[data-lost]");
  lost.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(await credential(where));
  } catch {
    lost.hidden = false; // Whoever said no to the dialogue, or had nothing to show it, may try again.
    return;
  }
  if (where && where !== "new") form.action = where;
  form.submit();
}

async function credential(where) {
  const make = where === "new";
  const { publicKey } = where && !make ? await fetched(where) : JSON.parse(document.getElementById("passkey-options").text);
  return make
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
}

async function fetched(where) {
  const answer = await fetch(where, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}
