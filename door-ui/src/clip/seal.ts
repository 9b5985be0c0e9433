/** Sealing in her browser: what leaves it can be read by headquarters alone. */

import { sha256 } from "@noble/hashes/sha2.js";
import { Encrypter } from "age-encryption";

/** Bytes of the file that are read at a time, and sealed bytes that are gathered before the browser may put them on its disk. */
const READ = 1 << 20;
const GATHERED = 4 << 20;

/** A sealed file: what it was before (bytes, sha256), and what it is now. */
export interface Sealed {
  readonly blob: Blob;
  readonly bytes: number;
  readonly sha256: string;
  readonly sealed_sha256: string;
}

/** A sealed field, as the record keeps it (docs/record.md, "Sealed fields"). */
export interface Box {
  readonly commitment: string;
  readonly sealed: string;
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function sealer(recipient: string): Encrypter {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter;
}

/** Seal a file in one pass and bounded memory. progress: from 0 to 1. Rejects where the file cannot be read. */
export async function sealFile(file: Blob, recipient: string, progress: (part: number) => void): Promise<Sealed> {
  const plain = sha256.create();
  const sealed = sha256.create();
  let at = 0;
  const source = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (at >= file.size) return controller.close();
        const piece = new Uint8Array(await file.slice(at, at + READ).arrayBuffer());
        at += piece.length;
        plain.update(piece);
        controller.enqueue(piece);
        progress(at / file.size);
      },
    },
    { highWaterMark: 0 },
  );
  const reader = (await sealer(recipient).encrypt(source)).getReader();
  const parts: Blob[] = [];
  let gathered: BlobPart[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (value) {
      sealed.update(value);
      gathered.push(value as Uint8Array<ArrayBuffer>);
      size += value.length;
    }
    if (done || size >= GATHERED) {
      parts.push(new Blob(gathered));
      gathered = [];
      size = 0;
    }
    if (done) break;
  }
  return { blob: new Blob(parts), bytes: at, sha256: hex(plain.digest()), sealed_sha256: hex(sealed.digest()) };
}

/** Commit to a value and seal it. subject: the exhibit that it is about. */
export async function sealField(field: string, subject: string, value: string, recipient: string): Promise<Box> {
  const salt = hex(crypto.getRandomValues(new Uint8Array(32)));
  const whole = value.replace(/\p{Surrogate}/gu, "\ufffd"); // Half a character has no canonical form.
  const line = new TextEncoder().encode(JSON.stringify({ field, salt, subject, value: whole }));
  const sealed = await sealer(recipient).encrypt(line);
  return { commitment: hex(sha256(line)), sealed: btoa(String.fromCharCode(...sealed)) };
}
