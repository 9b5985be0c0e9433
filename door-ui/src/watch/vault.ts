/** Opens what is sealed. Identities and what they open exist in this page's memory only. */

import { Decrypter } from "age-encryption";

/** Why something could not be had, by the name of its words. */
export class Refused extends Error {
  constructor(readonly why: "closed" | "erased" | "fails" | "no_identity" | "offline" | "protected" | "wrong") {
    super(why);
  }
}

/** What lies at an address. Raises Refused. */
export async function fetched(address: string): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address, { cache: "no-store", redirect: "error" });
  } catch {
    throw new Refused("offline");
  }
  if (answer.ok) return answer;
  if (answer.status === 410) throw new Refused("erased");
  throw new Refused(answer.status === 403 || answer.status === 404 ? "closed" : "offline");
}

/** What opens every segment of one recording. The identities of the file are forgotten once they have opened its key. */
export class Vault {
  private constructor(private readonly opener: Decrypter) {}

  static async open(file: File, base: string): Promise<Vault> {
    const text = await file.text();
    if (/^(age-encryption\.org\/|-----BEGIN AGE)/.test(text)) throw new Refused("protected");
    const identities = text.split(/\s+/).filter((word) => word.startsWith("AGE-SECRET-KEY-"));
    const headquarters = new Decrypter();
    try {
      for (const one of identities) headquarters.addIdentity(one);
    } catch {
      throw new Refused("no_identity");
    }
    if (!identities.length) throw new Refused("no_identity");
    const sealed = new Uint8Array(await (await fetched(`${base}key.age`)).arrayBuffer());
    const opener = new Decrypter();
    try {
      opener.addIdentity((await headquarters.decrypt(sealed, "text")).trim());
    } catch {
      throw new Refused("wrong");
    }
    return new Vault(opener);
  }

  /** One segment in plain. Raises Refused. */
  async segment(address: string): Promise<Uint8Array<ArrayBuffer>> {
    const sealed = new Uint8Array(await (await fetched(address)).arrayBuffer());
    try {
      return new Uint8Array(await this.opener.decrypt(sealed));
    } catch {
      throw new Refused("fails");
    }
  }
}
