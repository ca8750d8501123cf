import type { IncomingMessage } from "node:http";

/** How long a sender of a file may say nothing, in milliseconds. */
const silenceMsMax = 60_000;
/** What is still taken of a body that nobody reads any more, so that its sender gets to the answer. */
const restBytesMax = 128 * 1_048_576;
const restMsMax = 20_000;

/** The sender went away, or said nothing for too long. */
export class BrokenOff extends Error {
  override readonly name = "BrokenOff";
  readonly code = "BROKEN_OFF";
}

/**
 * A request's body as it comes, at the reader's pace. Whoever stops reading leaves the connection open for the answer;
 * `discardRest` then takes care of what is left.
 */
export async function* streamBody(request: IncomingMessage): AsyncGenerator<Buffer> {
  const stop = endSilence(request);
  try {
    yield* request.iterator({ destroyOnReturn: false });
    if (!request.complete) throw new BrokenOff("The request ended in the middle.");
  } finally {
    stop();
  }
}

/** Ends a connection on which the body does not go on. @returns what ends the watch; the body's end does so too */
export function endSilence(request: IncomingMessage): () => void {
  const { socket } = request;
  const onSilence = () => socket.destroy();
  let watching = true;
  const stop = () => {
    // Once only: afterwards the socket's time is the server's own, between two requests.
    if (!watching) return;
    watching = false;
    socket.off("timeout", onSilence);
    socket.setTimeout(0);
    request.off("end", stop);
  };
  socket.setTimeout(silenceMsMax);
  socket.on("timeout", onSilence);
  request.once("end", stop);
  return stop;
}

/**
 * Reads away what is left of a body once the request is answered: a browser that still sends would otherwise see its
 * connection reset in place of the answer. Past a bound the connection is ended.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.complete && request.readableEnded) return;
  let bytes = 0;
  const end = () => request.socket.destroy();
  const timer = setTimeout(end, restMsMax);
  request.once("close", () => clearTimeout(timer));
  request.once("end", () => clearTimeout(timer));
  request.on("error", () => {});
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > restBytesMax) end();
  });
  request.resume();
}
