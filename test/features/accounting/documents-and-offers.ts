/** Documents that are pulled from a company's books, matched, and offered back as payments. */
import { expect } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { listAccountingDocuments } from "../../../server/src/features/accounting/documents/list-documents.ts";
import { pullAccountingDocuments } from "../../../server/src/features/accounting/documents/pull-documents.ts";
import { listPaymentOffers } from "../../../server/src/features/accounting/payments/list-payment-offers.ts";
import { setAccountingOptions } from "../../../server/src/features/accounting/set-accounting-options.ts";
import { listOpenItems } from "../../../server/src/features/documents/list-open-items.ts";
import { confirmMatch } from "../../../server/src/features/reconciliation/confirm-match.ts";
import type { PlatformDocument } from "../../../server/src/platforms/platform.ts";
import { runJobs } from "../../support/queue.ts";
import { addTransactions, viewerIn } from "../../support/world.ts";
import type { FedBooks } from "./setup.ts";
import type { AccountingWorld } from "./worlds.ts";

export interface FedWorld extends AccountingWorld {
  readonly books: FedBooks;
}

export const invoice = (more: Partial<PlatformDocument> = {}): PlatformDocument => ({
  ...{ kind: "invoice", externalId: "181", number: "INV-181", counterpartyExternalId: "80" },
  ...{
    counterpartyName: "Birch Ltd",
    issuedOn: localDate("2026-11-01"),
    dueOn: localDate("2026-12-01"),
  },
  ...{ currency: "GBP", totalMinor: 120_00n, dueMinor: 120_00n, state: "open", modifiedAt: null },
  ...more,
});

/** Pulls, where the books have these documents. */
export async function pull(
  { app, platform, books }: FedWorld,
  ...documents: PlatformDocument[]
): Promise<void> {
  platform.documents = documents;
  const viewer = viewerIn(books.organisation);
  await setAccountingOptions(app, viewer, books.connectionId, { pullsDocuments: true });
  await pullAccountingDocuments(app, viewer, books.connectionId);
  expect(await runJobs(app)).toEqual([]);
}

export async function items({ app, books }: FedWorld) {
  return (await listOpenItems(app, viewerIn(books.organisation), { page: {}, filter: {} })).rows;
}

/** What keeps documents from being taken as they are there. */
export async function problems({ app, books }: FedWorld) {
  const { organisation, connectionId } = books;
  const asked = { page: {}, onlyProblems: true };
  const documents = await listAccountingDocuments(app, viewerIn(organisation), connectionId, asked);
  return documents.rows.map(({ problem }) => problem);
}

export async function offers({ app, books }: FedWorld) {
  const { organisation, connectionId } = books;
  return (await listPaymentOffers(app, viewerIn(organisation), connectionId, { page: {} })).rows;
}

/** A bank line that pays so much of the only open item, matched by hand. @returns the match */
export async function payItem(world: FedWorld, amount: string): Promise<string> {
  const { organisation, accountId } = world.books;
  const [item] = await items(world);
  const minor = BigInt(amount.replace(".", ""));
  const [transactionId = ""] = await addTransactions(world.app, organisation.id, accountId, [
    { amountMinor: minor, bookedOn: localDate("2026-11-18"), reference: "INV-181" },
  ]);
  const { match } = await confirmMatch(world.app, viewerIn(organisation), [
    { transactionId, openItemId: item?.id ?? "", amount },
  ]);
  return match.id;
}
