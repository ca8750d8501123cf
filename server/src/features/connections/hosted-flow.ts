import { setTimeout as wait } from "node:timers/promises";
import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import type { StartedConsent } from "../../providers/provider.ts";
import { Conflict, NotFound } from "../errors.ts";
import { type ConnectionRow, findConnection, lockConnection } from "./connection.ts";
import type { CredentialOwner } from "./credentials.ts";
import { sealLinkToken } from "./link-token.ts";
import { moveStatus } from "./move-status.ts";
import { checkState } from "./return-state.ts";

/** Longer than the provider's calls may take; a caller that died leaves its claim to the next. */
const claimSeconds = 90;
const waitMsMax = 30_000;

/** A hosted flow under way, as its connection's columns. */
export function flowColumns(
  app: App,
  owner: CredentialOwner,
  started: Extract<StartedConsent, { kind: "hosted" }>,
  state: string,
) {
  return {
    linkToken: sealLinkToken(app.config.tokenKeys, owner, started.linkToken),
    linkState: state,
    linkUrl: started.hostedUrl,
    linkExpiresAt: started.expiresAt,
    linkClaimedUntil: null,
  };
}

/** No flow under way. */
export const flowOver = {
  linkToken: null,
  linkUrl: null,
  linkState: null,
  linkExpiresAt: null,
  linkRepairs: false,
  linkClaimedUntil: null,
};

/**
 * Makes this caller the one who finishes the flow, having waited for another who is at it.
 * @returns null when there is nothing (more) to take up: it was completed before, or by the one that was waited for
 * @throws NotFound, Conflict when it is disconnected, or when `returned` belongs to another sign-in
 */
export async function claimFlow(
  app: App,
  organisationId: string,
  id: string,
  returned: URLSearchParams | null,
): Promise<ConnectionRow | null> {
  const giveUpAt = performance.now() + waitMsMax;
  for (;;) {
    const claim = await asOrganisation(app.database, organisationId, async (tx) => {
      const connection = await findConnection(tx, id);
      if (connection === null) throw new NotFound("bank connection");
      if (connection.status === "deleted") throw new Conflict("This bank is disconnected.");
      if (connection.linkToken === null) return "settled";
      checkState(returned, connection.linkState);
      return (await takeClaim(tx, connection)) ? connection : "claimed by another";
    });
    if (claim === "settled") return null;
    if (claim !== "claimed by another") return claim;
    if (performance.now() > giveUpAt) throw new Conflict("It is being completed already.");
    await wait(100);
  }
}

async function takeClaim(tx: TenantTransaction, connection: ConnectionRow): Promise<boolean> {
  const claimed = await tx.query(
    `UPDATE bank_connection SET link_claimed_until = now() + make_interval(secs => $3)
     WHERE organisation_id = $1 AND id = $2 AND link_token = $4
       AND (link_claimed_until IS NULL OR link_claimed_until < now())
     RETURNING id`,
    [tx.organisationId, connection.id, claimSeconds, connection.linkToken],
  );
  return claimed.length === 1;
}

/** Lets go of the flow: to be asked about again, or, when it is over, for good. */
export async function releaseFlow(
  app: App,
  connection: ConnectionRow,
  over: boolean,
): Promise<void> {
  const { id, organisationId } = connection;
  await asOrganisation(app.database, organisationId, async (tx) => {
    const locked = await lockConnection(tx, id);
    if (locked === null || locked.linkToken !== connection.linkToken) return;
    await tx.prisma.bankConnection.update({
      where: { organisationId_id: { organisationId, id } },
      data: over ? flowOver : { linkClaimedUntil: null },
    });
    if (over) {
      const reason = "The sign-in at the bank was not completed.";
      await moveStatus(tx, locked, { type: "consent_abandoned" }, reason);
    }
  });
}
