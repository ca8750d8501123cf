/** The floor of webhook to browser: one INSERT, then the same bytes to every socket. Run as a process of its own. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { WebSocketServer } from "ws";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
await pool.query(
  "CREATE TABLE IF NOT EXISTS raw_delivery (id bigserial PRIMARY KEY, body jsonb NOT NULL)",
);
const page = `<!doctype html><title>floor</title><ul></ul><script>
  new WebSocket(location.href.replace("http", "ws")).onmessage = ({ data }) => {
    const row = document.createElement("li");
    row.textContent = JSON.parse(data).description;
    document.querySelector("ul").prepend(row);
  };
</script>`;
const server = createServer((request, response) => {
  if (request.method !== "POST") {
    response.setHeader("content-type", "text/html").end(page);
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", async () => {
    const body = Buffer.concat(chunks).toString();
    await pool.query("INSERT INTO raw_delivery (body) VALUES ($1)", [body]);
    for (const socket of sockets.clients) socket.send(body);
    response.end();
  });
});
const sockets = new WebSocketServer({ server });
server.listen(0, "127.0.0.1", () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on("disconnect", () => process.exit(0));
