/**
 * What the tablet keeps: its key, which no script can read, what it knows of its post, the number of its last statement,
 * and the statements that the server has not taken yet. Nothing else, and nobody's name.
 */

/** Something said (src/inviolable/door/statement.py). made: when, by this tablet's clock; quiet: nothing may show it. */
export interface Said {
  readonly id: string;
  readonly say: "press" | "tell" | "ask" | "filmed";
  readonly more: Readonly<Record<string, string>>;
  readonly made: Date;
  readonly quiet: boolean;
}

/** The same, signed: as it is sent. */
export interface Signed extends Said {
  readonly number: number;
  readonly statement: string;
  readonly signature: string;
}

/** The post, as the server tells it (src/inviolable/door/place.py). */
export interface Place {
  readonly name: string;
  readonly call: string;
  readonly language: string;
  readonly sentence: string;
  readonly first?: string;
  readonly law?: unknown;
  readonly words?: Readonly<Record<string, LawWords>>;
  readonly reviewed?: { readonly role?: string; readonly date?: string };
  readonly example: "yes" | "no";
  readonly digest: string;
}

/** The words of the law in one language; say: what is shown to whoever stands there, by the law's answer. */
export interface LawWords {
  readonly say: Readonly<Record<string, string>>;
  readonly facts: Readonly<Record<string, { readonly question: string; readonly answers: Readonly<Record<string, string>> }>>;
  readonly do: Readonly<Record<string, string>>;
  readonly results: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly reviewed: string;
  readonly not_reviewed: string;
}

interface Kept {
  keys: CryptoKeyPair;
  place: Place;
  number: number;
  language: string;
  films: boolean;
}

const NAME = "door";

/** Milliseconds after which a disk that does not answer is taken for one that fails: help does not wait for it. */
const PATIENCE = 1_000;

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  return (opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept");
      request.result.createObjectStore("unheard", { keyPath: "number" });
    };
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

/** Rejects where work takes too long. */
function soon<Result>(work: Promise<Result>): Promise<Result> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error("the disk does not answer")), PATIENCE)),
  ]);
}

function within<Result>(
  mode: IDBTransactionMode,
  work: (kept: IDBObjectStore, unheard: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  const run = async (): Promise<Result> => {
    // On disk before it counts: a tablet may lose its power in the next second.
    const transaction = (await open()).transaction(["kept", "unheard"], mode, { durability: "strict" });
    const request = work(transaction.objectStore("kept"), transaction.objectStore("unheard"));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  };
  return soon(run());
}

/** What is kept under a name, undefined where nothing is. */
export async function kept<Name extends keyof Kept>(name: Name): Promise<Kept[Name] | undefined> {
  return within("readonly", (store) => store.get(name)) as Promise<Kept[Name] | undefined>;
}

/** Keep a value under a name, in the place of what was there. */
export async function keep<Name extends keyof Kept>(name: Name, value: Kept[Name]): Promise<void> {
  await within("readwrite", (store) => store.put(value, name));
}

/** What this page itself has to say, whether the disk keeps it or not. */
const mine = new Map<number, Signed>();
/** What is done with, also where the disk would not forget it. */
const gone = new Set<number>();

/** Keep a statement until it was taken: in memory in any case, on disk where it can be. */
export async function keepUnheard(signed: Signed): Promise<void> {
  mine.set(signed.number, signed);
  await within("readwrite", (_, queue) => queue.put(signed)).catch(() => undefined);
}

/** The statements that the server has not taken, the oldest first. */
export async function unheard(): Promise<Signed[]> {
  const onDisk = await within("readonly", (_, queue) => queue.getAll() as IDBRequest<Signed[]>).catch(() => []);
  const all = new Map([...onDisk.map((one) => [one.number, one] as const), ...mine]);
  return [...all.values()].filter(({ number }) => !gone.has(number)).sort((one, other) => one.number - other.number);
}

/** This statement is not to be sent any more. */
export async function drop(number: number): Promise<void> {
  mine.delete(number);
  gone.add(number);
  await within("readwrite", (_, queue) => queue.delete(number)).catch(() => undefined);
}

/** Forget everything: this tablet is no device of ours any more. */
export async function forget(): Promise<void> {
  mine.clear();
  await within("readwrite", (store, queue) => {
    store.clear();
    return queue.clear();
  });
}
