/** Payments over HTTP: the operations, the Codat adapter and the sandbox's Codat, which fails by chance from a seed. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { completeAccountingConnection } from "../../../server/src/features/accounting/complete-accounting-connection.ts";
import { pullDocuments } from "../../../server/src/features/accounting/documents/pull-documents.ts";
import { openFeed } from "../../../server/src/features/accounting/open-feed.ts";
import { listPaymentOffers } from "../../../server/src/features/accounting/payments/list-payment-offers.ts";
import { performPayments } from "../../../server/src/features/accounting/payments/perform-payments.ts";
import { setAccountingOptions } from "../../../server/src/features/accounting/set-accounting-options.ts";
import { startAccountingConnection } from "../../../server/src/features/accounting/start-accounting-connection.ts";
import { listOpenItems } from "../../../server/src/features/documents/list-open-items.ts";
import { confirmMatch } from "../../../server/src/features/reconciliation/confirm-match.ts";
import { createCodatPlatform } from "../../../server/src/platforms/codat/platform.ts";
import { today } from "../../sandbox/bank.ts";
import { openCodat } from "../../sandbox/codat-client.ts";
import { allowBooks } from "../../support/codat-link.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
} from "../../support/world.ts";

let database: TestDatabase;
const open: TestApp[] = [];
const paymentsCount = 12;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

afterAll(() => database.drop());

/** Xero's invoices in pounds as open items, so many of them paid by bank lines and sent back by themselves. */
async function paidInvoices(count: number) {
  const codat = await openCodat();
  const platform = createCodatPlatform({
    ...{ apiKey: "sandbox-codat-key", baseUrl: `${codat.bank.url}/codat`, webhookSecrets: [] },
    environment: "simulated",
  });
  const now = new Date(`${today}T12:00:00Z`);
  const app = await createTestApp(database.serverUrl, { platforms: [platform], now });
  open.push(app);
  const organisation = await addOrganisation(app);
  const viewer = viewerIn(organisation);
  const { connection, linkUrl } = await startAccountingConnection(app, viewer, {
    ...{ platform: "codat", package: "xero", companyName: "Harbour & Vale Ltd" },
  });
  const back = await allowBooks(linkUrl ?? "");
  await completeAccountingConnection(app, viewer, new URL(back ?? "").search);
  const bankId = await addConnection(app, organisation.id);
  const accountId = await addAccount(app, organisation.id, bankId, { balanceCurrentMinor: 0n });
  await openFeed(app, viewer, {
    ...{ connectionId: connection.id, accountId, target: { kind: "new", name: "Operating" } },
    feedStartOn: addDays(localDate(today), -30),
    ...{ pushMode: "manual", pushEveryHours: null },
  });
  await codat.bank.idle();
  const options = { pullsDocuments: true, sendsPayments: true };
  await setAccountingOptions(app, viewer, connection.id, options);
  const job = { organisationId: organisation.id, connectionId: connection.id };
  await pullDocuments(app, job);
  const filter = { kinds: ["invoice" as const] };
  const items = (await listOpenItems(app, viewer, { page: { first: 200 }, filter })).rows
    .filter(({ currency }) => currency === "GBP")
    .slice(0, count);
  for (const { id: openItemId, amountMinor } of items) {
    const [transactionId = ""] = await addTransactions(app, organisation.id, accountId, [
      { amountMinor, bookedOn: localDate(today) },
    ]);
    const amount = `${amountMinor / 100n}.${String(amountMinor % 100n).padStart(2, "0")}`;
    await confirmMatch(app, viewer, [{ transactionId, openItemId, amount }]);
  }
  /** The adapter says until when to wait by the machine's clock, which is not the test's. */
  const comeDue = () =>
    asOrganisation(app.database, organisation.id, (tx) =>
      tx.query("UPDATE payment_offer SET next_look_at = least(next_look_at, $1)", [app.now()]),
    );
  const offers = async () =>
    (await listPaymentOffers(app, viewer, connection.id, { page: { first: 200 } })).rows;
  return { codat, app, items, job, offers, comeDue };
}

const seeds = (process.env.ACCOUNTING_SEED ?? "5,6,7").split(",");

test.each(seeds)(
  "under failures of seed %s every payment is booked once",
  async (seed) => {
    const { codat, app, items, job, offers, comeDue } = await paidInvoices(paymentsCount);
    expect(items.length).toBeGreaterThan(5);
    const rates = {
      ...{ rate_limit: 0.02, internal_error: 0.04, unavailable: 0.02 },
      ...{ cut_before: 0.05, cut_after: 0.08, push_timed_out: 0.1, push_written_later: 0.08 },
    };
    await codat.say("modes", { idempotency: false, tells_data: Number(seed) % 2 === 0 });
    await codat.say("plan", { seed, rates, calls: null, retry_after: 1 });
    for (let round = 0; round < 80; round++) {
      await performPayments(app, job);
      await codat.bank.idle();
      app.advance(65_000);
      await comeDue();
      if ((await offers()).every(({ status }) => status === "success" || status === "failed"))
        break;
    }
    await codat.say("faults/clear");
    expect((await offers()).map(({ status }) => status)).toEqual(items.map(() => "success"));
    const state = await codat.read("state");
    const query = `documents?books=${encodeURIComponent(state.books[0].books)}`;
    const there: { invoiceNumber?: string; paymentAllocations: unknown[] }[] =
      await codat.read(query);
    const paid = there.filter((one) => items.some(({ number }) => number === one.invoiceNumber));
    expect(paid).toHaveLength(items.length);
    for (const one of paid) {
      expect(one).toMatchObject({ amountDue: 0, status: "Paid" });
      expect(one.paymentAllocations).toHaveLength(1);
    }
  },
  120_000,
);
