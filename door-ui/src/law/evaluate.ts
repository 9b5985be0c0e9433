/**
 * The third execution of the law: a published decision graph, read in the browser.
 *
 * A graph asks one fact per node, always in the same order, and no path asks a fact twice. So
 * following known answers and forking on unknown ones reaches exactly the answers that some completion
 * of the facts gives: never fewer, never more. Leaves that are null are worlds that cannot be.
 * The format is described in docs/graph.md and written by src/inviolable/law/publish.py.
 */

export interface Fact {
  readonly id: string;
  readonly values: readonly string[];
}

/** A node or leaf: from 0 up a place in `nodes`, below 0 the leaf at place -ref - 1. */
type Ref = number;

export interface Graph {
  readonly facts: readonly Fact[];
  /** Each [place of the fact asked, child per value]. */
  readonly nodes: readonly (readonly number[])[];
  readonly leaves: readonly (string | null)[];
  readonly root: Ref;
}

/** What is known: a fact's value, or the values that stand against each other. Absent: unknown. */
export type Known = Readonly<Record<string, string | readonly string[]>>;

/** The answer for complete facts; null where no such world can be. Throws on a missing or unknown value. */
export function decide(graph: Graph, facts: Readonly<Record<string, string>>): string | null {
  let ref = graph.root;
  while (ref >= 0) {
    const node = graph.nodes[ref]!;
    const fact = graph.facts[node[0]!]!;
    const value = facts[fact.id];
    if (value === undefined) throw new Error(`${fact.id} is not known; use outcomes() for incomplete facts`);
    ref = node[placeOf(fact, value) + 1]!;
  }
  return graph.leaves[-ref - 1]!;
}

/** Every answer that some possible completion of what is known gives, in the order of the leaves. */
export function outcomes(graph: Graph, known: Known): string[] {
  const allowed = allowedPlaces(graph, known);
  const met = new Uint8Array(graph.nodes.length);
  const reached = new Uint8Array(graph.leaves.length);
  const waiting = [graph.root];
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (ref < 0) {
      reached[-ref - 1] = 1;
    } else if (!met[ref]) {
      met[ref] = 1;
      const node = graph.nodes[ref]!;
      for (const place of allowed[node[0]!]!) waiting.push(node[place + 1]!);
    }
  }
  return graph.leaves.filter((leaf, place): leaf is string => reached[place] === 1 && leaf !== null);
}

/**
 * The facts that can still make a difference: some two possible completions that differ in this fact
 * alone have different answers. (Looking at one fact's effect on the set of answers is not enough: two
 * facts that matter only together would both seem idle.)
 */
export function matters(graph: Graph, known: Known): string[] {
  const allowed = allowedPlaces(graph, known);
  return graph.facts.filter((_, fact) => allowed[fact]!.length > 1 && tells(graph, allowed, fact)).map(({ id }) => id);
}

/** Follows two worlds at once that agree on every fact but one. */
function tells(graph: Graph, allowed: readonly (readonly number[])[], differing: number): boolean {
  const end = graph.facts.length;
  const asks = (ref: Ref): number => (ref < 0 ? end : graph.nodes[ref]![0]!);
  const follow = (ref: Ref, fact: number, place: number): Ref =>
    asks(ref) === fact ? graph.nodes[ref]![place + 1]! : ref;
  const met = new Set<string>();
  const waiting: [Ref, Ref][] = [[graph.root, graph.root]];
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    const [one, other] = pair;
    const fact = Math.min(asks(one), asks(other));
    const key = `${one} ${other}`;
    // Once the differing fact has been passed, two worlds in one place stay together.
    if (met.has(key) || (one === other && fact > differing)) continue;
    met.add(key);
    if (fact === end) {
      const [here, there] = [graph.leaves[-one - 1]!, graph.leaves[-other - 1]!];
      if (here !== there && here !== null && there !== null) return true;
      continue;
    }
    for (const place of allowed[fact]!) {
      for (const second of fact === differing ? allowed[fact]! : [place]) {
        waiting.push([follow(one, fact, place), follow(other, fact, second)]);
      }
    }
  }
  return false;
}

/** For each fact of the graph the places of the values it may have. Facts the graph never asks are left aside. */
function allowedPlaces(graph: Graph, known: Known): (readonly number[])[] {
  return graph.facts.map((fact) => {
    const given = known[fact.id];
    if (given === undefined) return fact.values.map((_, place) => place);
    if (typeof given === "string") return [placeOf(fact, given)];
    if (given.length === 0) throw new Error(`${fact.id} has an empty list; leave it out when it is unknown`);
    return given.map((value) => placeOf(fact, value));
  });
}

function placeOf(fact: Fact, value: string): number {
  const place = fact.values.indexOf(value);
  if (place < 0) throw new Error(`${fact.id} cannot be "${value}"; it is one of ${fact.values.join(", ")}`);
  return place;
}

/** Checks the shape of published JSON, so that the functions above can rely on it. Throws on any fault. */
export function readGraph(json: unknown): Graph {
  const graph = record(json, "the graph");
  if (graph["v"] !== 1) fail(`its version is ${JSON.stringify(graph["v"])}, and only 1 is known`);
  const facts = list(graph["facts"], "facts").map((item, place): Fact => {
    const fact = record(item, `facts[${place}]`);
    const values = list(fact["values"], `facts[${place}].values`).map((value) => text(value, `facts[${place}].values`));
    if (values.length === 0 || new Set(values).size < values.length) fail(`facts[${place}] has no or equal values`);
    return { id: text(fact["id"], `facts[${place}].id`), values };
  });
  if (new Set(facts.map(({ id }) => id)).size < facts.length) fail("a fact is listed twice");
  const leaves = list(graph["leaves"], "leaves").map((leaf) => (leaf === null ? null : text(leaf, "leaves")));
  const nodes = list(graph["nodes"], "nodes").map((item, place) =>
    list(item, `nodes[${place}]`).map((entry) => integer(entry, `nodes[${place}]`)),
  );
  const root = integer(graph["root"], "root");
  const exists = (ref: Ref): boolean => (ref >= 0 ? ref < nodes.length : -ref <= leaves.length);
  if (!exists(root)) fail(`root ${root} points nowhere`);
  nodes.forEach(([asked, ...children], place) => {
    const fact = asked === undefined ? undefined : facts[asked];
    if (fact === undefined) return fail(`nodes[${place}] asks a fact that is not listed`);
    if (children.length !== fact.values.length) fail(`nodes[${place}] has not one child per value of ${fact.id}`);
    for (const child of children) {
      if (!exists(child)) fail(`nodes[${place}] points to ${child}, which is nowhere`);
      // This also excludes circles, and facts asked twice.
      if (child >= 0 && !(nodes[child]![0]! > asked!)) fail(`nodes[${place}] asks facts out of order`);
    }
  });
  return { facts, nodes, leaves, root };
}

function fail(what: string): never {
  throw new Error(`This is no decision graph: ${what}.`);
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail(`${what} is no object`);
  return value as Record<string, unknown>;
}

function list(value: unknown, what: string): unknown[] {
  return Array.isArray(value) ? value : fail(`${what} is no list`);
}

function text(value: unknown, what: string): string {
  return typeof value === "string" ? value : fail(`${what} holds something that is no text`);
}

function integer(value: unknown, what: string): number {
  return Number.isSafeInteger(value) ? (value as number) : fail(`${what} holds something that is no whole number`);
}
