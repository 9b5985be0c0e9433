/** What of a recording waits on this tablet: ciphertext, what was signed of it, and where the recording stands. */

import type { Layer, Waiting } from "./order";

/** A recording that segments are sealed for. */
export interface Tape {
  readonly recording: string;
  readonly recipient: string;
}

/**
 * Where it stands. current: what is filmed is sealed for this one; next: for this one when it is over. number, prev: of the
 * segment to come. begun: headquarters has a segment of it. on: whether what is filmed is sent; touch: the slice since which
 * it is; taken: up to when headquarters has each layer. ended: recordings that are over, with so many segments. beacon: the
 * newest one; logs: the keys that have signed headquarters' receipts.
 */
export interface Standing {
  readonly current?: Tape;
  readonly next?: Tape;
  readonly number: number;
  readonly prev: string;
  readonly begun: boolean;
  readonly slice: number;
  readonly on: boolean;
  readonly touch: number;
  readonly taken: Readonly<Partial<Record<Layer, number>>>;
  readonly ended: Readonly<Record<string, number>>;
  readonly beacon: string;
  readonly logs: readonly string[];
}

export const NOTHING: Standing = {
  number: 0,
  prev: "",
  begun: false,
  slice: 0,
  on: false,
  touch: 0,
  taken: {},
  ended: {},
  beacon: "",
  logs: [],
};

const STORES = ["sealed", "waiting", "standing"];
let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  return (opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open("film", 1);
    request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
    request.onsuccess = () => {
      request.result.onclose = () => (opened = undefined);
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  }).catch((fault: unknown) => {
    opened = undefined;
    throw fault;
  }));
}

async function within<Result>(
  mode: IDBTransactionMode,
  work: (...stores: IDBObjectStore[]) => IDBRequest<Result> | undefined,
): Promise<Result | undefined> {
  const transaction = (await open()).transaction(STORES, mode, { durability: "strict" });
  const request = work(...STORES.map((name) => transaction.objectStore(name)));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

const key = ({ recording, number }: Waiting): [string, number] => [recording, number];

/** Where it stood, and what waited, when this page was closed. */
export async function before(): Promise<[Standing, Waiting[]]> {
  const standing = await within("readonly", (_s, _w, store) => store!.get("now") as IDBRequest<Standing | undefined>);
  const waiting = await within("readonly", (_s, store) => store!.getAll() as IDBRequest<Waiting[]>);
  return [{ ...NOTHING, ...standing }, waiting ?? []];
}

/** Keep where it stands. */
export async function keep(standing: Standing): Promise<void> {
  await within("readwrite", (_s, _w, store) => store!.put(standing, "now"));
}

/** Keep segments with their bytes, where those are to be kept, and where it stands then: all of it or nothing. */
export async function keepAll(
  segments: readonly (readonly [Waiting, Uint8Array | null])[],
  standing: Standing,
): Promise<void> {
  await within("readwrite", (sealed, waiting, store) => {
    for (const [one, bytes] of segments) {
      waiting!.put(one, key(one));
      if (bytes) sealed!.put(bytes, key(one));
    }
    return store!.put(standing, "now");
  });
}

/** What is said of segments has changed. */
export async function change(segments: readonly Waiting[]): Promise<void> {
  await within("readwrite", (_s, waiting) => {
    for (const one of segments) waiting!.put(one, key(one));
    return undefined;
  });
}

/** The sealed bytes of a segment. */
export async function bytesOf(one: Waiting): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return within("readonly", (sealed) => sealed!.get(key(one)) as IDBRequest<Uint8Array<ArrayBuffer>>);
}

/** It is at headquarters, or will never be taken; and where the recording stands then. */
export async function drop(one: Waiting, standing: Standing): Promise<void> {
  await within("readwrite", (sealed, waiting, store) => {
    sealed!.delete(key(one));
    waiting!.delete(key(one));
    return store!.put(standing, "now");
  }).catch(() => undefined); // Sent once more it is the same.
}

/** Lay so many bytes aside, where there is room. */
export async function reserve(bytes: number): Promise<void> {
  const random = new Uint8Array(bytes); // What is all zeros takes no room.
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(random.subarray(at, Math.min(at + 65_536, bytes)));
  await within("readwrite", (sealed) => sealed!.put(random, "reserve")).catch(() => undefined);
}

/** Give up what was laid aside; how many bytes that were. */
export async function release(): Promise<number> {
  const laid = await within("readonly", (sealed) => sealed!.get("reserve") as IDBRequest<Uint8Array | undefined>);
  await within("readwrite", (sealed) => sealed!.delete("reserve"));
  return laid?.length ?? 0;
}

/** Forget everything: this tablet is no device of ours any more. */
export async function forget(): Promise<void> {
  await within("readwrite", (...stores) => {
    for (const store of stores) store.clear();
    return undefined;
  });
}
