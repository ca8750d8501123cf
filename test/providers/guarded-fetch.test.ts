import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGuardedFetch, isPrivateAddress } from "../../server/src/providers/guarded-fetch.ts";

let server: Server;
let port: number;
let asked = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    if (request.url === "/away") response.writeHead(302, { location: "/here" }).end();
    else if (request.url === "/hang") return;
    else if (request.url === "/large") response.end("x".repeat(5_000));
    else response.end("inside");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const guarded = createGuardedFetch({ privateHosts: [], timeoutMs: 2_000, bodyBytesMax: 4_096 });
const named = (settings: { timeoutMs?: number } = {}) =>
  createGuardedFetch({
    privateHosts: [`127.0.0.1:${port}`],
    timeoutMs: 2_000,
    bodyBytesMax: 4_096,
    ...settings,
  });

describe("a connector's request", () => {
  test.each([
    "http://127.0.0.1:PORT/",
    "http://localhost:PORT/",
    "http://[::1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://0.0.0.0:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f.1:PORT/",
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://192.168.1.1/",
    "http://[fd00::1]/",
    "http://[fe80::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://100.64.0.1/",
  ])("to %s is refused before anything is sent", async (address) => {
    const before = asked;
    await expect(guarded(address.replace("PORT", String(port)))).rejects.toMatchObject({
      code: "ADDRESS_REFUSED",
    });
    expect(asked).toBe(before);
  });

  test.each([
    "file:///etc/passwd",
    "ftp://example.org/",
    "http://user:pass@example.org/",
    "nonsense",
  ])("to %s is none that is fetched", async (address) => {
    await expect(guarded(address)).rejects.toMatchObject({ code: "ADDRESS_REFUSED" });
  });

  test("reaches a private host that the operator named, with its port", async () => {
    expect(await named()(`http://127.0.0.1:${port}/`)).toMatchObject({
      status: 200,
      text: "inside",
    });
  });

  test("is refused at another port of a named host", async () => {
    await expect(named()(`http://127.0.0.1:${port + 1}/`)).rejects.toMatchObject({
      code: "ADDRESS_REFUSED",
    });
  });

  test("does not follow a redirect, which could lead anywhere", async () => {
    expect(await named()(`http://127.0.0.1:${port}/away`)).toMatchObject({ status: 302 });
  });

  test("ends after its time, and at its size", async () => {
    await expect(named({ timeoutMs: 50 })(`http://127.0.0.1:${port}/hang`)).rejects.toMatchObject({
      code: "TIMED_OUT",
    });
    await expect(named()(`http://127.0.0.1:${port}/large`)).rejects.toMatchObject({
      code: "TOO_LARGE",
    });
  });
});

describe("an address", () => {
  test("is private in every private network, however it is dressed", () => {
    const last = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.constantFrom("10", "127", "0"), last, last, last, (first, b, c, d) => {
        const plain = `${first}.${b}.${c}.${d}`;
        expect(isPrivateAddress(plain)).toBe(true);
        expect(isPrivateAddress(`::ffff:${plain}`)).toBe(true);
      }),
      { seed: 7 },
    );
  });

  test.each(["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111"])("%s is public", (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });

  test.each(["", "localhost", "999.1.1.1", "224.0.0.1", "255.255.255.255", "::", "2002:7f00:1::"])(
    "%j is not",
    (address) => expect(isPrivateAddress(address)).toBe(true),
  );
});
