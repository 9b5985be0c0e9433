// Asks the browser's evaluator about every state of partial knowledge and writes its answers as numbers.
//
// node lattice.mjs EVALUATOR.js JOBS.json > ANSWERS
// A job is {graph, variables: [{id, values}], bits: [result], ask: "outcomes" | "matters" | "decide"}. States are
// taken in the order of a numpy array with one axis per variable and, except for "decide", one more place on
// each axis for "unknown". An answer is a set as 16 bits, little-endian.
import { readFileSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [evaluator, jobs] = process.argv.slice(2);
const { readGraph, decide, outcomes, matters } = await import(pathToFileURL(evaluator).href);

for (const { graph: json, variables, bits, ask } of JSON.parse(readFileSync(jobs, "utf8"))) {
  const graph = readGraph(json);
  const unknown = ask === "decide" ? 0 : 1;
  const names = ask === "matters" ? variables.map(({ id }) => id) : bits;
  const bit = new Map(names.map((name, place) => [name, 1 << place]));
  const sizes = variables.map(({ values }) => values.length + unknown);
  const answers = new Uint16Array(sizes.reduce((product, size) => product * size, 1));
  const known = Object.fromEntries(variables.map(({ id, values }) => [id, values[0]]));
  const places = variables.map(() => 0);
  const complete = graph.facts.every(({ id }) => id in known);
  let open = 0;

  for (let state = 0; state < answers.length; state++) {
    if (ask === "decide") {
      const result = decide(graph, known);
      answers[state] = result === null ? 0 : bit.get(result);
    } else {
      const found = ask === "matters" ? matters(graph, known) : outcomes(graph, known);
      for (const name of found) answers[state] |= bit.get(name);
      if (ask === "outcomes" && complete && open === 0 && found[0] !== (decide(graph, known) ?? undefined)) {
        throw new Error(`decide and outcomes differ in ${JSON.stringify(known)}`);
      }
    }
    for (let axis = variables.length - 1; axis >= 0; axis--) {
      const { id, values } = variables[axis];
      if (places[axis] === values.length) open--;
      places[axis] = (places[axis] + 1) % sizes[axis];
      if (places[axis] === values.length) open++;
      known[id] = values[places[axis]];
      if (places[axis] !== 0) break;
    }
  }
  for (let bytes = Buffer.from(answers.buffer); bytes.length > 0; ) bytes = bytes.subarray(writeSync(1, bytes));
}
