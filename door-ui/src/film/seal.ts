/** Sealing and signing of segments: docs/recording.md. */

import { Encrypter } from "age-encryption";
import { signedLine } from "../device";
import type { Filmed } from "./camera";
import type { Waiting } from "./order";
import type { Sealed } from "./ring";

/** A name for this run of the device. */
const BOOT = crypto.randomUUID();

/** What is signed of a segment: docs/recording.md. */
export async function sign(
  pair: CryptoKeyPair,
  { sha256: sum, bytes, ...one }: Sealed,
  recording: string,
  number: number,
  prev: string,
): Promise<Omit<Waiting, "held">> {
  const { beacon, layer, length, media, mono, slice, wall } = one;
  const signed = await signedLine(pair, {
    beacon: await sha256(beacon.split("\n")[0]!),
    boot: BOOT,
    layer,
    length,
    media,
    mono,
    number,
    ...(number > 0 && { prev }),
    recording,
    sealed_bytes: bytes.length,
    sealed_sha256: sum,
    slice,
    wall: new Date(wall).toISOString(),
  });
  return { recording, number, slice, layer, wall, length, bytes: bytes.length, beacon, announced: false, ...signed };
}

/** Seal what was filmed, and forget it in plain. */
export async function seal({ bytes, ...about }: Filmed, recipient: string, beacon: string): Promise<Sealed> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const plain = new Uint8Array(bytes);
  const sealed = (await encrypter.encrypt(plain)) as Uint8Array<ArrayBuffer>;
  plain.fill(0);
  return { ...about, beacon, sha256: await sha256(sealed), bytes: sealed };
}

/** In hex, of bytes or of a text. */
export async function sha256(what: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const bytes = typeof what === "string" ? new TextEncoder().encode(what) : what;
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
