// One key for each decision, while a claim is in focus; j begins with the first. Without this the buttons do it.

const work = document.querySelector("[data-work]");
const open = [...(work?.querySelectorAll("[data-open]") ?? [])];

function focusOn(item) {
  item?.focus({ preventScroll: true });
  item?.scrollIntoView({ block: "center" });
}

// The passage that a claim was read at is shown in the text beside it.
function show(item) {
  document.querySelector("mark.here")?.classList.remove("here");
  const passage = document.getElementById(`at-${item.dataset.start}`);
  passage?.classList.add("here");
  const text = passage?.closest(".words");
  if (text) text.scrollTop = passage.offsetTop - text.offsetTop - text.clientHeight / 3;
}

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
  const item = event.target.closest("[data-open]");
  const at = open.indexOf(item);
  if (event.key === "j") focusOn(open[at + 1]);
  else if (event.key === "k" && item) focusOn(open[at - 1]);
  else {
    const key = CSS.escape(event.key);
    const doing = item?.querySelector(`[data-key="${key}"]`) ?? (event.key === "n" && work.querySelector('[data-key="n"]'));
    if (!doing) return;
    doing.click();
  }
  event.preventDefault();
}

if (work) {
  document.addEventListener("keydown", press);
  for (const item of open) item.addEventListener("focusin", () => show(item));
  for (const hint of work.querySelectorAll(".keys")) hint.hidden = false;
  // After a decision the page goes on behind the place that it was about. A browser puts the focus on what the address
  // names, before or after this runs.
  const at = new URLSearchParams(location.search).get("at") ?? "";
  const next = open.find((item) => item.dataset.place > at) ?? open[0] ?? work.querySelector('[data-key="n"]');
  work.addEventListener("focus", () => focusOn(next));
  if (location.hash === "#claims") focusOn(next);
}
