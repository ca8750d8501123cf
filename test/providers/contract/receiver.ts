import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { RawDelivery } from "../../../server/src/providers/provider.ts";

/** Somebody who takes webhooks and keeps them as the server's webhook route would hand them to an adapter. */
export async function openReceiver(): Promise<{
  /** What follows it in a delivery's address is the delivery's path. */
  url: string;
  /** What has arrived since it was last asked. */
  take(): RawDelivery[];
  close(): Promise<void>;
}> {
  const base = "/webhooks/contract";
  let received: RawDelivery[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    received.push({
      path: (request.url ?? "").slice(base.length).replace(/^\//, ""),
      headers: Object.fromEntries(headers),
      body: Buffer.concat(chunks),
      receivedAt: new Date(),
    });
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${base}`,
    take() {
      const taken = received;
      received = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
