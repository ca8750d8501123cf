/**
 * Many WebSocket clients in one process: connects them, says so, and tells when each message of a round arrived.
 * Run as a process of its own.
 */
import { WebSocket } from "ws";

interface Order {
  url: string;
  protocol: string | null;
  headers: Record<string, string>;
  count: number;
  /** The first line is sent once the socket is open, the rest after its answer; one answer to the rest is awaited. */
  hello: string[];
}

let received = 0;
let bytes = 0;
let expected = Number.POSITIVE_INFINITY;
let arrivals: number[] = [];

process.on("message", async (message: { connect: Order } | { expect: number }) => {
  if ("expect" in message) {
    received = 0;
    bytes = 0;
    arrivals = [];
    expected = message.expect;
    process.send?.({ armed: true });
    return;
  }
  // A burst of thousands of handshakes would measure the backlog, not the fan-out.
  const atOnce = 100;
  for (let opened = 0; opened < message.connect.count; opened += atOnce) {
    const batch = Math.min(atOnce, message.connect.count - opened);
    await Promise.all(Array.from({ length: batch }, () => open(message.connect)));
  }
  process.send?.({ connected: true });
});

function open({ url, protocol, headers, hello }: Order): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol ? [protocol] : [], {
      headers,
      perMessageDeflate: false,
    });
    socket.on("error", reject);
    const [first, ...rest] = hello;
    let answersDue = Math.min(hello.length, 2);
    socket.on("open", () => {
      if (first === undefined) resolve();
      else socket.send(first);
    });
    socket.on("close", (code) => reject(new Error(`The server closed with ${code}`)));
    socket.on("message", (data: Buffer) => {
      if (answersDue === 0) {
        count(data);
        return;
      }
      answersDue -= 1;
      if (answersDue === 1) for (const line of rest) socket.send(line);
      else resolve();
    });
  });
}

function count(data: Buffer): void {
  received += 1;
  bytes += data.length;
  arrivals.push(performance.timeOrigin + performance.now());
  if (received >= expected) {
    expected = Number.POSITIVE_INFINITY;
    process.send?.({ done: { arrivals, bytesEach: bytes / received } });
  }
}

process.send?.({ url: "" });
process.on("disconnect", () => process.exit(0));
