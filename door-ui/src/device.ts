/** The tablet's key, and what is said by it (src/inviolable/door/statement.py). */

import { keep, kept, type Signed } from "./store";

/** What a device signs to show that it has its key; its public half in hex follows (door/actions.py). */
const ASKING = "inviolable door ";

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

/** The key of this tablet, made at its first use; null where this browser knows no such keys. */
export async function keys(): Promise<CryptoKeyPair | null> {
  const known = await kept("keys");
  if (known) return known;
  try {
    const made = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
    await keep("keys", made);
    return made;
  } catch {
    return null;
  }
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

/** The next number, on disk before it is used; no two pages on one tablet ever use the same. */
function nextNumber(): Promise<number> {
  return navigator.locks.request("door number", async () => {
    const next = ((await kept("number")) ?? 0) + 1;
    await keep("number", next);
    return next;
  });
}

/** Say something: one line of canonical JSON, signed. made: when it happened, by this tablet's clock. */
export async function statement(
  pair: CryptoKeyPair,
  say: string,
  made: Date,
  more: Readonly<Record<string, string>> = {},
  quiet = false,
): Promise<Signed> {
  const number = await nextNumber();
  const said = { ...more, device: await idOf(pair), made: made.toISOString(), number, say, v: 1 };
  const line = JSON.stringify(said, Object.keys(said).sort());
  return { number, made, quiet, statement: line, signature: await sign(pair, line) };
}
