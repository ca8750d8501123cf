import type { App } from "../../server/src/app.ts";
import { newId } from "../../server/src/db/ids.ts";
import { sealCredential } from "../../server/src/features/connections/credentials.ts";
import { sealedColumns } from "../../server/src/features/connections/sealed-columns.ts";
import type { Prisma } from "../../server/src/generated/prisma/client.ts";
import { addConnection } from "./world.ts";

/** An active connection of the scripted provider with a sealed credential. @returns its id */
export async function addScriptedConnection(
  app: App,
  organisationId: string,
  values: Partial<Prisma.BankConnectionUncheckedCreateInput> = {},
  secret = "the-secret-of-the-bank",
): Promise<string> {
  const id = newId();
  const owner = { organisationId, connectionId: id };
  return addConnection(app, organisationId, {
    id,
    provider: "scripted",
    ...sealedColumns(sealCredential(app.config.tokenKeys, owner, secret)),
    ...values,
  });
}
