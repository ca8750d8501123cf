import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addDays, type LocalDate, utcDay } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { bringIn } from "../../../server/src/features/connections/sync/bring-in.ts";
import type { ProviderTransaction } from "../../../server/src/providers/provider.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { aRow } from "../../support/window-bank.ts";
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
let app: TestApp;
let organisation: WorldOrganisation;
let connectionId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

beforeEach(async () => {
  organisation = await addOrganisation(app);
  connectionId = await addConnection(app, organisation.id, { provider: "push" });
});

const dayMs = 86_400_000;
const today = () => utcDay(app.now());

function inOrganisation<Result>(work: Parameters<typeof asOrganisation<Result>>[2]) {
  return asOrganisation(app.database, organisation.id, work);
}

/** The account as the bank shows it now: what it does not show is gone. */
function bankShows(rows: readonly ProviderTransaction[]) {
  const whole = [{ accountExternalId: "account-1", rows: "all", from: null }] as const;
  const batch = { accounts: [], rows, removed: [], whole };
  return inOrganisation((tx) => bringIn(tx, { id: connectionId }, batch, app.now()));
}

const books = () => inOrganisation((tx) => tx.prisma.bankTransaction.findMany());
const rowOf = async (externalId: string) =>
  (await books()).find((row) => row.externalId === externalId);

const pending = (id: string, amountMinor = -250n) =>
  aRow(id, { pending: true, amountMinor, bookedOn: today() });
const posted = (id: string, amountMinor = -250n) => aRow(id, { amountMinor, bookedOn: today() });
/** An account is never empty here, so that nothing is a first sync. */
const anchor = aRow("anchor", { amountMinor: 99_999n, bookedOn: "2026-10-01" });

async function excluded(externalId: string): Promise<string> {
  const row = await rowOf(externalId);
  await inOrganisation((tx) =>
    tx.prisma.bankTransaction.updateMany({
      where: { id: row?.id ?? "" },
      data: {
        ...{ excludedAt: app.now(), excludedBy: "Ada", exclusionReason: "private" },
        categoryByPerson: true,
      },
    }),
  );
  return row?.id ?? "";
}

async function matched(externalId: string): Promise<{ id: string; matchId: string }> {
  const { id = "" } = (await rowOf(externalId)) ?? {};
  const [openItemId = ""] = await addOpenItems(app, organisation.id, [
    { kind: "expense", amountMinor: 250n },
  ]);
  const payment = { transactionId: id, openItemId, amountMinor: 250n, currency: "GBP" };
  return { id, matchId: await addMatch(app, organisation.id, payment) };
}

const matchNow = (id: string) =>
  inOrganisation((tx) => tx.prisma.match.findFirstOrThrow({ where: { id } }));

describe("a pending row that vanishes where a posted one comes without a link", () => {
  test("keeps its id, exclusion and category", async () => {
    await bankShows([anchor, pending("p")]);
    const id = await excluded("p");
    expect(await bankShows([anchor, posted("x")])).toEqual({ added: 0, modified: 1, removed: 0 });
    expect(await rowOf("x")).toMatchObject({
      ...{ id, pending: false, removedAt: null, status: "excluded", categoryByPerson: true },
    });
    expect(await rowOf("p")).toBeUndefined();
  });

  test("keeps its match, because nothing came between", async () => {
    await bankShows([anchor, pending("p")]);
    const { id, matchId } = await matched("p");
    await bankShows([anchor, posted("x")]);
    expect(await rowOf("x")).toMatchObject({ id, status: "matched" });
    expect(await matchNow(matchId)).toMatchObject({ voidedAt: null });
  });

  test("posted some days later keeps its exclusion, and its match stays undone", async () => {
    await bankShows([anchor, pending("p"), pending("q", -700n)]);
    const { id, matchId } = await matched("p");
    const excludedId = await excluded("q");
    await bankShows([anchor]);
    expect(await rowOf("p")).toMatchObject({ status: "removed" });
    app.advance(3 * dayMs);
    await bankShows([anchor, posted("x"), posted("y", -700n)]);
    expect(await rowOf("x")).toMatchObject({ id, removedAt: null, status: "unmatched" });
    expect(await rowOf("y")).toMatchObject({ id: excludedId, status: "excluded" });
    expect((await matchNow(matchId)).voidedAt).not.toBeNull();
  });

  test("posted too late is another row", async () => {
    await bankShows([anchor, pending("p")]);
    const id = await excluded("p");
    await bankShows([anchor]);
    app.advance(11 * dayMs);
    await bankShows([anchor, posted("x")]);
    expect((await rowOf("x"))?.id).not.toBe(id);
  });

  test("with another one alike stays as it is: nobody knows which is which", async () => {
    await bankShows([anchor, pending("p")]);
    const id = await excluded("p");
    await bankShows([anchor, posted("x"), posted("y")]);
    app.advance(dayMs);
    await bankShows([anchor, posted("x"), posted("y"), posted("z")]);
    const rows = await books();
    expect(rows.find((row) => row.id === id)).toMatchObject({ externalId: "p", status: "removed" });
    expect(rows.filter((row) => row.status === "unmatched")).toHaveLength(4);
  });

  test("that comes back pending is itself, and leaves the posted one alone", async () => {
    await bankShows([anchor, pending("p")]);
    const id = await excluded("p");
    await bankShows([anchor]);
    await bankShows([anchor, pending("p"), posted("x")]);
    expect(await rowOf("p")).toMatchObject({ id, removedAt: null });
    expect((await rowOf("x"))?.id).not.toBe(id);
  });
});

type Step = { readonly does: "authorise" | "post" | "cancel" | "book"; readonly amount: number };

const someSteps = fc.array(
  fc.array(
    fc.record({
      does: fc.constantFrom<Step["does"]>("authorise", "authorise", "post", "cancel", "book"),
      amount: fc.integer({ min: 1, max: 2 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  { minLength: 2, maxLength: 6 },
);

describe("whatever a bank authorises, posts, cancels and shows late", () => {
  test("the books have each of its payments once, and the same picture again changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(someSteps, fc.nat({ max: 3 }), async (pictures, daysBetween) => {
        organisation = await addOrganisation(app);
        connectionId = await addConnection(app, organisation.id, { provider: "push" });
        const account = new Account();
        for (const steps of pictures) {
          for (const step of steps) account.take(step, today());
          await bankShows(account.rows);
          const live = (await books()).filter(({ removedAt }) => removedAt === null);
          const told = (rows: { externalId: string; amountMinor: bigint; pending: boolean }[]) =>
            rows.map((row) => `${row.externalId} ${row.amountMinor} ${row.pending}`).sort();
          expect(told(live)).toEqual(told([...account.rows]));
          expect(await bankShows(account.rows)).toEqual({ added: 0, modified: 0, removed: 0 });
          app.advance(daysBetween * dayMs);
        }
      }),
      { seed: 20_261_121, numRuns: 12 },
    );
  }, 60_000);
});

/** What the bank shows of one account: payments of few amounts, so that many are alike. */
class Account {
  rows: readonly ProviderTransaction[] = [anchor];
  #count = 0;

  take({ does, amount }: Step, day: LocalDate): void {
    const amountMinor = BigInt(-amount);
    const at = (pendingRow: boolean, bookedOn: LocalDate) =>
      aRow(`row-${this.#count++}`, { pending: pendingRow, amountMinor, bookedOn });
    const first = this.rows.find((row) => row.pending && row.amountMinor === amountMinor);
    if (does === "authorise") this.rows = [...this.rows, at(true, day)];
    if (does === "book") this.rows = [...this.rows, at(false, day)];
    if ((does === "post" || does === "cancel") && first) {
      this.rows = this.rows.filter((row) => row !== first);
      if (does === "post") this.rows = [...this.rows, at(false, addDays(first.bookedOn, 1))];
    }
  }
}
