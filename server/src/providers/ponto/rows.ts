import type { LocalDate } from "../../core/dates.ts";
import type { ProviderTransaction, RowProblem } from "../provider.ts";
import { ProviderFailure } from "../provider.ts";
import { rowsPerPage } from "./accounts.ts";
import type { PontoClient } from "./client.ts";
import type { PulledAccount, Step } from "./cursor.ts";
import { type ResourceList, readList } from "./json-api.ts";
import { toTransaction } from "./translate.ts";

/** A page of one of an account's lists. */
export interface Rows {
  readonly transactions: readonly ProviderTransaction[];
  readonly problems: readonly RowProblem[];
  readonly ids: ReadonlySet<string | null>;
  /** The youngest day on it, what is too old counted too; null for a page without a readable row. */
  readonly lastDay: LocalDate | null;
  readonly firstId: string | null;
  /** A link as it was sent. */
  readonly next: string | null;
  /** When the list had last changed, where it says so. */
  readonly asOf: string | null;
}

export const noRows: Rows = {
  transactions: [],
  problems: [],
  ids: new Set(),
  lastDay: null,
  firstId: null,
  next: null,
  asOf: null,
};

/**
 * The page at `step`, without the booked rows before `historyFrom`. None where there is nothing to ask for.
 * @throws ProviderFailure
 */
export async function readRows(
  client: PontoClient,
  token: string,
  account: PulledAccount,
  step: Step,
  historyFrom: LocalDate,
): Promise<Rows> {
  const of = step.list === "corrected" ? account.synchronizationId : account.id;
  if (of === null) return noRows;
  try {
    const path = step.next ?? `${listPath[step.list](of)}?page%5Blimit%5D=${rowsPerPage}`;
    const list = readList(await client.get(path, token));
    return toRows(list, account.id, step.list === "pending", historyFrom);
  } catch (error) {
    // Synchronisations are forgotten after a while; what they corrected is in the list all the same.
    const gone = error instanceof ProviderFailure && error.wire?.httpStatus === 404;
    if (step.list === "corrected" && gone) return noRows;
    throw error;
  }
}

/** When an account's booked list last changed, asked anew. @throws ProviderFailure */
export async function bookedAsOf(
  client: PontoClient,
  token: string,
  accountId: string,
): Promise<string | null> {
  const path = `${listPath.booked(accountId)}?page%5Blimit%5D=1`;
  return asOf(readList(await client.get(path, token)));
}

const listPath = {
  booked: (account: string) =>
    `/ponto-connect/accounts/${encodeURIComponent(account)}/transactions`,
  pending: (account: string) =>
    `/ponto-connect/accounts/${encodeURIComponent(account)}/pending-transactions`,
  corrected: (synchronization: string) =>
    `/ponto-connect/synchronizations/${encodeURIComponent(synchronization)}/updated-transactions`,
};

function toRows(
  list: ResourceList,
  accountId: string,
  pending: boolean,
  historyFrom: LocalDate,
): Rows {
  const read = list.resources.map((resource) => {
    const accountExternalId = resource.related("account") ?? accountId;
    return toTransaction(resource, { accountExternalId, pending });
  });
  const transactions = read.flatMap((row) => (row.ok ? [row.value] : []));
  return {
    transactions: transactions.filter(({ bookedOn }) => pending || bookedOn >= historyFrom),
    problems: read.flatMap((row) => (row.ok ? [] : [row.problem])),
    ids: new Set(list.resources.map(({ id }) => id)),
    lastDay: transactions.reduce<LocalDate | null>(
      (last, { bookedOn }) => (last === null || bookedOn > last ? bookedOn : last),
      null,
    ),
    firstId: list.resources[0]?.id ?? null,
    next: list.next,
    asOf: asOf(list),
  };
}

function asOf({ meta }: ResourceList): string | null {
  return typeof meta.synchronizedAt === "string" ? meta.synchronizedAt : null;
}
