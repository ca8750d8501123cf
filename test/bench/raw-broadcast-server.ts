/** The floor: a server that does nothing but send the same bytes to every socket. Run as a process of its own. */
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

const sockets = new Set<WebSocket>();
const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false }, () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
server.on("connection", (socket) => {
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
});

/** `bytes` long, `count` times; a turn of the event loop between two, as arriving events would leave. */
process.on("message", async ({ bytes, count }: { bytes: number; count: number }) => {
  const frame = Buffer.from("x".repeat(bytes));
  for (let sent = 0; sent < count; sent += 1) {
    for (const socket of sockets) socket.send(frame, { binary: false });
    await new Promise((resolve) => setImmediate(resolve));
  }
});
process.on("disconnect", () => process.exit(0));
