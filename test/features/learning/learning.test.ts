/** What is learned from matches by hand, and how it is taken back. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asOrganisation, readAsOrganisation } from "../../../server/src/db/as-organisation.ts";
import { newId } from "../../../server/src/db/ids.ts";
import { readAliases } from "../../../server/src/features/learning/read-aliases.ts";
import { confirmMatch } from "../../../server/src/features/reconciliation/confirm-match.ts";
import { declineCandidate } from "../../../server/src/features/reconciliation/decline-candidate.ts";
import { runMatching } from "../../../server/src/features/reconciliation/match-transactions.ts";
import { voidMatch } from "../../../server/src/features/reconciliation/void-match.ts";
import { type Answer, ask } from "../../support/ask.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import {
  addOpenItems,
  addTransactions,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOpenItem,
  type WorldTransaction,
} from "../../support/world.ts";
import { type Books, openBooks } from "../reconciliation/books.ts";

let database: TestDatabase;
let app: TestApp;
let books: Books;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

beforeEach(async () => {
  books = await openBooks(app);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const owner = () => viewerIn(books.organisation);

async function addPair(line: WorldTransaction = {}, item: WorldOpenItem = {}) {
  const { id } = books.organisation;
  const [transactionId = ""] = await addTransactions(app, id, books.accountId, [
    { counterpartyName: "Kestrel Lettings Ltd", ...line },
  ]);
  const [openItemId = ""] = await addOpenItems(app, id, [
    { counterpartyName: "Orchard Court", ...item },
  ]);
  return { transactionId, openItemId };
}

async function match(line: WorldTransaction = {}, item: WorldOpenItem = {}): Promise<string> {
  const pair = await addPair(line, item);
  const made = await confirmMatch(app, owner(), [{ ...pair, amount: "100.00" }]);
  return made.match.id;
}

const learned = () => readAsOrganisation(app.database, books.organisation.id, readAliases);

async function asked(
  document: string,
  variables = {},
  role: "owner" | "viewer" = "owner",
): Promise<Answer["data"]> {
  const { data, errors } = await ask(app, viewerIn(books.organisation, role), document, variables);
  expect(errors).toEqual([]);
  return data;
}

async function aliases(more = ""): Promise<Answer["data"]> {
  const data = await asked(
    `{ aliases${more} { nodes { id payerText clientName confirmations revokedAt revokedBy } totalCount } }`,
    {},
    "viewer",
  );
  return data.aliases.nodes;
}

describe("a name", () => {
  test("is learned from a match by hand, and confirmed by the next", async () => {
    await match();
    await match({ counterpartyName: "KESTREL LETTINGS" });
    expect(await learned()).toEqual(new Map([["kestrel lettings", new Set(["orchard court"])]]));
    expect(await aliases()).toMatchObject([
      {
        payerText: "Kestrel Lettings Ltd",
        clientName: "Orchard Court",
        confirmations: 2,
        revokedAt: null,
      },
    ]);
  });

  test("is not learned where the payer is called as the client is, or where nobody is named", async () => {
    await match({ counterpartyName: "ORCHARD COURT LTD" });
    await match({ counterpartyName: null, description: "FASTER PAYMENT RECEIVED 123" });
    expect(await aliases()).toEqual([]);
  });

  test("is not learned from a match of several clients", async () => {
    const first = await addPair();
    const { openItemId } = await addPair({}, { counterpartyName: "Willow House" });
    await confirmMatch(app, owner(), [
      { ...first, amount: "50.00" },
      { transactionId: first.transactionId, openItemId, amount: "50.00" },
    ]);
    expect(await aliases()).toEqual([]);
  });

  test("goes with the match that taught it, one confirmation at a time", async () => {
    const first = await match();
    const second = await match();
    await voidMatch(app, owner(), { id: second, reason: null });
    expect(await aliases()).toMatchObject([{ confirmations: 1 }]);
    await voidMatch(app, owner(), { id: first, reason: null });
    expect(await aliases("(includeRevoked: true)")).toEqual([]);
    expect(await learned()).toEqual(new Map());
    await match();
    expect(await aliases()).toMatchObject([{ confirmations: 1 }]);
  });

  test("lets a run match what it would have left to a person, until it goes or is taken back", async () => {
    const run = () => runMatching(app, books.organisation.id);
    const status = async (id: string) =>
      (await asked("query ($id: ID!) { bankTransaction(id: $id) { status } }", { id }))
        .bankTransaction.status;
    const amount = (amountMinor: bigint) => [{ amountMinor }, { amountMinor }] as const;
    const before = await addPair(...amount(20_100n));
    await run();
    expect(await status(before.transactionId)).toBe("UNMATCHED");
    const made = await confirmMatch(app, owner(), [{ ...before, amount: "201.00" }]);
    const after = await addPair(...amount(20_200n));
    await run();
    expect(await status(after.transactionId)).toBe("MATCHED");
    const [{ id }] = await aliases();
    await asked("mutation ($id: ID!) { revokeAlias(id: $id) { __typename } }", { id });
    const revoked = await addPair(...amount(20_300n));
    await run();
    expect(await status(revoked.transactionId)).toBe("UNMATCHED");
    await asked("mutation ($id: ID!) { restoreAlias(id: $id) { __typename } }", { id });
    await voidMatch(app, owner(), { id: made.match.id, reason: null });
    const gone = await addPair(...amount(20_400n));
    await run();
    expect(await status(gone.transactionId)).toBe("UNMATCHED");
  });

  test("that was learned anew is not unlearned by an older match", async () => {
    const first = await match();
    await asOrganisation(app.database, books.organisation.id, (tx) =>
      tx.query("UPDATE alias SET learned_at = learned_at + interval '1 second'"),
    );
    await voidMatch(app, owner(), { id: first, reason: null });
    expect(await aliases()).toMatchObject([{ confirmations: 1 }]);
  });

  test("that was taken back stays so whatever confirms it, until it is taken up again", async () => {
    await match();
    const [{ id }] = await aliases();
    const change = (name: string, role: "owner" | "viewer" = "owner") =>
      asked(
        `mutation ($id: ID!) { ${name}(id: $id) { __typename ... on Alias { revokedBy } ... on Problem { code } } }`,
        { id },
        role,
      );
    expect((await change("revokeAlias", "viewer")).revokeAlias).toMatchObject({
      code: "FORBIDDEN",
    });
    expect((await change("revokeAlias")).revokeAlias.revokedBy).toBe(owner().actor.name);
    await match();
    expect(await learned()).toEqual(new Map());
    expect(await aliases()).toEqual([]);
    expect(await aliases("(includeRevoked: true)")).toMatchObject([{ confirmations: 2 }]);
    await change("restoreAlias");
    expect((await learned()).size).toBe(1);
    const log = await asked("{ auditEntries { edges { node { summary } } } }");
    const told = log.auditEntries.edges.map(
      ({ node }: { node: { summary: string } }) => node.summary,
    );
    expect(told).toContain("Learned that “Kestrel Lettings Ltd” is “Orchard Court”.");
    expect(told[0]).toBe("Took it up again that “Kestrel Lettings Ltd” is “Orchard Court”.");
  });

  test("is found by either side's text, in pages", async () => {
    for (const payer of ["Alder Bureau", "Birch Agency", "Cedar Agency"]) {
      await match({ counterpartyName: payer });
    }
    expect(await aliases('(search: "agency")')).toHaveLength(2);
    expect(await aliases('(search: "orchard")')).toHaveLength(3);
    const first = await asked(
      "{ aliases(first: 2) { nodes { payerText } pageInfo { endCursor hasNextPage } } }",
    );
    expect(first.aliases.pageInfo.hasNextPage).toBe(true);
    const rest = await asked(
      "query ($after: String) { aliases(after: $after) { nodes { payerText } } }",
      {
        after: first.aliases.pageInfo.endCursor,
      },
    );
    expect(rest.aliases.nodes).toEqual([{ payerText: "Cedar Agency" }]);
  });
});

describe("what was declined", () => {
  test("is listed, the last first, and can be forgotten", async () => {
    const first = await addPair();
    app.advance(1_000);
    const second = await addPair();
    await declineCandidate(app, owner(), first);
    app.advance(1_000);
    await declineCandidate(app, owner(), second);
    const list = `query ($after: String) { declinedPairs(first: 1, after: $after) {
      nodes { transaction { id } openItem { id } declinedBy } pageInfo { endCursor hasNextPage } totalCount } }`;
    const page = (await asked(list)).declinedPairs;
    expect(page).toMatchObject({
      nodes: [{ transaction: { id: second.transactionId }, openItem: { id: second.openItemId } }],
      totalCount: 2,
    });
    const next = (await asked(list, { after: page.pageInfo.endCursor })).declinedPairs;
    expect(next.nodes[0].transaction.id).toBe(first.transactionId);
    const forget = `mutation ($transactionId: ID!, $openItemId: ID!) {
      forgetDeclinedPair(transactionId: $transactionId, openItemId: $openItemId) {
        __typename ... on BankTransaction { id history { summary } } ... on Problem { code } } }`;
    const { forgetDeclinedPair } = await asked(forget, first);
    expect(forgetDeclinedPair).toMatchObject({ id: first.transactionId });
    expect(forgetDeclinedPair.history[0].summary).toMatch(
      /^Allowed INV-.* Orchard Court to be suggested/,
    );
    expect((await asked(forget, first)).forgetDeclinedPair).toMatchObject({ code: "NOT_FOUND" });
    expect((await asked(list)).declinedPairs.totalCount).toBe(1);
  });

  test("stays unmatched in every run, and is matched again once it is forgotten or done by hand", async () => {
    const strong = {
      reference: "INV-4001",
      counterpartyName: "Orchard Court",
      amountMinor: 4_100n,
    };
    const pair = await addPair(strong, { number: "INV-4001", amountMinor: 4_100n });
    const live = async () =>
      (
        await asked("query ($id: ID!) { bankTransaction(id: $id) { matches { id origin } } }", {
          id: pair.transactionId,
        })
      ).bankTransaction.matches;
    await runMatching(app, books.organisation.id);
    const [automatic] = await live();
    expect(automatic).toMatchObject({ origin: "AUTOMATIC" });
    await voidMatch(app, owner(), { id: automatic.id, reason: null });
    await runMatching(app, books.organisation.id);
    expect(await live()).toEqual([]);
    await asked(
      "mutation ($t: ID!, $i: ID!) { forgetDeclinedPair(transactionId: $t, openItemId: $i) { __typename } }",
      { t: pair.transactionId, i: pair.openItemId },
    );
    await runMatching(app, books.organisation.id);
    expect(await live()).toMatchObject([{ origin: "AUTOMATIC" }]);
    await voidMatch(app, owner(), { id: (await live())[0].id, reason: null });
    await confirmMatch(app, owner(), [{ ...pair, amount: "41.00" }]);
    expect((await asked("{ declinedPairs { totalCount } }")).declinedPairs.totalCount).toBe(0);
  });

  test("among transfers, too", async () => {
    const [outTransactionId, inTransactionId] = await addTransactions(
      app,
      books.organisation.id,
      books.accountId,
      [{ amountMinor: -5_000n }, { amountMinor: 5_000n }],
    );
    await asOrganisation(app.database, books.organisation.id, (tx) =>
      tx.query(
        `INSERT INTO declined_transfer (organisation_id, out_transaction_id, in_transaction_id, declined_by)
         VALUES ($1, $2, $3, 'Tess')`,
        [books.organisation.id, outTransactionId, inTransactionId],
      ),
    );
    const listed = await asked("{ declinedTransfers { out { id } in { id } declinedBy } }");
    expect(listed.declinedTransfers).toEqual([
      { out: { id: outTransactionId }, in: { id: inTransactionId }, declinedBy: "Tess" },
    ]);
    const forget = `mutation ($o: ID!, $i: ID!) { forgetDeclinedTransfer(outTransactionId: $o, inTransactionId: $i) {
      __typename ... on Problem { code } } }`;
    const ids = { o: outTransactionId, i: inTransactionId };
    expect((await asked(forget, ids)).forgetDeclinedTransfer.__typename).toBe("DeclinedTransfer");
    expect((await asked(forget, ids)).forgetDeclinedTransfer).toMatchObject({ code: "NOT_FOUND" });
    expect((await asked("{ declinedTransfers { declinedBy } }")).declinedTransfers).toEqual([]);
  });
});

describe("the account of a payer", () => {
  async function addAutomatic(payerKey: string, voidedBy: string | null = null): Promise<void> {
    const { transactionId, openItemId } = await addPair({
      counterpartyName: payerKey.toUpperCase(),
    });
    await asOrganisation(app.database, books.organisation.id, async (tx) => {
      const id = newId();
      const voidedAt = voidedBy === null ? null : app.now();
      await tx.query(
        `INSERT INTO match (organisation_id, id, origin, payer_key, decided_by, decided_at, voided_at, voided_by)
         VALUES ($1, $2, 'automatic', $3, 'Automatic matching', $4, $5, $6)`,
        [tx.organisationId, id, payerKey, app.now(), voidedAt, voidedBy],
      );
      await tx.query(
        `INSERT INTO payment (organisation_id, id, match_id, transaction_id, open_item_id, amount_minor, currency,
           transaction_minor, transaction_currency, voided_at)
         VALUES ($1, $2, $3, $4, $5, 10000, 'GBP', 10000, 'GBP', $6)`,
        [tx.organisationId, newId(), id, transactionId, openItemId, voidedAt],
      );
    });
  }

  test("follows what is undone, one by one and as a whole run", async () => {
    const record = async () =>
      (
        await asked(
          "{ payerRecords { nodes { payerText automatic kept undone manual share } } }",
          {},
          "viewer",
        )
      ).payerRecords.nodes;
    for (const number of ["INV-5001", "INV-5002", "INV-5003"]) {
      const amountMinor = BigInt(number.slice(4));
      await addPair(
        { reference: number, counterpartyName: "Orchard Court Ltd", amountMinor },
        { number, amountMinor },
      );
    }
    await runMatching(app, books.organisation.id);
    const payer = { payerText: "Orchard Court Ltd", automatic: 3 };
    expect(await record()).toMatchObject([{ ...payer, kept: 3, undone: 0, share: 1 }]);
    const runs = await asked("{ matchingRuns { nodes { id matches { nodes { id } } } } }");
    const [last] = runs.matchingRuns.nodes;
    await voidMatch(app, owner(), { id: last.matches.nodes[0].id, reason: null });
    expect(await record()).toMatchObject([{ ...payer, kept: 2, undone: 1, share: 2 / 3 }]);
    await asked(
      'mutation ($id: ID!) { undoDecisions(scope: RUN, id: $id, reason: "Wrong profile") { __typename } }',
      { id: last.id },
    );
    expect(await record()).toMatchObject([{ ...payer, kept: 0, undone: 3, share: 0 }]);
  });

  test("counts what was kept, what people undid and what they made, and not what the bank changed", async () => {
    await addAutomatic("kestrel lettings");
    await addAutomatic("kestrel lettings");
    await addAutomatic("kestrel lettings", "Ada Lovelace");
    await addAutomatic("kestrel lettings", "Tieout");
    await addAutomatic("birch agency");
    await match({ counterpartyName: "Kestrel Lettings" });
    const list = `query ($search: String, $first: Int, $after: String) {
      payerRecords(search: $search, first: $first, after: $after) {
        nodes { payerText automatic kept undone manual share lastOn } totalCount pageInfo { endCursor hasNextPage } } }`;
    const all = (await asked(list)).payerRecords;
    expect(all.nodes).toEqual([
      {
        payerText: "Kestrel Lettings",
        automatic: 4,
        kept: 2,
        undone: 1,
        manual: 1,
        share: 2 / 3,
        lastOn: "2026-11-20",
      },
      {
        payerText: "BIRCH AGENCY",
        automatic: 1,
        kept: 1,
        undone: 0,
        manual: 0,
        share: 1,
        lastOn: "2026-11-20",
      },
    ]);
    expect(all.totalCount).toBe(2);
    const first = (await asked(list, { first: 1 })).payerRecords;
    const second = (await asked(list, { after: first.pageInfo.endCursor })).payerRecords;
    expect(second.nodes.map((one: { payerText: string }) => one.payerText)).toEqual([
      "BIRCH AGENCY",
    ]);
    expect((await asked(list, { search: "Birch-Agéncy" })).payerRecords.totalCount).toBe(1);
  });
});
