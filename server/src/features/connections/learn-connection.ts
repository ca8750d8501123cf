import type { App } from "../../app.ts";
import { asOrganisation } from "../../db/as-organisation.ts";
import { emit } from "../../events/emit.ts";
import { ProviderFailure } from "../../providers/provider.ts";
import { pathOf } from "./account-path.ts";
import { findConnection, lockConnection } from "./connection.ts";
import { openConnection, providerOf } from "./open-connection.ts";
import { saveAccounts } from "./save-accounts.ts";

/**
 * Asks the provider which bank and which accounts a connection stands for, so that they are on the screen before the
 * first transactions. Failing it costs nothing: each sync asks again.
 */
export async function learnConnection(app: App, organisationId: string, id: string): Promise<void> {
  const connection = await asOrganisation(app.database, organisationId, (tx) =>
    findConnection(tx, id),
  );
  if (connection === null) return;
  const credential = await openConnection(app, connection);
  if (credential === null) return;
  const provider = providerOf(app, connection);
  // Whoever pushes tells of accounts with the lines.
  if (provider.description.kind === "push") return;
  try {
    const [known, { accounts, problems }] = await Promise.all([
      provider.fetchConnection(credential),
      provider.fetchAccounts(credential),
    ]);
    const institution =
      known.institutionId && (await provider.findInstitution(known.institutionId));
    await asOrganisation(app.database, organisationId, async (tx) => {
      const locked = await lockConnection(tx, id);
      if (locked === null || locked.status === "deleted") return;
      await tx.prisma.bankConnection.update({
        where: { organisationId_id: { organisationId, id } },
        data: {
          consentExpiresAt: known.consentExpiresAt,
          successfullyAggregatedAt: known.successfullyAggregatedAt,
          ...(institution && {
            institutionId: institution.id,
            institutionName: institution.name,
            institutionColour: institution.colour,
          }),
        },
      });
      await saveAccounts(tx, locked, accounts, {
        now: app.now(),
        complete: problems.length === 0,
        institutionId: known.institutionId,
        path: pathOf(provider.description.kind),
      });
      emit(tx, { topic: "bank_connection.changed", connectionId: id });
    });
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    app.log.warn(
      { connectionId: id, detail: error.detail },
      "could not ask for a new connection's accounts",
    );
  }
}
