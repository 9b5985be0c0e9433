// Builds what the tablet loads: door.js, film.js, which keeps what it films, and worker.js, which keeps all of it. The worker knows all of it by one hash, so that a
// tablet has either the old page or the new one, whole.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";

const room = new URL("../src/inviolable/door/", import.meta.url);
const outdir = new URL("static/door/", room).pathname;
const none = new URL("src/age/none.ts", import.meta.url).pathname;
const alias = { "@noble/post-quantum/hybrid.js": none, "@noble/curves/nist.js": none };
const common = { alias, bundle: true, minify: true, target: "es2022", format: "esm", outdir, logLevel: "warning" };

const files = (await readdir("src/words")).sort();
const words = await Promise.all(files.map(async (file) => [file.slice(0, -5), JSON.parse(await readFile(`src/words/${file}`, "utf8"))]));
const define = { WORDS: JSON.stringify(Object.fromEntries(words)) };
await build({ ...common, entryPoints: ["src/door.ts"], define });
await build({ ...common, entryPoints: { film: "src/film/keeper.ts" }, define });
const hash = createHash("sha256");
for (const name of ["static/door/door.js", "static/door/film.js", "static/door/door.css", "static/door/door.webmanifest", "templates/door/door.html"]) {
  hash.update(await readFile(new URL(name, room)));
}
const version = JSON.stringify(hash.digest("hex").slice(0, 16));
await build({ ...common, format: "iife", entryPoints: ["src/worker.ts"], define: { VERSION: version } });
