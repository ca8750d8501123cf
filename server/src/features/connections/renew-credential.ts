import { setTimeout as wait } from "node:timers/promises";
import type { App } from "../../app.ts";
import { asOrganisation, type TenantTransaction } from "../../db/as-organisation.ts";
import { newId } from "../../db/ids.ts";
import { ProviderFailure } from "../../providers/provider.ts";
import { type CredentialOwner, openCredential, sealCredential } from "./credentials.ts";
import { lockStoredCredential, replaceStoredCredential } from "./stored-credential.ts";

/** The connection was disconnected, and its credential wiped, while somebody still used it. */
export class CredentialGone extends Error {
  override readonly name = "CredentialGone";
  readonly code = "CREDENTIAL_GONE";
}

/** Longer than a provider's answer may take; one who died leaves the claim to the next. */
const claimSeconds = 120;
const waitMsMax = 60_000;
const pollMs = { first: 25, max: 400 };
/** The provider takes the old secret no more: a database that restarts must not cost the consent. */
const storeTriesMax = 7;

/**
 * Exchanges a credential that has run out, one exchange of a connection at a time over all processes. Held by a claim
 * in the connection's row and not by a lock: the exchange asks the provider, and neither a transaction nor a pooled
 * connection may wait for that. Works for a disconnected connection's revocation too.
 * @param spent the secret that no longer serves; if another is stored by now, that is the answer
 * @returns the secret that is stored now
 * @throws CredentialGone, ProviderFailure when somebody else's exchange does not end, and what `exchange` throws
 */
export async function renewCredential(
  app: App,
  owner: CredentialOwner,
  spent: string,
  exchange: (current: string) => Promise<string>,
): Promise<string> {
  const claim = newId();
  const newer = await claimRenewal(app, owner, spent, claim);
  if (newer !== null) return newer;
  let renewed: string;
  try {
    renewed = await exchange(spent);
  } catch (error) {
    // Should this fail as well, the claim lapses by itself, and the provider's failure is the one that counts.
    await inRow(app, owner, (tx) => releaseClaim(tx, owner, claim)).catch(() => {});
    throw error;
  }
  return storeRenewed(app, owner, claim, { spent, renewed });
}

/** Null when the claim is ours; else what somebody else got, having waited for them. */
async function claimRenewal(
  app: App,
  owner: CredentialOwner,
  spent: string,
  claim: string,
): Promise<string | null> {
  const giveUpAt = performance.now() + waitMsMax;
  for (let pause = pollMs.first; ; pause = Math.min(pause * 2, pollMs.max)) {
    const found = await inRow(app, owner, async (tx) => {
      const current = await readSecret(app, tx, owner);
      if (current !== spent) return { newer: current };
      return (await takeClaim(tx, owner, claim)) ? { newer: null } : null;
    });
    if (found !== null) return found.newer;
    if (performance.now() > giveUpAt) throw stillRenewing();
    await wait(pause);
  }
}

async function storeRenewed(
  app: App,
  owner: CredentialOwner,
  claim: string,
  { spent, renewed }: { spent: string; renewed: string },
): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await inRow(app, owner, async (tx) => {
        const stored = await lockStoredCredential(tx, owner);
        if (stored === null) throw gone();
        await releaseClaim(tx, owner, claim);
        const current = openCredential(app.config.tokenKeys, owner, stored.sealed);
        // A repair has brought another consent's secret meanwhile: that one stays.
        if (current !== spent) return current;
        const sealed = sealCredential(app.config.tokenKeys, owner, renewed);
        await replaceStoredCredential(tx, owner, stored.place, sealed);
        return renewed;
      });
    } catch (error) {
      if (error instanceof CredentialGone || tries >= storeTriesMax) throw error;
      app.log.warn({ connectionId: owner.connectionId, tries }, "a renewed credential waits");
      await wait(100 * 2 ** tries);
    }
  }
}

async function readSecret(app: App, tx: TenantTransaction, owner: CredentialOwner) {
  const stored = await lockStoredCredential(tx, owner);
  if (stored === null) throw gone();
  return openCredential(app.config.tokenKeys, owner, stored.sealed);
}

async function takeClaim(tx: TenantTransaction, owner: CredentialOwner, claim: string) {
  const claimed = await tx.query(
    `UPDATE bank_connection
     SET renewal_claim = $3, renewal_claimed_until = clock_timestamp() + make_interval(secs => $4)
     WHERE organisation_id = $1 AND id = $2
       AND (renewal_claimed_until IS NULL OR renewal_claimed_until < clock_timestamp())
     RETURNING id`,
    [tx.organisationId, owner.connectionId, claim, claimSeconds],
  );
  return claimed.length === 1;
}

async function releaseClaim(tx: TenantTransaction, owner: CredentialOwner, claim: string) {
  await tx.query(
    `UPDATE bank_connection SET renewal_claim = NULL, renewal_claimed_until = NULL
     WHERE organisation_id = $1 AND id = $2 AND renewal_claim = $3`,
    [tx.organisationId, owner.connectionId, claim],
  );
}

function inRow<Result>(
  app: App,
  { organisationId }: CredentialOwner,
  work: (tx: TenantTransaction) => Promise<Result>,
): Promise<Result> {
  return asOrganisation(app.database, organisationId, work);
}

function gone(): CredentialGone {
  return new CredentialGone("The connection's credential was wiped.");
}

function stillRenewing(): ProviderFailure {
  return new ProviderFailure({
    kind: "temporary",
    message: "The provider does not renew the access in time.",
    detail: "another renewal of this credential has not ended",
  });
}
