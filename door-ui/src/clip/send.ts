/** What her page and the server say to each other (src/inviolable/door/clip_views.py). */

import type { Box, Sealed } from "./seal";

/** What stands in the record of her clip, and what that is checked by. */
export interface Receipt {
  readonly clip: string;
  readonly line: string;
  readonly leaf: string;
  readonly key: string;
  readonly signature: string;
  readonly public: string;
}

/** What the right code tells; recipient: to whom her clip is sealed; receipt: where it has come already. */
export interface Way {
  readonly post: string;
  readonly telephone: string;
  readonly mark: string;
  readonly until: string;
  readonly exhibit?: string;
  readonly recipient?: string;
  readonly receipt?: Receipt;
}

/** What is said of a clip before it. */
export interface Head {
  readonly exhibit: string;
  readonly language: string;
  readonly media: string;
  readonly name?: Box;
  readonly giver?: Box;
}

/** The server did not take it, and said why in a word; "broken" where nobody answered. */
export class NotTaken extends Error {
  constructor(readonly why: string) {
    super(why);
  }
}

function ask<Answer>(address: string, code: string, body: Blob | null, progress?: (part: number) => void): Promise<Answer> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest(); // Unlike fetch it tells how far it has sent.
    request.open("POST", address);
    request.setRequestHeader("Authorization", `Code ${code}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => progress?.(loaded / total);
    request.onerror = () => failed(new NotTaken("broken"));
    request.onload = () => {
      const said = request.response as ({ fault?: string } & Answer) | null;
      if (request.status === 200 && said) done(said);
      else failed(new NotTaken(said?.fault ?? "later"));
    };
    request.send(body);
  });
}

/** What this code opens. */
export function openWay(code: string): Promise<Way> {
  return ask("/clip/open", code, null);
}

/** Hand the sealed file over: a line of canonical JSON, and the age file. */
export async function give(code: string, head: Head, sealed: Sealed, progress: (part: number) => void): Promise<Receipt> {
  const { blob, bytes, sha256, sealed_sha256 } = sealed;
  const said = Object.entries({ ...head, bytes, sha256, sealed_sha256 }).sort(([one], [other]) => (one < other ? -1 : 1));
  const body = new Blob([JSON.stringify(Object.fromEntries(said)), "\n", blob]);
  return (await ask<{ receipt: Receipt }>("/clip/give", code, body, progress)).receipt;
}
