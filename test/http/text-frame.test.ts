import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { textFrame } from "../../server/src/http/text-frame.ts";

it("makes frames that a client of ws reads, at every length where the header changes", async () => {
  const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 100_000];
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, wire, head) => {
    sockets.handleUpgrade(request, wire, head, () => {
      for (const length of lengths) {
        const text = Buffer.alloc(length, "ä");
        const middle = Math.floor(length / 3);
        wire.write(textFrame([text.subarray(0, middle), text.subarray(middle)]));
      }
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`, {
    skipUTF8Validation: true,
  });
  const received: number[] = [];
  await new Promise<void>((resolve, reject) => {
    client.on("error", reject);
    client.on("message", (data: Buffer, isBinary) => {
      expect(isBinary).toBe(false);
      received.push(data.length);
      if (received.length === lengths.length) resolve();
    });
  });
  expect(received).toEqual(lengths);
  client.terminate();
  http.close();
});
