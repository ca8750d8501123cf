import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { completeBankConnection } from "../../../server/src/features/connections/complete-bank-connection.ts";
import { disconnectBankConnection } from "../../../server/src/features/connections/disconnect-bank-connection.ts";
import { openConnection } from "../../../server/src/features/connections/open-connection.ts";
import { renewCredential } from "../../../server/src/features/connections/renew-credential.ts";
import { repairBankConnection } from "../../../server/src/features/connections/repair-bank-connection.ts";
import { startBankConnection } from "../../../server/src/features/connections/start-bank-connection.ts";
import { syncBankConnection } from "../../../server/src/features/connections/sync-bank-connection.ts";
import { takeUpConsent } from "../../../server/src/features/connections/take-up-consent.ts";
import { connectionOf } from "../../support/connected.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { runJobs, waitingJobs } from "../../support/queue.ts";
import { aProviderAccount, aRow, WindowBank } from "../../support/window-bank.ts";
import {
  addAccount,
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

let database: TestDatabase;
let bank: WindowBank;
let connector: WindowBank;
let pushes: WindowBank;
let app: TestApp;
let organisation: WorldOrganisation;

beforeAll(async () => {
  database = await createTestDatabase();
  bank = new WindowBank();
  connector = new WindowBank({ name: "connector", kind: "connector", historyDaysMax: 30 });
  pushes = new WindowBank({ name: "pushes", kind: "push", historyDaysMax: 0 });
  const providers = [bank, connector, pushes];
  app = await createTestApp(database.serverUrl, { providers, now: new Date() });
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
  bank.outcome = () => ({ kind: "unfinished" });
  let consents = 0;
  const granted = (name: string) => () => {
    consents += 1;
    const externalId = `${name} ${organisation.id} ${consents}`;
    return { kind: "granted", credential: "configured", externalId } as const;
  };
  connector.start = granted("connector");
  pushes.start = granted("pushes");
  await app.database.pool.query(
    "SELECT graphile_worker.complete_jobs(array(SELECT id FROM graphile_worker.jobs))",
  );
});

const owner = () => viewerIn(organisation);
const start = (provider = "window", historyDays: number | null = null) =>
  startBankConnection(app, owner(), { provider, institutionId: null, historyDays });
const rowOf = (id: string) => connectionOf(app, organisation.id, id);
const revocations = () =>
  asOrganisation(app.database, organisation.id, (tx) => tx.prisma.consentRevocation.findMany());
const consent = () => ({
  ...({ kind: "completed", credential: "token" } as const),
  externalId: `consent of ${organisation.id}`,
});

describe("how far back a first sync goes", () => {
  test("is 90 days unless somebody says otherwise, and what the provider is asked for", async () => {
    const { connectionId } = await start();
    expect((await rowOf(connectionId)).historyDays).toBe(90);
    const longer = await start("window", 365);
    expect((await rowOf(longer.connectionId)).historyDays).toBe(365);
    expect(bank.consents.at(-1)?.daysOfHistory).toBe(365);
    const { connectionId: short } = await start("connector");
    expect((await rowOf(short)).historyDays).toBe(30);
  });

  test.each([0, -1, 366])("is refused at %d days", async (days) => {
    await expect(start("window", days)).rejects.toMatchObject({
      ...{ code: "INVALID_INPUT", field: "historyDays" },
    });
  });
});

describe("coming back from the bank", () => {
  test("takes up the consent with the state that went out, and hands the query on", async () => {
    const { connectionId } = await start();
    const { linkState } = await rowOf(connectionId);
    bank.outcome = consent;
    const query = new URLSearchParams({ code: "c0de", state: linkState ?? "" }).toString();
    await completeBankConnection(app, owner(), connectionId, query);
    expect(bank.flows.at(-1)?.returned?.get("code")).toBe("c0de");
    expect(bank.flows.at(-1)?.linkToken).toBe(`flow of ${linkState}`);
    expect(await rowOf(connectionId)).toMatchObject({ status: "active", linkState: null });
    const flows = bank.flows.length;
    await completeBankConnection(app, owner(), connectionId, query);
    expect(bank.flows).toHaveLength(flows);
  });

  test.each([
    ["another state", "state=somebody.elses&code=c0de"],
    ["no state", "code=c0de"],
    ["an empty query", ""],
    ["two states", "state=STATE&state=STATE"],
  ])("with %s is refused, and nothing is asked of the provider", async (_what, query) => {
    const { connectionId } = await start();
    const { linkState } = await rowOf(connectionId);
    const flows = bank.flows.length;
    const returned = query.replaceAll("STATE", linkState ?? "");
    await expect(
      completeBankConnection(app, owner(), connectionId, returned),
    ).rejects.toMatchObject({ code: "CONFLICT" });
    expect(bank.flows).toHaveLength(flows);
    expect((await rowOf(connectionId)).status).toBe("in_progress");
  });

  test("with more than any provider sends is refused", async () => {
    const { connectionId } = await start();
    await expect(
      completeBankConnection(app, owner(), connectionId, "x".repeat(9_000)),
    ).rejects.toMatchObject({ code: "INVALID_INPUT", field: "returned" });
  });

  test("can be asked about without anybody having come back", async () => {
    const { connectionId } = await start();
    await completeBankConnection(app, owner(), connectionId, null);
    expect(bank.flows.at(-1)?.returned).toBeNull();
    expect((await rowOf(connectionId)).status).toBe("in_progress");
  });

  test("finds the flow's token sealed, and no other connection's", async () => {
    const one = await start();
    const two = await start();
    const { linkToken } = await rowOf(one.connectionId);
    expect(linkToken).toMatch(/^v1\./);
    expect(linkToken).not.toContain("flow of");
    await asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.bankConnection.updateMany({ where: { id: two.connectionId }, data: { linkToken } }),
    );
    await expect(
      completeBankConnection(app, owner(), two.connectionId, null),
    ).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await rowOf(two.connectionId)).toMatchObject({ status: "pending", linkToken: null });
  });
});

describe("a provider without a page", () => {
  test("is connected at once, learns its accounts, and has its first sync queued", async () => {
    connector.rows = [aRow("a")];
    const started = await start("connector");
    expect(started).toMatchObject({ hostedLinkUrl: null, expiresAt: null });
    const connection = await rowOf(started.connectionId);
    expect(connection).toMatchObject({ status: "active", institutionName: "Window Bank" });
    expect((await openConnection(app, connection))?.secret).toBe("configured");
    expect(await runJobs(app)).toEqual([]);
    const [account] = await accounts();
    expect(account).toMatchObject({ path: "non_standard" });
    expect(await timeline(started.connectionId)).toEqual(["pending", "active"]);
  });

  test("gives one consent to one connection", async () => {
    const externalId = `once ${organisation.id}`;
    connector.start = () => ({ kind: "granted", credential: "configured", externalId });
    await start("connector");
    await expect(start("connector")).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("gives it to the next one once the first is disconnected, and ends it for neither", async () => {
    const externalId = `again ${organisation.id}`;
    connector.start = () => ({ kind: "granted", credential: "configured", externalId });
    const first = await start("connector");
    await disconnectBankConnection(app, owner(), first.connectionId);
    const second = await start("connector");
    expect(await rowOf(second.connectionId)).toMatchObject({ status: "active", externalId });
    expect(await revocations()).toEqual([]);
  });

  test("is repaired at once, with its new credential", async () => {
    const { connectionId } = await start("connector");
    connector.start = () => ({ kind: "granted", credential: "new", externalId: "same" });
    const repair = await repairBankConnection(app, owner(), connectionId);
    expect(repair.hostedLinkUrl).toBeNull();
    expect((await openConnection(app, await rowOf(connectionId)))?.secret).toBe("new");
  });

  test("that pushes is never asked for anything", async () => {
    const { connectionId } = await start("pushes");
    expect((await waitingJobs(app)).map(({ name }) => name)).not.toContain("syncConnection");
    await expect(syncBankConnection(app, owner(), connectionId)).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect(pushes.asked).toEqual([]);
  });
});

test("a new consent that comes back after the bank was disconnected waits to be ended, in the old one's place", async () => {
  const { connectionId } = await start();
  bank.outcome = consent;
  await completeBankConnection(app, owner(), connectionId, null);
  await repairBankConnection(app, owner(), connectionId);
  const claimed = await rowOf(connectionId);
  await disconnectBankConnection(app, owner(), connectionId);
  const [old] = await revocations();
  const granted = { credential: "another", externalId: `another of ${organisation.id}` };
  await expect(takeUpConsent(app, owner(), claimed.id, granted)).rejects.toThrow("disconnected");
  const [waiting, ...others] = await revocations();
  expect(others).toEqual([]);
  expect(waiting?.credentialCiphertext).not.toEqual(old?.credentialCiphertext);
});

test("a repair that brings a new credential stores it before it asks anything with it", async () => {
  const { connectionId } = await start();
  bank.outcome = consent;
  await completeBankConnection(app, owner(), connectionId, null);
  await repairBankConnection(app, owner(), connectionId);
  bank.outcome = () => ({ kind: "repaired", credential: "token after repair" });
  bank.secrets.length = 0;
  await completeBankConnection(app, owner(), connectionId, null);
  expect(new Set(bank.secrets)).toEqual(new Set(["token after repair"]));
  const { secret } = (await openConnection(app, await rowOf(connectionId))) ?? {};
  expect(secret).toBe("token after repair");
});

describe("a sync of one account", () => {
  test("is one of its connection, and refused for an account that is not its", async () => {
    const { connectionId } = await start("connector");
    const { connectionId: other } = await start("connector");
    const theirs = await addAccount(app, organisation.id, other);
    const [account] = (await accounts()).filter((each) => each.connectionId === connectionId);
    await syncBankConnection(app, owner(), connectionId, account?.id ?? "");
    for (const id of [theirs, "no uuid"]) {
      await expect(syncBankConnection(app, owner(), connectionId, id)).rejects.toMatchObject({
        code: "NOT_FOUND",
      });
    }
  });
});

describe("renewing a credential", () => {
  async function connected(): Promise<{ organisationId: string; connectionId: string }> {
    const { connectionId } = await start("connector");
    return { organisationId: organisation.id, connectionId };
  }

  test("is one exchange however many need it, and all get what it brought", async () => {
    const one = await connected();
    let exchanges = 0;
    const renew = () =>
      renewCredential(app, one, "configured", async (current) => {
        exchanges += 1;
        return `${current} again`;
      });
    const answers = await Promise.all(Array.from({ length: 12 }, renew));
    expect(new Set(answers)).toEqual(new Set(["configured again"]));
    expect(exchanges).toBe(1);
    expect(await renew()).toBe("configured again");
  });

  test("of more connections at once than the pool has connections ends", async () => {
    const many = await Promise.all(Array.from({ length: 16 }, connected));
    let waiting = 0;
    let go = () => {};
    const together = new Promise<void>((resolve) => {
      go = resolve;
    });
    const renewals = many.map((each) =>
      renewCredential(app, each, "configured", async () => {
        waiting += 1;
        if (waiting === many.length) go();
        await together;
        return `token of ${each.connectionId}`;
      }),
    );
    expect(await Promise.all(renewals)).toEqual(
      many.map(({ connectionId }) => `token of ${connectionId}`),
    );
  });

  test("that fails leaves the old one, and the next may try", async () => {
    const one = await connected();
    const refused = () => Promise.reject(new Error("refused"));
    await expect(renewCredential(app, one, "configured", refused)).rejects.toThrow("refused");
    expect(await renewCredential(app, one, "configured", async () => "second try")).toBe(
      "second try",
    );
  });

  test("gives way to a repair that was quicker", async () => {
    const one = await connected();
    const answer = await renewCredential(app, one, "configured", async () => {
      connector.start = () => ({ kind: "granted", credential: "repaired", externalId: "same" });
      await repairBankConnection(app, owner(), one.connectionId);
      return "too late";
    });
    expect(answer).toBe("repaired");
  });
});

const accounts = () =>
  asOrganisation(app.database, organisation.id, (tx) => tx.prisma.financialAccount.findMany());

const timeline = (connectionId: string) =>
  asOrganisation(app.database, organisation.id, async (tx) => {
    const changes = await tx.prisma.connectionStatusChange.findMany({
      where: { connectionId },
      orderBy: { id: "asc" },
    });
    return changes.map(({ toStatus }) => toStatus);
  });

describe("accounts of a bank that is linked anew", () => {
  const iban = "GB29 NWBK 6016 1331 9268 19";

  async function linkedTwice(firstIsOver: boolean) {
    connector.accounts.splice(0, 1, aProviderAccount("old", { identifier: iban, name: "Old" }));
    connector.rows = [aRow("a", { accountExternalId: "old" })];
    const { connectionId } = await start("connector");
    await runJobs(app);
    const [before] = await accounts();
    if (firstIsOver) {
      await asOrganisation(app.database, organisation.id, (tx) =>
        tx.prisma.bankConnection.updateMany({
          where: { id: connectionId },
          data: { status: "expired" },
        }),
      );
    }
    bank.accounts.splice(0, 1, aProviderAccount("new", { identifier: "gb29nwbk60161331926819" }));
    bank.rows = [aRow("b", { accountExternalId: "new", description: "Line a" })];
    bank.outcome = consent;
    const second = await start();
    await completeBankConnection(app, owner(), second.connectionId, null);
    await runJobs(app);
    return { before, second: second.connectionId };
  }

  test("are recognised by their number, with another provider too", async () => {
    const { before, second } = await linkedTwice(true);
    const after = await accounts();
    expect(after).toMatchObject([
      { id: before?.id, externalId: "new", path: "standard", connectionId: second },
    ]);
    expect(Buffer.from(after[0]?.identifierDigest ?? [])).toHaveLength(32);
    const lines = await asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.bankTransaction.findMany(),
    );
    expect(lines.map(({ externalId }) => externalId)).toEqual(["b"]);
  });

  test("take no line back that the old connection had removed beside one like it", async () => {
    const line = { accountExternalId: "old", description: "Line" };
    connector.accounts.splice(0, 1, aProviderAccount("old", { identifier: iban }));
    connector.rows = [aRow("removed", line)];
    const { connectionId } = await start("connector");
    await runJobs(app);
    connector.rows = [aRow("counts", line)];
    await syncBankConnection(app, owner(), connectionId);
    await runJobs(app);
    await disconnectBankConnection(app, owner(), connectionId);
    bank.accounts.splice(0, 1, aProviderAccount("new", { identifier: iban }));
    bank.rows = [aRow("b", { ...line, accountExternalId: "new" })];
    bank.outcome = consent;
    const second = await start();
    await completeBankConnection(app, owner(), second.connectionId, null);
    await runJobs(app);
    const lines = await asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.bankTransaction.findMany({ where: { removedAt: null } }),
    );
    expect(lines.map(({ externalId }) => externalId)).toEqual(["b"]);
  });

  test("stay with the old connection for as long as that delivers", async () => {
    await linkedTwice(false);
    expect((await accounts()).map(({ externalId }) => externalId).sort()).toEqual(["new", "old"]);
  });

  test("have a balance for each day, as the last word of the day was", async () => {
    const told = (minor: bigint, asOf: string) =>
      connector.accounts.splice(
        ...([0, 1] as const),
        aProviderAccount("one", { balanceCurrentMinor: minor, balanceAsOf: new Date(asOf) }),
      );
    told(100n, "2026-11-18T09:00:00Z");
    const { connectionId } = await start("connector");
    for (const [minor, asOf] of [
      [300n, "2026-11-18T18:00:00Z"],
      [200n, "2026-11-18T12:00:00Z"],
      [400n, "2026-11-19T09:00:00Z"],
    ] as const) {
      told(minor, asOf);
      await syncBankConnection(app, owner(), connectionId);
      await runJobs(app);
    }
    const days = await asOrganisation(app.database, organisation.id, (tx) =>
      tx.prisma.accountBalance.findMany({ orderBy: { day: "asc" } }),
    );
    expect(
      days.map(({ day, currentMinor }) => [day.toISOString().slice(0, 10), currentMinor]),
    ).toEqual([
      ["2026-11-18", 300n],
      ["2026-11-19", 400n],
    ]);
  });
});
