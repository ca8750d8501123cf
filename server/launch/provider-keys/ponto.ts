import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { generate } from "selfsigned";
import { pontoDemoCertificateName } from "../../src/config/ponto.ts";
import { freePort } from "../free-port.ts";
import type { KeysOf, ProviderKeys } from "../provider-keys.ts";

/** Certificates for both sides of Ponto's API, and a key that signs requests. */
export async function pontoKeys({ publicUrl }: KeysOf, folder: string): Promise<ProviderKeys> {
  const keys = path.join(folder, "ponto");
  await keepPontoKeys(keys);
  const { port, release } = await freePort();
  await release();
  return {
    server: { PONTO_SANDBOX_KEYS: keys, PONTO_SANDBOX_URL: `https://127.0.0.1:${port}` },
    sandbox: {
      SANDBOX_PONTO_KEYS: keys,
      SANDBOX_PONTO_PORT: String(port),
      SANDBOX_PONTO_WEBHOOK_URL: `${publicUrl}/webhooks/ponto`,
    },
  };
}

/** Makes the folder of keys unless it is there; it is whole or not there at all. */
export async function keepPontoKeys(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(await makePems())) {
    writeFileSync(path.join(draft, name), text, { mode: 0o600 });
  }
  renameSync(draft, folder);
}

const days = 3_650;

async function makePems(): Promise<Record<string, string>> {
  const notBeforeDate = new Date(Date.now() - 86_400_000);
  const notAfterDate = new Date(notBeforeDate.getTime() + days * 86_400_000);
  const issue = (name: string, more: Parameters<typeof generate>[1]) =>
    generate([{ name: "commonName", value: `${pontoDemoCertificateName} ${name}` }], {
      ...{ keyType: "ec", algorithm: "sha256", notBeforeDate, notAfterDate },
      ...more,
    });
  const authority = await issue("authority", {
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { key: authority.private, cert: authority.cert };
  const server = await issue("server", {
    ca,
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
          { type: 7, ip: "::1" },
        ],
      },
    ],
  });
  const client = await issue("client", {
    ca,
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", clientAuth: true },
    ],
  });
  const signature = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return {
    "ca.pem": authority.cert,
    "server.pem": server.cert,
    "server-key.pem": server.private,
    "client.pem": client.cert,
    "client-key.pem": client.private,
    "signature-key.pem": signature.privateKey,
    "signature-public.pem": signature.publicKey,
  };
}
