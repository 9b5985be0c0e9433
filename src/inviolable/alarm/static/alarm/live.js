// Keeps what is marked `data-live` as the server has it now, and tells the page after each look whether it was heard.
// Without this module the page shows the same when reloaded. `data-live` may say from which address, where the page is an
// answer to a form; `data-version` what the page was made of, so that the server need not make it again.

const EVERY = 2000;
const PATIENCE = 5000;
const live = document.querySelector("[data-live]");

async function look() {
  const heard = await ask().catch(() => false);
  document.querySelector("[data-lost]")?.toggleAttribute("hidden", heard);
  document.dispatchEvent(new CustomEvent("looked", { detail: heard }));
  setTimeout(look, EVERY);
}

async function ask() {
  const wish = { headers: { "X-Live": live.dataset.version || "1" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) };
  const answer = await fetch(live.dataset.live || location.href, wish);
  if (answer.status === 200) show(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]"));
  return answer.ok;
}

function show(fresh) {
  // Whoever reads an equal text is not disturbed, and whoever stands on a link with the keyboard stays on it; what
  // somebody unfolded stays so: each part that unfolds has an id, since what stands over it changes.
  if (!fresh || (fresh.innerHTML === live.innerHTML && fresh.dataset.version === live.dataset.version)) return;
  const here = live.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const unfolded = [...live.querySelectorAll("details[open][id]")].map((one) => one.id);
  live.replaceChildren(...fresh.childNodes);
  if (fresh.dataset.version) live.dataset.version = fresh.dataset.version;
  for (const one of live.querySelectorAll("details")) one.open ||= unfolded.includes(one.id);
  if (here) [...live.querySelectorAll("a")].find((link) => link.getAttribute("href") === here)?.focus();
}

if (live) setTimeout(look, EVERY);
