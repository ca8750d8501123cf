import { createHash } from "node:crypto";
import { type CryptoKey, SignJWT } from "jose";

/** The value of `Plaid-Verification`: an ES256 JWT over the digest of the exact bytes sent. */
export async function signBody(
  body: string,
  of: { kid: string; privateKey: CryptoKey; issuedAt: number },
): Promise<string> {
  const digest = createHash("sha256").update(body, "utf8").digest("hex");
  return new SignJWT({ request_body_sha256: digest })
    .setProtectedHeader({ alg: "ES256", kid: of.kid, typ: "JWT" })
    .setIssuedAt(Math.floor(of.issuedAt / 1000))
    .sign(of.privateKey);
}
