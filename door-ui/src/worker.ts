/**
 * Answers for the door's page, with or without a network. It keeps what the page is made of, all of one version, and
 * answers for nothing else: whatever is said to the server goes there or fails.
 */

declare const VERSION: string;
const worker = self as unknown as ServiceWorkerGlobalScope;

interface ServiceWorkerGlobalScope extends EventTarget {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}
interface ExtendableEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const NAME = `door-${VERSION}`;
const PAGE = "/door/";
const PARTS = [PAGE, "/static/door/door.js", "/static/door/film.js", "/static/door/door.css", "/static/door/door.webmanifest", "/static/web/icon.svg"];

worker.addEventListener("install", (event) => {
  const fresh = PARTS.map((part) => new Request(part, { cache: "reload", credentials: "omit" }));
  (event as ExtendableEvent).waitUntil(caches.open(NAME).then((cache) => cache.addAll(fresh)));
});

worker.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) =>
    Promise.all(names.filter((name) => name.startsWith("door-") && name !== NAME).map((name) => caches.delete(name))),
  );
  (event as ExtendableEvent).waitUntil(old.then(() => worker.clients.claim()));
});

// The page says when nobody needs the old one.
worker.addEventListener("message", () => void worker.skipWaiting());

worker.addEventListener("fetch", (event) => {
  const { request } = event as FetchEvent;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || !PARTS.includes(pathname)) return;
  const kept = caches.open(NAME).then((cache) => cache.match(pathname)).catch(() => undefined);
  (event as FetchEvent).respondWith(kept.then((found) => found ?? fetch(request)));
});

export {};
