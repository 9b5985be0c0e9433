/** How things stand, in lines above every screen: each alarm, and who may come in, who may not, who must come out. */

import { blanks, clashes, consentsNow, current } from "./consents";
import { isSameDanger } from "./kinds";
import type { Alarm, Standing } from "./link";
import { make } from "./page";
import type { Place, Said } from "./store";
import { LANGUAGES, type Word } from "./words";

/** Milliseconds after which an alarm that nobody has taken is said to be not received. */
export const NOT_RECEIVED = 3_000;

/** pressed: the alarm whose sentence is on the screen, received: when the server took it. */
export interface Seen {
  readonly place: Place | undefined;
  readonly standing: Standing;
  readonly pressed: Said | null;
  readonly received: Date | null;
  readonly language: string;
  readonly say: (name: Word, blanks?: Record<string, string>) => string;
  readonly clock: (at: Date) => string;
}

/** Whether the server will never take it. */
export function isRefused({ refused }: Standing, { id }: Said): boolean {
  return refused.includes(id);
}

/** Whatever somebody looks at: who may come in, who may not, who must come out, each to be touched for its words. */
export function decisionsOf({ standing, language, say }: Seen, show: () => void): HTMLElement[] {
  const all = consentsNow(standing);
  const made = current(all).filter(({ state }) => state !== "asked");
  return made.map((one) => {
    const isClash = one.state === "stands" && clashes(one, all);
    const text = say(`decision_${one.state as "stands"}`, blanks(one, say, language));
    return make("button", { className: isClash ? "clash" : one.state, onclick: show }, text);
  });
}

/** How each alarm stands, or the line where there is none: how it is meant (good, care, bad), and in words. */
export function linesOf(now: Seen): [string, ...string[]] {
  const { place, standing, pressed, received, say, clock } = now;
  if (!place) return [""];
  const call = place.call;
  const alarms = standing.alarms.filter((one) => isToldOf(one, now));
  const each = alarms.map((one) => alarmLine(one, now));
  const waits = pressed && !received ? pressed : standing.waiting.find((one) => one.say === "press" && !one.quiet);
  if (pressed && isRefused(standing, pressed)) {
    return ["bad", call ? say("refused", { call }) : say("refused_no_number"), ...each];
  }
  if (waits) {
    const time = clock(waits.made);
    if (standing.connected && Date.now() - waits.made.getTime() < NOT_RECEIVED) return ["care", say("sending", { time }), ...each];
    const not = call ? say("not_received", { call }) : say("not_received_no_number");
    return ["bad", not, say("not_received_more", { time }), ...each];
  }
  if (!standing.connected && !pressed) {
    if (standing.code) return ["bad", say("unknown", { code: standing.code })];
    return ["bad", call ? say("not_connected", { call }) : say("not_connected_no_number"), ...each];
  }
  if (pressed && received && !alarms.some(({ danger }) => isSameDanger(danger, pressed.more["danger"]!))) {
    each.unshift(say("received", { time: clock(received), what: what(now, pressed.more["danger"]!) }));
    return ["care", ...each];
  }
  if (each.length === 0) return ["good", say("connected")];
  return [alarms.every(({ ended }) => ended) ? "good" : "care", ...each];
}

/** A silent press is a threat; nothing on the screen tells of one. What was stood down is told while it is of this event. */
function isToldOf({ danger, ended }: Alarm, { pressed, standing }: Seen): boolean {
  if (danger === "threat") return false;
  const open = standing.alarms.filter((one) => !one.ended && one.danger !== "threat");
  const began = Math.min(...open.map(({ raised }) => Date.parse(raised)), pressed ? pressed.made.getTime() + standing.ahead : Infinity);
  return !ended || Date.parse(ended) > began;
}

function alarmLine({ danger, raised, seen, ended }: Alarm, now: Seen): string {
  const { say, clock } = now;
  const said = [say("received", { time: clock(new Date(raised)), what: what(now, danger) })];
  if (seen) said.push(say("seen", { time: clock(new Date(seen.at)), role: role(now, seen.role) }));
  if (ended) said.push(say("ended", { time: clock(new Date(ended)) }));
  return said.join(" · ");
}

function what({ say }: Seen, danger: string): string {
  return say(`danger_${danger}` as Word);
}

function role({ say }: Seen, name: string): string {
  const known = `role_${name}`;
  return say((known in LANGUAGES["en"]! ? known : "role_other") as Word);
}
