/** The tablet's key, and what is said by it (src/inviolable/door/statement.py). */

import { keep, kept, keepUnheard, type Said } from "./store";

/** What a device signs to show that it has its key; its public half in hex follows (door/actions.py). */
const ASKING = "inviolable door ";

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

/**
 * One at a time on this tablet, whatever pages it has open. A page that hangs keeps nobody from it for more than a second:
 * what comes out of order then is said anew.
 */
async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
  let begun = false;
  const once = (): Promise<Result> => {
    begun = true;
    return work();
  };
  try {
    return await navigator.locks.request("door", { signal: AbortSignal.timeout(1_000) }, once);
  } catch (fault) {
    if (begun) throw fault;
    return work();
  }
}

/** The key of this tablet, made at its first use; null where this browser knows no such keys. Rejects where no disk answers. */
export function keys(): Promise<CryptoKeyPair | null> {
  return alone(async () => {
    if (!globalThis.crypto?.subtle) return null; // As by http from another machine.
    const known = await kept("keys");
    if (known) return known;
    const made = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]).catch(() => null);
    if (made) await keep("keys", made as CryptoKeyPair);
    return made as CryptoKeyPair | null;
  });
}

async function publicHalf(pair: CryptoKeyPair): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
}

async function sign(pair: CryptoKeyPair, text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, utf8(text))));
}

/** What the server wants to see before it gives a code. */
export async function asking(pair: CryptoKeyPair): Promise<{ public: string; proof: string }> {
  const half = hex(await publicHalf(pair));
  return { public: half, proof: await sign(pair, ASKING + half) };
}

/** The id of a key: 16 hex digits of the SHA-256 of its public half. */
async function idOf(pair: CryptoKeyPair): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await publicHalf(pair));
  return hex(new Uint8Array(digest)).slice(0, 16);
}

/** The last number that was used or heard, as far as this page knows. */
let last = 0;

/** The server has heard this tablet up to this number. */
export function heardUpTo(number: number): void {
  last = Math.max(last, number);
}

/** The next number: greater than any before, also where a disk has forgotten them, as long as the clock goes on. */
async function nextNumber(): Promise<number> {
  const known = (await kept("number").catch(() => 0)) ?? 0;
  const next = (last = Math.max(last, known, Date.now()) + 1); // In one step, whoever else asks meanwhile.
  await keep("number", next).catch(() => undefined); // Help does not wait for a disk.
  return next;
}

/** One line of canonical JSON, signed. */
export async function signedLine(
  pair: CryptoKeyPair,
  said: Readonly<Record<string, string | number>>,
): Promise<{ statement: string; signature: string }> {
  const statement = JSON.stringify(said, Object.keys(said).sort());
  return { statement, signature: await sign(pair, statement) };
}

/** The next statement. */
async function signed(
  pair: CryptoKeyPair,
  say: string,
  made: Date,
  more: Readonly<Record<string, string>> = {},
): Promise<{ number: number; statement: string; signature: string }> {
  const number = await nextNumber();
  const said = { ...more, device: await idOf(pair), made: made.toISOString(), number, say, v: 1 };
  return { number, ...(await signedLine(pair, said)) };
}

/** What is to be heard: signed, and kept before this is done. */
export function toBeHeard(pair: CryptoKeyPair, { id, say, more, made, quiet }: Said): Promise<void> {
  return alone(async () => {
    await keepUnheard({ ...(await signed(pair, say, made, { ...more, id })), id, say, more, made, quiet });
  });
}

/** That the tablet is there. */
export function beat(pair: CryptoKeyPair): Promise<{ statement: string; signature: string }> {
  return alone(() => signed(pair, "beat", new Date()));
}
