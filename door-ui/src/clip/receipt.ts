/** Her receipt: on the page, and as a small file that a stranger checks with a shell and openssl. No name is in it. */

import { word } from "../words";
import type { Receipt, Way } from "./send";

interface Line {
  readonly recorded: string;
  readonly body: { readonly sha256: string; readonly bytes: number; readonly sealed_sha256: string };
}

/** SHA-256 of the clip that it is for, as whoever handed it over said. */
export function shaOf({ line }: Receipt): string {
  return (JSON.parse(line) as Line).body.sha256;
}

/** What a receipt tells, by its words. */
export function told(language: string, { clip, line }: Receipt): [string, string][] {
  const { recorded, body } = JSON.parse(line) as Line;
  return [
    [word(language, "clip_receipt"), clip],
    [word(language, "clip_received"), moment(recorded)],
    [word(language, "clip_sha"), body.sha256],
    [word(language, "clip_sealed_sha"), body.sealed_sha256],
  ];
}

const moment = (text: string): string => `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;

/** Whom to ask. */
export function whom(language: string, { post, telephone }: Way): string {
  return word(language, telephone ? "clip_ask" : "clip_ask_no_number", { post, telephone });
}

/** The file. `entry` and `signature` are read out of it by the commands in it. */
export function asText(language: string, way: Way, receipt: Receipt): string {
  const signature = receipt.signature.match(/../g)!.map((byte) => String.fromCharCode(parseInt(byte, 16)));
  const name = `receipt-${receipt.clip}.txt`;
  return [
    ...(way.mark === "actual" ? [] : [word(language, way.mark === "example" ? "example" : "clip_drill"), ""]),
    ...told(language, receipt).map(([what, value]) => `${what}: ${value}`),
    "",
    word(language, "clip_keep"),
    whom(language, way),
    "",
    word(language, "clip_check"),
    "",
    `    sed -n 's/^entry: //p' ${name} | tr -d '\\n' >entry`,
    `    sed -n 's/^signature: //p' ${name} | base64 -d >signature`,
    `    sed -n '/^-----BEGIN/,/^-----END/p' ${name} >key.pem`,
    "    openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in entry -sigfile signature",
    "    (printf '\\0'; cat entry) | sha256sum",
    "",
    `entry: ${receipt.line}`,
    `signature: ${btoa(signature.join(""))}`,
    `leaf: ${receipt.leaf}`,
    `key: ${receipt.key}`,
    receipt.public,
  ].join("\n");
}
