/** The peer: PostGraphile 5 over the same tables, role and policies. Run as a process of its own. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL ?? "",
      schemas: ["public"],
      poolConfig: { max: Number(process.env.POOL_SIZE ?? 10) },
    }),
  ],
  grafast: {
    context: (request: { node?: { req: { headers: Record<string, string | undefined> } } }) => ({
      pgSettings: { "tieout.organisation_id": request.node?.req.headers["x-organisation"] ?? "" },
    }),
  },
  grafserv: { graphiql: false },
} as GraphileConfig.Preset);

const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(0, "127.0.0.1", () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on("disconnect", () => process.exit(0));
