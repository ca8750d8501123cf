import { createPublicKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Request } from "../../../server/sandbox/http/exchange.ts";
import { checkSignature } from "../../../server/sandbox/ponto/signature.ts";
import { digestOf, RequestSigner } from "../../../server/src/providers/ponto/signature.ts";

const now = new Date("2026-11-21T10:00:00Z");
const pair = generateKeyPairSync("rsa", {
  modulusLength: 2_048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const signer = new RequestSigner({ keyId: "key-1", key: pair.privateKey });
const known = { keyId: "key-1", key: createPublicKey(pair.publicKey) };

/** A request as it arrives, signed. */
function arriving(body: string, target = "/ponto-connect/accounts?page%5Blimit%5D=100"): Request {
  const url = new URL(`https://api.example:8443${target}`);
  const headers = { authorization: "Bearer abc", accept: "x" };
  const signed = signer.headersFor({ method: "POST", url, body, headers }, now);
  return {
    method: "POST",
    target: url.pathname + url.search,
    path: url.pathname,
    query: url.searchParams,
    headers: { ...headers, host: "api.example:8443", ...signed },
    body,
    bytes: Buffer.from(body),
  };
}

const check =
  (request: Request, at = now.getTime()) =>
  () =>
    checkSignature(request, known, at);

describe("a signed request", () => {
  test("is what the other side reckons too, whatever is in it", () => {
    fc.assert(
      fc.property(fc.string(), fc.webQueryParameters(), (body, query) => {
        expect(check(arriving(body, `/ponto-connect/accounts?${query}`))).not.toThrow();
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  test("names its digest, its headers and the one algorithm", () => {
    const { signature, digest } = arriving("{}").headers as Record<string, string>;
    expect(digest).toBe(digestOf("{}"));
    expect(signature).toMatch(/^keyId="key-1",created="1795255200",algorithm="hs2019",/);
    expect(signature).toContain('headers="(request-target) host digest (created) authorization"');
  });

  test("may come in either alphabet of base64", () => {
    const request = arriving("{}");
    const urlSafe = (text: unknown) =>
      String(text).replace(
        /"([^"]*)"$/,
        (_all, value: string) => `"${value.replaceAll("+", "-").replaceAll("/", "_")}"`,
      );
    const digest = String(request.headers.digest);
    const headers = { ...request.headers, signature: urlSafe(request.headers.signature) };
    expect(check({ ...request, headers })).not.toThrow();
    expect(digest).toMatch(/^SHA-512=/);
  });

  const request = arriving("{}");
  test.each([
    ["another body", { bytes: Buffer.from("{ }") }],
    ["another address", { target: "/ponto-connect/accounts" }],
    ["another method", { method: "DELETE" }],
    ["another token", { headers: { ...request.headers, authorization: "Bearer abd" } }],
    ["another host", { headers: { ...request.headers, host: "elsewhere" } }],
    ["no signature", { headers: { ...request.headers, signature: undefined } }],
    ["another key", { headers: { ...request.headers, signature: 'keyId="key-2"' } }],
  ])("is refused with %s", (_what, changes) => {
    expect(check({ ...request, ...changes })).toThrow();
  });

  test("is refused after five minutes", () => {
    expect(check(request, now.getTime() + 301_000)).toThrow(/too old/);
  });
});
