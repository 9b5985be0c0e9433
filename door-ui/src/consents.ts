/** Who said yes or no to whom: as it is now by the server's clock, and which of it counts for whoever is here. */

import type { Consent, Standing } from "./link";
import type { Word } from "./words";

/** What can be said of a consent here: `unsure` where it stood and no server says whether it still does. */
export type Now = Omit<Consent, "state"> & { readonly state: Consent["state"] | "unsure" };

/** Consents as they are now: one ends at its time by the server's clock, and lets nobody in whose line is cut. */
export function consentsNow({ consents, connected, ahead }: Standing): Now[] {
  return consents.map((one) => {
    if (one.state !== "stands") return one;
    const { earlier: _, ...now } = one;
    if (Date.parse(one.until!) <= Date.now() + ahead) return { ...now, state: "ended" }; // News, whenever it was given.
    return connected ? one : { ...one, state: "unsure" };
  });
}

/** When it came to be as it is, by the server's clock. */
export function since({ state, given, refused, withdrawn, until, asked }: Now): string {
  if (state === "ended") return withdrawn ?? until!;
  return (state === "refused" ? refused : state === "asked" ? asked : given) ?? asked;
}

/** Whether it is a yes that stands, as far as is known here. */
export function isYes({ state }: Now): boolean {
  return state === "stands" || state === "unsure";
}

/**
 * What counts in the event that goes on: every yes, and of each role the last that it said of the same people and place.
 * The people of whom something was said last come first, and of the same people a no before a yes: they stand side by side.
 */
export function current(all: readonly Now[]): Now[] {
  const newest = ofThisEvent(all);
  const about = ({ whom, zone, role }: Now): string => [whom, zone, role].join();
  const last = newest.filter((one, place) => isYes(one) || newest.findIndex((other) => about(other) === about(one)) === place);
  const people = [...new Set(last.map(({ whom }) => whom))];
  const no = ({ state }: Now): number => (state === "refused" ? 0 : 1);
  return last.sort((one, other) => people.indexOf(one.whom) - people.indexOf(other.whom) || no(one) - no(other));
}

/** The newest first. */
function ofThisEvent(all: readonly Now[]): Now[] {
  return all.filter(({ earlier }) => !earlier).sort((one, other) => Date.parse(since(other)) - Date.parse(since(one)));
}

/** The last that was asked or decided; undefined where nothing was. */
export function latest(all: readonly Now[]): Now | undefined {
  return ofThisEvent(all)[0];
}

/** Whether a yes is contradicted: a no to the same people at the same place, by somebody else or later. */
export function clashes(yes: Now, all: readonly Now[]): boolean {
  return current(all).some(({ state, whom, zone }) => state === "refused" && whom === yes.whom && zone === yes.zone);
}

/** The yes to exactly these people, in this event, that nobody contradicts; to this place before any other. */
export function yesTo(whom: string, zone: string | undefined, all: readonly Now[]): Now | undefined {
  const found = current(all).filter((one) => one.state === "stands" && one.whom === whom && !clashes(one, all));
  return found.find((one) => one.zone === zone) ?? found[0];
}

/** What a line about it is filled in with, in one language. */
export function blanks(one: Now, say: (name: Word) => string, language: string): Record<string, string> {
  return {
    whom: say(`whom_${one.whom}` as Word),
    zone: say(`zone_${one.zone}` as Word),
    purpose: say(`purpose_${one.purpose}` as Word),
    role: one.role ? say(`role_${one.role}` as Word) : "",
    at: moment(since(one), language),
    until: one.until ? moment(one.until, language) : "",
  };
}

/** Hours and minutes; the day as well, where it is not today. */
function moment(written: string, language: string): string {
  const at = new Date(written);
  const time = at.toLocaleTimeString(language, { timeStyle: "short", hourCycle: "h23" });
  const isToday = at.toDateString() === new Date().toDateString();
  return isToday ? time : `${at.toLocaleDateString(language, { day: "numeric", month: "long" })}, ${time}`;
}
