import { constants, createHash, type KeyObject, timingSafeEqual, verify } from "node:crypto";
import type { Request } from "../http/exchange.ts";
import { problems } from "./problems.ts";

const ageSecondsMax = 5 * 60;
const saltBytes = 32;

/**
 * Checks a request's HTTP signature (draft-cavage-http-signatures-12). Node reads both alphabets of base64, which the
 * official clients differ in. Throws Ponto's complaint.
 */
export function checkSignature(
  request: Request,
  of: { keyId: string; key: KeyObject },
  now: number,
): void {
  const fields = parse(header(request, "signature"));
  if (fields.get("keyId") !== of.keyId) throw problems.signature("The key is not known.");
  const created = Number(fields.get("created"));
  if (!(Math.abs(now / 1_000 - created) <= ageSecondsMax))
    throw problems.signature("It is too old.");
  checkDigest(request);
  const names = (fields.get("headers") ?? "").split(" ");
  const needed = ["(request-target)", "host", "digest", "(created)"];
  if (request.headers.authorization !== undefined) needed.push("authorization");
  if (needed.some((name) => !names.includes(name)))
    throw problems.signature("A header is missing.");
  const text = names.map((name) => `${name}: ${signedValue(request, name, created)}`).join("\n");
  const valid = verify(
    "sha256",
    Buffer.from(text),
    { key: of.key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes },
    Buffer.from(fields.get("signature") ?? "", "base64"),
  );
  if (!valid) throw problems.signature("The signature does not fit.");
}

function parse(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

function signedValue(request: Request, name: string, created: number): string {
  if (name === "(request-target)") return `${request.method.toLowerCase()} ${request.target}`;
  if (name === "(created)") return String(created);
  return header(request, name);
}

function header(request: Request, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

function checkDigest(request: Request): void {
  const [algorithm, ...rest] = header(request, "digest").split("=");
  const given = Buffer.from(rest.join("="), "base64");
  const digest = createHash("sha512").update(request.bytes).digest();
  const fits = algorithm === "SHA-512" && given.length === digest.length;
  if (!fits || !timingSafeEqual(given, digest))
    throw problems.signature("The digest does not fit.");
}
