/** What can be at the door. */

import type { Word } from "./words";

/**
 * danger: of the alarm that it raises. known, taken: what is known by it, and what is taken for known without asking.
 * whom: whose yes would let them in. commands: the three that fit. called: they were called to help; for which purpose.
 */
export interface Kind {
  readonly danger: string;
  readonly known: Readonly<Record<string, string>>;
  readonly taken?: Readonly<Record<string, string>>;
  readonly whom: string;
  readonly commands?: Word;
  readonly called?: string;
  readonly path: string;
}

/**
 * A crew that was called comes for that alone, this minute, and wants to where people work: nobody there is asked about
 * it, and the paper pack says the same (src/inviolable/door/pack.py). It is taken for an authority of the place, which is
 * the stricter reading. A yes to it names it, so that yes is for it.
 */
const CREW = { actor: "officer", zone: "work", prompt: "yes", crew: "yes", consent_scope: "within" };
/** Whoever is inside has entered where people work; that nothing burns is seen. */
const INSIDE = { zone: "work", emergency: "none" };

export const KINDS: Readonly<Record<string, Kind>> = {
  officers: { danger: "attempted_entry", known: { actor: "officer" }, whom: "officials", commands: "commands", path: "M12 2l8 3v6c0 5-3.5 9-8 11-4.5-2-8-6-8-11V5z" },
  papers: { danger: "attempted_entry", known: { actor: "officer" }, whom: "officials", commands: "commands", path: "M6 2h8l5 5v15H6zM14 2v5h5M9 13h7M9 17h7" },
  inside: { danger: "entry", known: { actor: "officer", entered: "yes" }, taken: INSIDE, whom: "officials", commands: "commands_inside", path: "M3 3h10v18H3zM21 12h-9M15 8l-4 4 4 4" },
  fire: { danger: "fire", known: { emergency: "fire" }, taken: CREW, whom: "fire_brigade", called: "fire", path: "M12 2c1 4 5 6 5 11a5 5 0 0 1-10 0c0-3 2-4 2-7 2 1 3 2 3 4 1-2 1-5 0-8z" },
  ambulance: { danger: "medical", known: { emergency: "medical" }, taken: CREW, whom: "ambulance", called: "rescue", path: "M9 3h6v6h6v6h-6v6H9v-6H3V9h6z" },
  street: { danger: "street_operation", known: { zone: "outside" }, whom: "officials", commands: "commands", path: "M8 2L4 22M16 2l4 20M12 4v3M12 10v4M12 17v4" },
  private: { danger: "intrusion", known: { actor: "private" }, whom: "others", commands: "commands", path: "M12 3a4 4 0 1 0 .01 0zM4 21c0-5 4-8 8-8s8 3 8 8z" },
};

/** Whether one danger says no more than how far the other has gone: whoever is called knows by what is told of it. */
export function isSameDanger(one: string, other: string): boolean {
  const entries = ["attempted_entry", "entry"];
  return one === other || (entries.includes(one) && entries.includes(other));
}

/** Whether these people are a crew that comes to help. */
export function isCrew(whom: string): boolean {
  return Object.values(KINDS).some((kind) => kind.called && kind.whom === whom);
}
