import { createHash } from "node:crypto";
import type { StoryInstitution } from "../../../prisma/story/types.ts";
import { toDouble } from "../world/money.ts";
import type { BankRow } from "../world/row.ts";
import type { World } from "../world/world.ts";
import { idOf } from "./ids.ts";
import {
  authorizationEnds,
  type Integration,
  type PontoAccount,
  type Sync,
} from "./integrations.ts";

/** The world in JSON:API's words. Money in is positive on this wire. */
export function toAccount(
  world: World,
  integration: Integration,
  account: PontoAccount,
  now: number,
) {
  const known = world.account(account.path);
  const { currency, kind } = known;
  const available = account.balanceMinor + account.pendingMinor + (known.creditLimitMinor ?? 0n);
  const latest = account.syncs.at(-1);
  return {
    type: "account",
    id: account.id,
    attributes: {
      subtype: kind === "credit_card" ? "card" : kind === "savings" ? "savings" : "checking",
      referenceType: known.iban === null ? "BBAN" : "IBAN",
      reference: known.iban ?? `0000${known.mask}`,
      product: known.officialName,
      description: known.name,
      internalReference: idOf(account.id, "reference"),
      holderName: "Tieout demo company",
      deprecated: false,
      currency,
      currentBalance: toDouble(account.balanceMinor, currency),
      availableBalance: toDouble(available, currency),
      authorizedAt: iso(integration.authorizedAt),
      authorizationExpirationExpectedAt: iso(authorizationEnds(integration)),
    },
    relationships: {
      financialInstitution: {
        data: { type: "financialInstitution", id: institutionId(integration.institutionKey) },
      },
    },
    meta: {
      synchronizedAt: account.syncedAt === null ? null : iso(account.syncedAt),
      availability: "available",
      latestSynchronization: latest === undefined ? null : toSynchronization(account, latest, now),
    },
  };
}

export function toTransaction(integration: Integration, account: PontoAccount, row: BankRow) {
  const { bookedOn, reference } = row;
  const midnight = `${bookedOn}T00:00:00.000Z`;
  const id = transactionId(integration, row);
  return {
    type: row.pending ? "pendingTransaction" : "transaction",
    id,
    attributes: {
      amount: toDouble(row.amountMinor, row.currency),
      currency: row.currency,
      executionDate: midnight,
      valueDate: midnight,
      description: row.description,
      remittanceInformation: reference,
      remittanceInformationType: reference === null ? null : "structured",
      counterpartName: row.counterpartyName,
      counterpartReference: null,
      endToEndId: "NOTPROVIDED",
      internalReference: idOf(id, "reference"),
      bankTransactionCode: row.channel === "card" ? "PMNT-CCRD-POSD" : "PMNT-IRCT-ESCT",
      digest: createHash("sha256")
        .update(`${bookedOn}${row.amountMinor}${row.description}`)
        .digest("hex"),
    },
    relationships: { account: { data: { type: "account", id: account.id } } },
  };
}

/** Pending rows are a resource of their own, under ids of their own. */
export function transactionId(
  { consentId }: Integration,
  row: Pick<BankRow, "index" | "pending">,
): string {
  return idOf(consentId, row.pending ? "pending" : "booked", row.index);
}

export function toSynchronization(account: PontoAccount, sync: Sync, now: number) {
  return {
    type: "synchronization",
    id: sync.syncId,
    attributes: {
      status: statusOf(sync, now),
      subtype: sync.subtype,
      resourceType: "account",
      resourceId: account.id,
      errors: sync.error === null ? [] : [{ code: sync.error, detail: "It failed.", meta: {} }],
      createdAt: iso(sync.at),
      updatedAt: iso(sync.endedAt ?? sync.at),
    },
  };
}

/** It waits a moment before it runs. */
const pendingMs = 200;

function statusOf(sync: Sync, now: number): "pending" | "running" | "success" | "error" {
  if (sync.endedAt === null) return now - sync.at < pendingMs ? "pending" : "running";
  return sync.error === null ? "success" : "error";
}

export function institutionId(key: string): string {
  return idOf("institution", key);
}

export function toInstitution(institution: StoryInstitution) {
  return {
    type: "financialInstitution",
    id: institutionId(institution.key),
    attributes: {
      name: institution.name,
      country: institution.countries[0],
      primaryColor: institution.colour,
      deprecated: false,
    },
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
