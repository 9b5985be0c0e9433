// Medians for the browser's evaluator: node browser.mjs EVALUATOR.mjs WORK.json
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [evaluator, work] = process.argv.slice(2);
const { readGraph, decide, outcomes, matters } = await import(pathToFileURL(evaluator).href);
const { graph: json, cases, states } = JSON.parse(readFileSync(work, "utf8"));
const graph = readGraph(json);

/** Microseconds per item, the median of 21 runs after a warm-up. */
function microseconds(items, ask) {
  const taken = [];
  for (let run = 0; run < 31; run++) {
    const start = process.hrtime.bigint();
    for (const item of items) ask(graph, item);
    taken.push(Number(process.hrtime.bigint() - start) / 1000 / items.length);
  }
  return taken.slice(10).sort((a, b) => a - b)[10];
}

const found = {
  decide: microseconds(cases, decide),
  outcomes: microseconds(states, outcomes),
  matters: microseconds(states, matters),
  memory: process.memoryUsage().rss,
};
console.log(JSON.stringify(found));
