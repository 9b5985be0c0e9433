// Keeps what is marked `data-live` as the server has it now. Without this module the page shows the same when reloaded.

const EVERY = 2000;
const live = document.querySelector("[data-live]");

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { "X-Live": "1" }, redirect: "manual" });
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    lost(!answer.ok);
  } catch {
    lost(true);
  }
}

function show(page) {
  const fresh = page.querySelector("[data-live]");
  // Whoever is writing a reason, or reads with the keyboard inside, is not disturbed by an equal text.
  if (fresh && fresh.innerHTML !== live.innerHTML && !live.contains(document.activeElement)) {
    live.replaceChildren(...fresh.childNodes);
  }
}

function lost(yes) {
  document.querySelector("[data-lost]").hidden = !yes;
}

if (live) setInterval(look, EVERY);
