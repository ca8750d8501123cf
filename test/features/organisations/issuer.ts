/** An OpenID Connect issuer on this machine: discovery, keys, and tokens with whatever claims a test wants. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

export interface Issuer {
  readonly url: string;
  /** How often each path was asked for. */
  readonly asked: Readonly<Record<string, number>>;
  token(claims: JWTPayload, options?: TokenOptions): Promise<string>;
  close(): Promise<void>;
}

export interface TokenOptions {
  /** A key that the issuer does not publish. */
  forged?: boolean;
  kid?: string;
  now: Date;
}

export const audience = "tieout-tests";

export async function startIssuer(): Promise<Issuer> {
  const published = await generateKeyPair("ES256");
  const foreign = await generateKeyPair("ES256");
  const keys = [{ ...(await exportJWK(published.publicKey)), kid: "first", alg: "ES256" }];
  const asked: Record<string, number> = {};
  let url = "";
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked[path] = (asked[path] ?? 0) + 1;
    response.setHeader("content-type", "application/json");
    if (path === "/.well-known/openid-configuration") {
      response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }));
    } else if (path === "/keys") {
      response.end(JSON.stringify({ keys }));
    } else {
      response.writeHead(404).end("{}");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    token: (claims, { forged = false, kid = "first", now } = { now: new Date() }) => {
      const seconds = Math.floor(now.getTime() / 1000);
      const all = { iss: url, aud: audience, iat: seconds, exp: seconds + 300, ...claims };
      return new SignJWT(all)
        .setProtectedHeader({ alg: "ES256", kid })
        .sign(forged ? foreign.privateKey : published.privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
