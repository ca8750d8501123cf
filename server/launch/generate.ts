/** `pnpm generate`: everything that is made from schema.prisma and schema.graphql. */
import { generateClientTypes } from "./build-client.ts";
import { generatePrismaClient } from "./prisma-client.ts";
import { runCommand } from "./run-command.ts";

await runCommand(async () => {
  await generatePrismaClient();
  await generateClientTypes();
});
