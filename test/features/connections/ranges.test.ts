import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { sealCredential } from "../../../server/src/features/connections/credentials.ts";
import { receiveWebhook } from "../../../server/src/features/connections/receive-webhook.ts";
import { credentialColumns } from "../../../server/src/features/connections/sealed-columns.ts";
import { formerPrefix } from "../../../server/src/features/connections/sync/recognise-former-lines.ts";
import { syncConnection } from "../../../server/src/features/connections/sync-connection.ts";
import type { BankTransaction } from "../../../server/src/generated/prisma/client.ts";
import type { WebhookFact, WholeRange } from "../../../server/src/providers/provider.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { runJobs } from "../../support/queue.ts";
import { aProviderAccount, aRow, WindowBank } from "../../support/window-bank.ts";
import {
  addConnection,
  addMatch,
  addOpenItems,
  addOrganisation,
  createTestApp,
  type TestApp,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let bank: WindowBank;
let app: TestApp;
let organisation: WorldOrganisation;
let connectionId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  bank = new WindowBank();
  // The worker has its own clock: what is for later must be later there too.
  app = await createTestApp(database.serverUrl, { providers: [bank], now: new Date() });
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

beforeEach(async () => {
  Object.assign(bank, new WindowBank());
  bank.asked.length = 0;
  organisation = await addOrganisation(app);
  connectionId = await connect();
});

async function connect(values: Parameters<typeof addConnection>[2] = {}): Promise<string> {
  const id = await addConnection(app, organisation.id, { provider: "window", ...values });
  const owner = { organisationId: organisation.id, connectionId: id };
  const sealed = sealCredential(app.config.tokenKeys, owner, "secret");
  await inOrganisation((tx) =>
    tx.prisma.bankConnection.updateMany({ where: { id }, data: credentialColumns(sealed) }),
  );
  return id;
}

function inOrganisation<Result>(work: Parameters<typeof asOrganisation<Result>>[2]) {
  return asOrganisation(app.database, organisation.id, work);
}

const sync = (id = connectionId) =>
  syncConnection(app, {
    organisationId: organisation.id,
    connectionId: id,
    trigger: "manual",
  });

async function books(): Promise<Map<string, BankTransaction>> {
  const rows = await inOrganisation((tx) => tx.prisma.bankTransaction.findMany());
  return new Map(rows.map((row) => [row.externalId, row]));
}

async function alive(): Promise<string[]> {
  return [...(await books()).values()]
    .filter(({ removedAt }) => removedAt === null)
    .map(({ externalId }) => externalId)
    .sort();
}

const range = (rows: WholeRange["rows"], from: string | null = null): WholeRange => ({
  accountExternalId: "account-1",
  rows,
  from: from as WholeRange["from"],
});

describe("a part of an account that is read whole", () => {
  test("loses what is known in it and does not come, and reopens what that had settled", async () => {
    bank.rows = [aRow("a"), aRow("b")];
    await sync();
    const b = (await books()).get("b");
    const [openItemId = ""] = await addOpenItems(app, organisation.id, [{ amountMinor: 1_000n }]);
    await addMatch(app, organisation.id, {
      ...{ transactionId: b?.id ?? "", openItemId },
      ...{ amountMinor: 1_000n, currency: "GBP" },
    });
    bank.rows = [aRow("a"), aRow("c", { amountMinor: 5n })];
    await sync();
    expect(await alive()).toEqual(["a", "c"]);
    const match = await inOrganisation((tx) => tx.prisma.match.findFirst());
    expect(match).toMatchObject({ voidReason: "The bank removed the transaction." });
    const run = await inOrganisation((tx) =>
      tx.prisma.syncRun.findFirst({ orderBy: { id: "desc" } }),
    );
    expect(run).toMatchObject({ added: 1, modified: 0, removed: 1 });
  });

  test("is told from the other rows: pending or booked, and from a day on", async () => {
    bank.rows = [
      ...[aRow("old", { bookedOn: "2026-10-01" }), aRow("booked"), aRow("other")],
      aRow("pending", { pending: true, amountMinor: 7n }),
    ];
    await sync();
    bank.rows = [aRow("other")];
    bank.whole = () => [range("pending")];
    await sync();
    expect(await alive()).toEqual(["booked", "old", "other"]);
    bank.whole = () => [range("booked", "2026-11-01")];
    await sync();
    expect(await alive()).toEqual(["old", "other"]);
    bank.rows = [aRow("other"), aRow("booked")];
    await sync();
    expect(await alive()).toEqual(["booked", "old", "other"]);
  });

  test("is told from other accounts and other connections", async () => {
    bank.accounts.push(aProviderAccount("account-2"));
    bank.rows = [aRow("a"), aRow("two", { accountExternalId: "account-2" })];
    await sync();
    const second = await connect();
    await sync(second);
    bank.rows = [];
    bank.whole = () => [range("all")];
    await sync();
    const left = await inOrganisation((tx) =>
      tx.query<{ external_id: string; connection_id: string }>(
        `SELECT t.external_id, a.connection_id FROM bank_transaction t
         JOIN financial_account a ON a.id = t.account_id WHERE t.removed_at IS NULL
         ORDER BY t.external_id`,
      ),
    );
    expect(left).toEqual(
      [
        { external_id: "a", connection_id: second },
        ...[connectionId, second].sort().map((id) => ({ external_id: "two", connection_id: id })),
      ].sort((x, y) =>
        x.external_id + x.connection_id < y.external_id + y.connection_id ? -1 : 1,
      ),
    );
  });

  test("keeps the lines of an older link of the bank", async () => {
    bank.rows = [aRow("a"), aRow("b")];
    await sync();
    await inOrganisation((tx) =>
      tx.prisma.bankTransaction.updateMany({
        where: { externalId: "b" },
        data: { externalId: `${formerPrefix}b` },
      }),
    );
    bank.rows = [aRow("a")];
    await sync();
    expect(await alive()).toEqual(["a", `${formerPrefix}b`]);
  });

  test("keeps rows that came and could not be read, and all while it is not known which", async () => {
    bank.rows = [aRow("a"), aRow("b"), aRow("c")];
    await sync();
    bank.rows = [aRow("a")];
    bank.problems = [{ externalId: null, message: "A row without an id." }];
    await sync();
    expect(await alive()).toEqual(["a", "b", "c"]);
    bank.problems = [{ externalId: "b", message: "The amount is no number." }];
    await sync();
    expect(await alive()).toEqual(["a", "b"]);
  });

  test("counts over all pages and all attempts of a pull", async () => {
    bank.rowsPerPage = 2;
    bank.rows = Array.from({ length: 9 }, (_, at) => aRow(`row-${at}`));
    await sync();
    bank.rows = bank.rows.filter(({ externalId }) => externalId !== "row-4");
    const bounded = { ...app, config: { ...app.config, syncPagesMax: 1 } };
    const job = { organisationId: organisation.id, connectionId, trigger: "manual" as const };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await syncConnection(bounded, job);
      expect(await alive()).toHaveLength(9);
    }
    await syncConnection(bounded, job);
    expect(await alive()).toEqual(bank.rows.map(({ externalId }) => externalId).sort());
  });
});

describe("days that a webhook names", () => {
  const told = (fact: WebhookFact, key: string, keyLastsMs: number | null = null) =>
    receiveWebhook(app, "window", {
      path: "",
      headers: {},
      body: Buffer.from(JSON.stringify({ key, keyLastsMs, fact })),
      receivedAt: app.now(),
    });

  async function available(key: string, changedFrom: string | null, gone: string[] = []) {
    const externalId = (await connection()).externalId ?? "";
    await told(
      {
        ...{ kind: "transactions_available", externalId, goneExternalIds: gone },
        changedFrom: changedFrom as WholeRange["from"],
      },
      key,
    );
  }

  const connection = () =>
    inOrganisation((tx) =>
      tx.prisma.bankConnection.findFirstOrThrow({ where: { id: connectionId } }),
    );

  test("are read again by the next pull, the oldest of them, and then forgotten", async () => {
    bank.rows = [aRow("a", { bookedOn: "2026-10-05" })];
    await sync();
    await available("k1", "2026-11-03");
    await available("k2", null, ["a", "unheard of"]);
    await available("k3", "2026-10-20");
    bank.asked.length = 0;
    await runJobs(app);
    expect(bank.asked.map(({ rereadFrom }) => rereadFrom)).toContain("2026-10-05");
    expect((await connection()).rereadFrom).toBeNull();
    bank.asked.length = 0;
    await sync();
    expect(bank.asked.map(({ rereadFrom }) => rereadFrom)).toEqual([null]);
  });

  test("named again while they are being read are read once more", async () => {
    await sync();
    await available("k4", "2026-11-03");
    bank.asked.length = 0;
    let first = true;
    bank.beforePage = async () => {
      if (!first) return;
      first = false;
      await available("k5", "2026-11-03");
    };
    await runJobs(app);
    const reread = bank.asked.filter(({ rereadFrom }) => rereadFrom === "2026-11-03");
    expect(reread.length).toBeGreaterThanOrEqual(2);
    expect((await connection()).rereadFrom).toBeNull();
  });

  test("stay the question of a pull that goes on in another attempt", async () => {
    bank.rowsPerPage = 1;
    bank.rows = [aRow("a"), aRow("b"), aRow("c")];
    const bounded = { ...app, config: { ...app.config, syncPagesMax: 1 } };
    const job = { organisationId: organisation.id, connectionId, trigger: "manual" as const };
    await syncConnection(bounded, job);
    await available("k6", "2026-11-03");
    await runJobs(app);
    const asked = bank.asked.map(({ cursor, rereadFrom }) => `${cursor} ${rereadFrom}`);
    // The page that an attempt had ahead when it made room is asked for again.
    expect([...new Set(asked)].slice(0, 4)).toEqual([
      ...["null null", "page 1 null", "page 2 null", "the end 2026-11-03"],
    ]);
    expect((await connection()).rereadFrom).toBeNull();
  });

  test("come under a key that means the same delivery for as long as it lasts, and then another", async () => {
    const fact: WebhookFact = {
      ...{ kind: "transactions_available", goneExternalIds: [], changedFrom: null },
      externalId: (await connection()).externalId ?? "",
    };
    const recorded = () => inOrganisation((tx) => tx.prisma.webhookDelivery.count());
    await told(fact, "same bytes", 60_000);
    app.advance(59_000);
    await told(fact, "same bytes", 60_000);
    expect(await recorded()).toBe(1);
    app.advance(1_000);
    await Promise.all([told(fact, "same bytes", 60_000), told(fact, "same bytes", 60_000)]);
    expect(await recorded()).toBe(2);
    await told(fact, "same bytes", 60_000);
    expect(await recorded()).toBe(2);
  });
});
