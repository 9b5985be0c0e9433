// Builds what the tablet loads: door.js, film.js, which keeps what it films, and worker.js, which keeps all of it; and clip.js,
// a visitor's page. The worker knows all of the tablet's by one hash, so that a tablet has either the old page or the new one,
// whole. licenses.txt has the terms of all that is bundled.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";

const room = new URL("../src/inviolable/door/", import.meta.url);
const outdir = new URL("static/door/", room).pathname;
const none = new URL("src/age/none.ts", import.meta.url).pathname;
const alias = { "@noble/post-quantum/hybrid.js": none, "@noble/curves/nist.js": none };
const common = { alias, bundle: true, minify: true, target: "es2022", format: "esm", outdir, logLevel: "warning" };

const files = (await readdir("src/words")).sort();
const words = await Promise.all(files.map(async (file) => [file.slice(0, -5), JSON.parse(await readFile(`src/words/${file}`, "utf8"))]));
// The tablet and a visitor's page have few words in common, and a phone on a thin line loads its own only.
const COMMON = ["language", "example", "old_title"];
const wordsOf = (wanted) => {
  const some = words.map(([name, said]) => [name, Object.fromEntries(Object.entries(said).filter(([one]) => wanted(one)))]);
  return { WORDS: JSON.stringify(Object.fromEntries(some)) };
};
const isClips = (name) => name.startsWith("clip_");
const define = wordsOf((name) => !isClips(name));
await build({ ...common, entryPoints: ["src/door.ts"], define });
await build({ ...common, entryPoints: { film: "src/film/keeper.ts" }, define });
await build({ ...common, entryPoints: { clip: "src/clip/clip.ts" }, define: wordsOf((name) => isClips(name) || COMMON.includes(name)) });
const hash = createHash("sha256");
for (const name of ["static/door/door.js", "static/door/film.js", "static/door/door.css", "static/door/door.webmanifest", "templates/door/door.html"]) {
  hash.update(await readFile(new URL(name, room)));
}
const version = JSON.stringify(hash.digest("hex").slice(0, 16));
await build({ ...common, format: "iife", entryPoints: ["src/worker.ts"], define: { VERSION: version } });

// What headquarters opens and plays recordings with, in the browser of whoever holds an identity.
const incidents = new URL("../src/inviolable/incidents/static/incidents/", import.meta.url).pathname;
await build({ ...common, outdir: incidents, entryPoints: ["src/watch/watch.ts"] });

const { packages } = JSON.parse(await readFile("package-lock.json", "utf8"));
const bundled = Object.entries(packages).filter(([name, { dev }]) => name && !dev);
const terms = bundled.map(async ([name, { version }]) => `${name.split("node_modules/").pop()} ${version}\n\n${await readFile(`${name}/LICENSE`, "utf8")}`);
await writeFile(new URL("static/door/licenses.txt", room), (await Promise.all(terms)).join("\n\n"));
