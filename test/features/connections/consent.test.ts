import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { completeBankConnection } from "../../../server/src/features/connections/complete-bank-connection.ts";
import { disconnectBankConnection } from "../../../server/src/features/connections/disconnect-bank-connection.ts";
import { openConnection } from "../../../server/src/features/connections/open-connection.ts";
import { repairBankConnection } from "../../../server/src/features/connections/repair-bank-connection.ts";
import { credentialColumns } from "../../../server/src/features/connections/sealed-columns.ts";
import { startBankConnection } from "../../../server/src/features/connections/start-bank-connection.ts";
import { syncBankConnection } from "../../../server/src/features/connections/sync-bank-connection.ts";
import { ask } from "../../support/ask.ts";
import { cancelAt, consentTo, startTestBank, type TestBank } from "../../support/bank.ts";
import {
  booksOf,
  connectBank,
  connectionOf,
  createBankApp,
  settle,
  startWebhookReceiver,
  type WebhookReceiver,
} from "../../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { bringForward, runJobs } from "../../support/queue.ts";
import {
  addOrganisation,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let bank: TestBank;
let receiver: WebhookReceiver;
let app: TestApp;
let organisation: WorldOrganisation;

beforeAll(async () => {
  [database, bank, receiver] = await Promise.all([
    createTestDatabase(),
    startTestBank(),
    startWebhookReceiver(),
  ]);
  app = await createBankApp(database.serverUrl, bank, receiver);
  organisation = await addOrganisation(app);
});

afterAll(async () => {
  await app.close();
  await bank.close();
  await receiver.close();
  await database.drop();
});

const owner = () => viewerIn(organisation);
const start = () => startBankConnection(app, owner(), { provider: "plaid", institutionId: null });
const rowOf = (id: string) => connectionOf(app, organisation.id, id);
const firstBank = async () => (await bank.provider.searchInstitutions("", 1))[0];

const changesOf = (id: string) =>
  asOrganisation(app.database, organisation.id, async (tx) => {
    const changes = await tx.prisma.connectionStatusChange.findMany({
      where: { connectionId: id },
      orderBy: { id: "asc" },
    });
    return changes.map(({ toStatus }) => toStatus);
  });

async function connected(): Promise<{ id: string; item: string }> {
  const id = await connectBank(app, owner(), bank);
  await settle(app, bank);
  return { id, item: (await rowOf(id)).externalId ?? "" };
}

describe("connecting", () => {
  test("can be asked for by its bank, whose name is known at once", async () => {
    const institution = await firstBank();
    const started = await startBankConnection(app, owner(), {
      provider: "plaid",
      institutionId: institution?.id ?? "",
    });
    expect(await rowOf(started.connectionId)).toMatchObject({
      status: "in_progress",
      institutionName: institution?.name,
      institutionColour: institution?.colour,
    });
  });

  test("is refused for a provider or a bank that is not there", async () => {
    const other = { provider: "nobody", institutionId: null };
    await expect(startBankConnection(app, owner(), other)).rejects.toMatchObject({
      field: "provider",
    });
    const nowhere = { provider: "plaid", institutionId: "ins_0" };
    await expect(startBankConnection(app, owner(), nowhere)).rejects.toMatchObject({
      field: "institutionId",
    });
  });

  test("completed twice at once is completed once, and both callers see it done", async () => {
    const started = await start();
    await consentTo(started.hostedLinkUrl ?? "", (await firstBank())?.id);
    const items = bank.running.sandbox.items.live().length;
    const complete = () => completeBankConnection(app, owner(), started.connectionId);
    await Promise.all([
      complete().then(async () =>
        expect((await rowOf(started.connectionId)).status).toBe("active"),
      ),
      complete().then(async () =>
        expect((await rowOf(started.connectionId)).status).toBe("active"),
      ),
    ]);
    await complete();
    expect(bank.running.sandbox.items.live()).toHaveLength(items);
    expect(await changesOf(started.connectionId)).toEqual(["pending", "in_progress", "active"]);
  });

  test("that is not finished yet stays in progress", async () => {
    const started = await start();
    await completeBankConnection(app, owner(), started.connectionId);
    expect((await rowOf(started.connectionId)).status).toBe("in_progress");
  });

  test("that was cancelled at the bank goes back to pending, with the reason", async () => {
    const started = await start();
    await cancelAt(started.hostedLinkUrl ?? "");
    await completeBankConnection(app, owner(), started.connectionId);
    expect(await rowOf(started.connectionId)).toMatchObject({
      status: "pending",
      statusReason: "The sign-in at the bank was not completed.",
      linkToken: null,
    });
  });

  test("keeps the access token sealed, and nowhere in clear", async () => {
    const { id, item } = await connected();
    const { accessToken } = bank.running.sandbox.items.get(item);
    expect((await openConnection(app, await rowOf(id)))?.secret).toBe(accessToken);
    const { rows } = await app.database.pool.query<{ line: string }>(
      "SELECT j::text AS line FROM graphile_worker._private_jobs j",
    );
    expect(rows.map(({ line }) => line).join()).not.toContain(accessToken);
    expect(
      JSON.stringify(await rowOf(id), (_, value) => (typeof value === "bigint" ? "" : value)),
    ).not.toContain(accessToken);
  });

  test("seals the token anew with the first key of the ring on its next use", async () => {
    const { id, item } = await connected();
    const rotated = {
      ...app,
      config: {
        ...app.config,
        tokenKeys: [{ id: "second", key: Buffer.alloc(32, 9) }, ...app.config.tokenKeys],
      },
    };
    const { accessToken } = bank.running.sandbox.items.get(item);
    expect((await openConnection(rotated, await rowOf(id)))?.secret).toBe(accessToken);
    expect((await rowOf(id)).credentialKeyId).toBe("second");
    const alone = {
      ...rotated,
      config: { ...rotated.config, tokenKeys: rotated.config.tokenKeys.slice(0, 1) },
    };
    expect((await openConnection(alone, await rowOf(id)))?.secret).toBe(accessToken);
  });
});

describe("a sign-in that the bank no longer takes", () => {
  test("asks for a person, is repaired by one, and keeps its history", async () => {
    const { id, item } = await connected();
    const before = await booksOf(app, organisation.id);
    await bank.control("faults", { name: "login_required", item_id: item });
    await settle(app, bank);
    expect(await rowOf(id)).toMatchObject({
      status: "reconnect_required",
      statusReason: "The bank asks you to sign in again.",
    });
    await expect(syncBankConnection(app, owner(), id)).rejects.toMatchObject({ code: "CONFLICT" });
    const repair = await repairBankConnection(app, owner(), id);
    expect((await rowOf(id)).status).toBe("reconnect_required");
    await consentTo(repair.hostedLinkUrl ?? "");
    await completeBankConnection(app, owner(), id);
    expect(await rowOf(id)).toMatchObject({
      status: "active",
      statusReason: null,
      externalId: item,
    });
    await settle(app, bank);
    expect(await rowOf(id)).toMatchObject({ status: "active" });
    const after = await booksOf(app, organisation.id);
    expect(after.map((row) => row.id)).toEqual(expect.arrayContaining(before.map((row) => row.id)));
  });

  test("given up leaves the connection as it was", async () => {
    const { id, item } = await connected();
    await bank.control("faults", { name: "login_required", item_id: item });
    await settle(app, bank);
    const repair = await repairBankConnection(app, owner(), id);
    await cancelAt(repair.hostedLinkUrl ?? "");
    await completeBankConnection(app, owner(), id);
    expect(await rowOf(id)).toMatchObject({ status: "reconnect_required", linkToken: null });
  });

  test("that heals by itself needs nobody", async () => {
    const { id, item } = await connected();
    await bank.control("faults", { name: "login_required", item_id: item });
    await settle(app, bank);
    await bank.control("items/repair", { item_id: item });
    await settle(app, bank);
    expect((await rowOf(id)).status).toBe("active");
  });

  test("withdrawn at the bank asks for a person", async () => {
    const { id, item } = await connected();
    await bank.control("items/revoke", { item_id: item });
    await settle(app, bank);
    expect((await rowOf(id)).status).toBe("reconnect_required");
  });
});

describe("disconnecting", () => {
  test("keeps the history, closes the accounts, ends the consent and forgets the credential", async () => {
    const { id, item } = await connected();
    const before = (await booksOf(app, organisation.id)).length;
    await disconnectBankConnection(app, owner(), id);
    expect(await rowOf(id)).toMatchObject({ status: "deleted", deletedAt: expect.any(Date) });
    await settle(app, bank);
    expect(await rowOf(id)).toMatchObject({
      credentialKeyId: null,
      credentialNonce: null,
      credentialCiphertext: null,
      credentialTag: null,
    });
    expect(bank.running.sandbox.items.get(item).removed).toBe(true);
    expect(await booksOf(app, organisation.id)).toHaveLength(before);
    const accounts = await asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.financialAccount.findMany({ where: { connectionId: id } }),
    );
    expect(accounts.every(({ closedAt }) => closedAt !== null)).toBe(true);
    await disconnectBankConnection(app, owner(), id);
  });

  test("does not wait for a provider that is down, and keeps the credential until it is back", async () => {
    const { id, item } = await connected();
    await bank.control("faults", { name: "internal_error", item_id: item, count: 1 });
    await disconnectBankConnection(app, owner(), id);
    expect(await runJobs(app)).toEqual([]);
    expect(await rowOf(id)).toMatchObject({ credentialKeyId: null, consentRevokedAt: null });
    expect(bank.running.sandbox.items.get(item).removed).toBe(false);
    await bringForward(app, ["revokeConsent"]);
    expect(await runJobs(app)).toEqual([]);
    expect((await rowOf(id)).consentRevokedAt).not.toBeNull();
    expect(bank.running.sandbox.items.get(item).removed).toBe(true);
  });
});

describe("the API", () => {
  const document = `mutation ($id: ID!) {
    start: startBankConnection(provider: "plaid") { __typename ... on Problem { code } }
    complete: completeBankConnection(id: $id) { __typename ... on Problem { code } }
    sync: syncBankConnection(id: $id) { __typename ... on Problem { code } }
    repair: repairBankConnection(id: $id) { __typename ... on Problem { code } }
    disconnect: disconnectBankConnection(id: $id) { __typename ... on Problem { code } }
  }`;

  test("refuses every change to who may only read", async () => {
    const { id } = await connected();
    const { data } = await ask(app, viewerIn(organisation, "accountant"), document, { id });
    for (const name of ["start", "complete", "sync", "repair", "disconnect"]) {
      expect(data[name]).toEqual({ __typename: "ForbiddenProblem", code: "FORBIDDEN" });
    }
  });

  test("answers a foreign id like one that does not exist, and like one that is none", async () => {
    const { id } = await connected();
    const stranger = viewerIn(await addOrganisation(app));
    const without = document.replace(/start: .*\n/, "");
    const answers = await Promise.all(
      [id, "01a1fc00-0000-7000-8000-000000000000", "nonsense"].map((each) =>
        ask(app, stranger, without, { id: each }),
      ),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[2]).toEqual(answers[1]);
    expect(answers[0]?.data.sync).toEqual({ __typename: "NotFoundProblem", code: "NOT_FOUND" });
  });

  test("shows a connection with its accounts, syncs and timeline, and the hosted page to managers only", async () => {
    const { id } = await connected();
    const repair = await repairBankConnection(app, owner(), id);
    const query = `query ($id: ID!) {
      bankConnection(id: $id) {
        status nextStep hostedLinkUrl provider { name isSandbox }
        accounts { name kind balance { amount currency } unreconciledCount connection { id } }
        syncRuns(first: 1) { status trigger added } statusChanges { from to cause } currentSync { id }
      }
    }`;
    const { data, errors } = await ask(app, owner(), query, { id });
    expect(errors).toEqual([]);
    expect(data.bankConnection).toMatchObject({
      status: "ACTIVE",
      hostedLinkUrl: repair.hostedLinkUrl,
      provider: { name: "plaid", isSandbox: true },
      currentSync: null,
    });
    expect(data.bankConnection.syncRuns).toHaveLength(1);
    expect(data.bankConnection.accounts[0]).toMatchObject({ connection: { id } });
    expect(data.bankConnection.statusChanges.at(-1)).toMatchObject({ from: null, to: "PENDING" });
    const read = await ask(app, viewerIn(organisation, "viewer"), query, { id });
    expect(read.data.bankConnection).toMatchObject({ status: "ACTIVE", hostedLinkUrl: null });
  });
});

test("columns of no credential are empty", () => {
  expect(Object.values(credentialColumns(null))).toEqual([null, null, null, null]);
});
