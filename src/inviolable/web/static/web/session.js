// On a machine that others use too: while somebody types or points the session goes on, and when nobody did for as long
// as `data-idle` says (seconds) they are signed out, so that no case stays on the screen.

const TELL = 60_000;
const LOOK = 1_000;
const form = document.querySelector("form[data-idle]");
const idle = Number(form.dataset.idle) * 1000;
let last = Date.now();
let told = last;

function here() {
  last = Date.now();
  if (last - told < TELL) return;
  told = last;
  fetch(form.dataset.here, { method: "POST", body: new FormData(form) }).catch(() => {});
}

for (const sign of ["keydown", "pointerdown", "wheel"]) addEventListener(sign, here, { passive: true });
setInterval(() => Date.now() - last > idle && form.submit(), LOOK);
