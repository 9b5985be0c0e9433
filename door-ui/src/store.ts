/**
 * What the tablet keeps: its key, which no script can read, what it knows of its post, the number of its last statement,
 * and the statements that the server has not taken yet. Nothing else, and nobody's name.
 */

/** A statement as it is sent: what was said, signed. made: when; quiet: nothing on the screen may tell of it. */
export interface Signed {
  readonly made: Date;
  readonly quiet: boolean;
  readonly number: number;
  readonly statement: string;
  readonly signature: string;
}

/** The post, as the server tells it (src/inviolable/door/place.py). */
export interface Place {
  readonly post: string;
  readonly name: string;
  readonly address: string;
  readonly city: string;
  readonly call: string;
  readonly language: string;
  readonly sentence: string;
  readonly example: "yes" | "no";
  readonly digest: string;
}

interface Kept {
  keys: CryptoKeyPair;
  place: Place;
  number: number;
  language: string;
}

const NAME = "door";

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  return (opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept");
      request.result.createObjectStore("unheard", { keyPath: "number" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  }));
}

async function within<Result>(
  mode: IDBTransactionMode,
  work: (kept: IDBObjectStore, unheard: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  // On disk before it counts: a tablet may lose its power in the next second.
  const transaction = (await open()).transaction(["kept", "unheard"], mode, { durability: "strict" });
  const request = work(transaction.objectStore("kept"), transaction.objectStore("unheard"));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** What is kept under a name, undefined where nothing is. */
export async function kept<Name extends keyof Kept>(name: Name): Promise<Kept[Name] | undefined> {
  return within("readonly", (store) => store.get(name)) as Promise<Kept[Name] | undefined>;
}

/** Keep a value under a name, in the place of what was there. */
export async function keep<Name extends keyof Kept>(name: Name, value: Kept[Name]): Promise<void> {
  await within("readwrite", (store) => store.put(value, name));
}

/** Keep a statement until it was taken. */
export async function keepUnheard(signed: Signed): Promise<void> {
  await within("readwrite", (_, unheard) => unheard.put(signed));
}

/** The statements that the server has not taken, the oldest first. */
export async function unheard(): Promise<Signed[]> {
  return within("readonly", (_, store) => store.getAll() as IDBRequest<Signed[]>);
}

/** The server has taken every statement up to this one. */
export async function taken(number: number): Promise<void> {
  await within("readwrite", (_, store) => store.delete(IDBKeyRange.upperBound(number)));
}

/** Forget everything: this tablet is no device of ours any more. */
export async function forget(): Promise<void> {
  await within("readwrite", (store, queue) => {
    store.clear();
    return queue.clear();
  });
}
