// The sound of the screen in a duty room: while an alarm is open that the ministry does not have, and while the server is
// not heard. live.js keeps what is shown; this reads from it what is to sound.

const SILENCE = 6000;
// What sounds within each second: [from Hz, to Hz, begins, ends], loudness and wave.
const SOUNDS = {
  alarm: { notes: [[520, 1180, 0, 0.5], [1180, 520, 0.5, 1]], gain: 0.5, wave: "sawtooth" },
  drill: { notes: [[880, 880, 0, 0.12], [880, 880, 0.2, 0.32]], gain: 0.25, wave: "sine" },
  lost: { notes: [[330, 330, 0, 0.3], [220, 220, 0.3, 0.7]], gain: 0.3, wave: "square" },
  trial: { notes: [[660, 660, 0, 0.15], [990, 990, 0.15, 0.4]], gain: 0.3, wave: "sine" },
};
const still = matchMedia("(prefers-reduced-motion: reduce)");
const [silence, off, on] = ["silence", "off", "on"].map((name) => document.querySelector(`[data-siren-${name}]`));
const ownTitle = document.title;
let audio = "AudioContext" in window ? new AudioContext() : null;
let heard = Date.now();
let lost = false;
let odd = false;

document.addEventListener("looked", ({ detail }) => {
  if (detail) heard = Date.now();
  lost = !detail && Date.now() - heard > SILENCE;
  const at = new Date(heard).toLocaleTimeString(document.documentElement.lang, { hourCycle: "h23" });
  for (const place of document.querySelectorAll("[data-siren-heard]")) place.textContent = at;
});

function tick() {
  const shown = document.querySelector("[data-siren]").dataset;
  const kind = lost && shown.siren !== "alarm" ? "lost" : shown.siren;
  silence.hidden = !lost;
  const title = lost ? silence.dataset.title : shown.title;
  odd = !odd && !still.matches;
  document.title = title ? `${odd ? "\u25A0\u25A0\u25A0 " : ""}${title} \u00B7 ${ownTitle}` : ownTitle;
  const sounding = audio?.state === "running";
  off.hidden = sounding;
  on.hidden = !sounding;
  if (sounding && kind in SOUNDS) play(SOUNDS[kind]);
}

function play({ notes, gain, wave }) {
  for (const [from, to, begins, ends] of notes) {
    const tone = new OscillatorNode(audio, { type: wave, frequency: from });
    tone.frequency.linearRampToValueAtTime(to, audio.currentTime + ends);
    tone.connect(new GainNode(audio, { gain })).connect(audio.destination);
    tone.start(audio.currentTime + begins);
    tone.stop(audio.currentTime + ends);
  }
}

off.querySelector("button").addEventListener("click", async () => {
  await audio.resume();
  play(SOUNDS.trial);
  tick();
  on.querySelector("button").focus();
});

on.querySelector("button").addEventListener("click", async () => {
  await audio.suspend();
  tick();
  off.querySelector("button").focus();
});

setInterval(tick, 1000);
tick();
document.querySelector("[data-siren-asleep]").hidden = true;
