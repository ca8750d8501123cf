import { createServer } from "node:net";

/** Holds a port until it is released. Between the release and its use, another program may take it. */
export async function freePort(
  port = 0,
  host = "127.0.0.1",
): Promise<{ port: number; release: () => Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, exclusive: true }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not a TCP port");
  const release = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port: address.port, release };
}
