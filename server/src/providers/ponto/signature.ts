/**
 * Signs requests after draft-cavage-http-signatures-12: RSASSA-PSS with SHA-256, MGF1 of SHA-256 and a salt of 32
 * bytes, announced as `hs2019`. Source: Ibanity's documentation, "Signature".
 */
import { constants, createHash, createPrivateKey, type KeyObject, sign } from "node:crypto";

export interface SignedParts {
  readonly method: string;
  readonly url: URL;
  /** Empty for a request without one. */
  readonly body: string;
  /** Lower-case names; `authorization` and `ibanity-*` are signed where they are there. */
  readonly headers: Readonly<Record<string, string>>;
}

const saltBytes = 32;

/** The headers `digest` and `signature` of a request that is sent at `now`. */
export class RequestSigner {
  readonly #keyId: string;
  readonly #key: KeyObject;

  constructor(of: { keyId: string; key: string }) {
    this.#keyId = of.keyId;
    this.#key = createPrivateKey(of.key);
  }

  headersFor(parts: SignedParts, now: Date): { digest: string; signature: string } {
    const digest = digestOf(parts.body);
    const created = Math.floor(now.getTime() / 1_000);
    const names = signedNames(parts.headers);
    const text = signingString(names, { ...parts, digest, created });
    const signature = sign("sha256", Buffer.from(text), {
      key: this.#key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: saltBytes,
    }).toString("base64");
    const fields = {
      keyId: this.#keyId,
      created: String(created),
      algorithm: "hs2019",
      headers: names.join(" "),
      signature,
    };
    const written = Object.entries(fields).map(([name, value]) => `${name}="${value}"`);
    return { digest, signature: written.join(",") };
  }
}

export function digestOf(body: string): string {
  return `SHA-512=${createHash("sha512").update(body, "utf8").digest("base64")}`;
}

function signedNames(headers: SignedParts["headers"]): string[] {
  const more = Object.keys(headers).filter(
    (name) => name === "authorization" || name.startsWith("ibanity-"),
  );
  return ["(request-target)", "host", "digest", "(created)", ...more];
}

/** One line for each name, in their order. */
export function signingString(
  names: readonly string[],
  of: SignedParts & { digest: string; created: number },
): string {
  const values: Readonly<Record<string, string>> = {
    ...of.headers,
    "(request-target)": `${of.method.toLowerCase()} ${of.url.pathname}${of.url.search}`,
    host: of.url.host,
    digest: of.digest,
    "(created)": String(of.created),
  };
  return names.map((name) => `${name}: ${values[name] ?? ""}`).join("\n");
}
