/**
 * What the law says of what is known so far, and which question comes next: what `assess` gives as `entry`
 * (src/inviolable/law/assess.py), worked out here without a network. tests/law/test_advice.py holds both equal.
 */

import { matters, outcomes, readGraph, type Graph, type Known } from "./evaluate";

/** What a leaf of the published graph is (docs/graph.md). */
interface Outcome {
  readonly answer: string;
  readonly do: readonly string[];
  readonly cites: readonly string[];
  readonly tag: string;
  readonly need?: "yes";
}

/** The law of entry at one post, as src/inviolable/law/publish.py writes it. */
export interface Law extends Graph {
  readonly answers: Readonly<Record<string, Outcome>>;
  readonly life_first: Readonly<Record<string, string>>;
}

/** One answer, or `open` with all that are possible; what to do, as keys of texts; ask: the next question, "" where none is. */
export interface Advice {
  readonly answer: string;
  readonly possible: readonly string[];
  readonly do: readonly string[];
  readonly cites: readonly string[];
  readonly tag: string;
  readonly ask: string;
}

const TAGS = ["V", "V~", "A", "M"];
/** Answers that let a rescue crew in, now or once somebody has decided. */
const TO_A_CREW = ["admit_protective_action_only", "disputed"];

/** Checks what came as the law of a post. Throws on any fault. */
export function readLaw(json: unknown): Law {
  const law = json as Law;
  return { answers: law.answers, life_first: law.life_first, ...readGraph(json) };
}

/** What is known becomes what is to be done. skipped: facts that nobody there can tell. Throws where no such world can be. */
export function advise(law: Law, known: Known, skipped: readonly string[] = []): Advice {
  const reached = outcomes(law, known).map((leaf) => law.answers[leaf]!);
  const possible = [...new Set(reached.map(({ answer }) => answer))];
  if (possible.length === 0) throw new Error("these answers contradict each other");
  const answer = possible.length === 1 ? possible[0]! : "open";
  const weakest = Math.max(...reached.map(({ tag }) => TAGS.indexOf(tag)));
  const answers = { ...law, leaves: law.leaves.map((leaf) => leaf && law.answers[leaf]!.answer) };
  const asked = answer === "open" ? matters(answers, known).filter((fact) => !skipped.includes(fact)) : [];
  return {
    answer,
    possible,
    do: toDo(law, known, reached, answer, possible),
    cites: [...new Set(reached.flatMap(({ cites }) => cites))],
    tag: TAGS[weakest]!,
    ask: asked[0] ?? "",
  };
}

function toDo(law: Law, known: Known, reached: Outcome[], answer: string, possible: string[]): string[] {
  const emergency = known["emergency"];
  const first = typeof emergency === "string" && law.life_first[emergency];
  const orders = ["open", "disputed"].includes(answer) ? waiting(reached, answer, possible) : inCommon(reached);
  return [...new Set([...(first ? [first] : []), ...orders.filter((key) => !(first && key === "close-door"))])];
}

function waiting(reached: Outcome[], answer: string, possible: string[]): string[] {
  const crew = possible.some((one) => TO_A_CREW.includes(one)) && reached.every(({ need }) => need === "yes");
  const until = answer === "disputed" ? "disputed-wait" : "wait-for-facts";
  return [until, ...(crew ? ["disputed-crew"] : []), "no-contact", "call-consenter", "archives-closed"];
}

/** What every rule that may stand behind the answer orders. */
function inCommon(reached: Outcome[]): string[] {
  const shared = reached[0]!.do.filter((key) => reached.every((one) => one.do.includes(key)));
  return shared.length > 0 ? shared : ["call-consenter", "archives-closed"];
}
