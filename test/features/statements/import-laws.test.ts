/** What must hold of statement files however they come, through the whole product: upload, reading, recognition, books. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays, type LocalDate, localDate } from "../../../server/src/core/dates.ts";
import type { StatementFormat } from "../../../server/src/core/statements/statement.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { bringIn } from "../../../server/src/features/connections/sync/bring-in.ts";
import { confirmImport } from "../../../server/src/features/statements/confirm-import.ts";
import { partLine } from "../../../server/src/features/statements/part-recognised-line.ts";
import { readAlsoIn } from "../../../server/src/features/statements/read-import-parts.ts";
import { undoImport } from "../../../server/src/features/statements/undo-import.ts";
import type { ImportBatch } from "../../../server/src/generated/prisma/client.ts";
import { bringInFile, importNow, linesOf } from "../../support/bring-in-file.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { runJobs } from "../../support/queue.ts";
import { aRow } from "../../support/window-bank.ts";
import {
  addAccount,
  addConnection,
  addMatch,
  addOpenItems,
  addOrganisation,
  createTestApp,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";
import { type BookLine, bookFormats, printDays } from "./printed-books.ts";

let database: TestDatabase;
let app: TestApp;
let organisation: WorldOrganisation;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp(database.serverUrl);
  organisation = await addOrganisation(app);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const me = () => viewerIn(organisation);
const daysMax = 5;
const firstDay = localDate("2026-11-02");
const day = (n: number) => addDays(firstDay, n);
const opening = 1_000_000n;

/** One account at one bank, whose statements come as files. */
interface Account {
  readonly id: string;
  readonly connectionId: string;
  readonly number: string;
}

let accounts = 0;
async function freshAccount(): Promise<Account> {
  accounts += 1;
  const connectionId = await addConnection(app, organisation.id, { provider: "push" });
  const externalId = `account-${accounts}`;
  const id = await addAccount(app, organisation.id, connectionId, { externalId });
  return { id, connectionId, number: String(70_000_000 + accounts) };
}

interface Span {
  readonly from: number;
  readonly to: number;
}
const wholeSpan: Span = { from: 0, to: daysMax - 1 };

function within(book: readonly BookLine[], { from, to }: Span): BookLine[] {
  return book.filter(({ bookedOn }) => bookedOn >= day(from) && bookedOn <= day(to));
}

const sum = (lines: readonly BookLine[]) =>
  lines.reduce((total, { amountMinor }) => total + amountMinor, 0n);

/** Brings some days of a book in. Where days before it are missing the balances do not go on: a person takes them. */
async function bringDays(
  account: Account,
  format: StatementFormat,
  book: readonly BookLine[],
  span: Span = wholeSpan,
): Promise<ImportBatch> {
  const before = book.filter(({ bookedOn }) => bookedOn < day(span.from));
  const text = printDays(format, {
    ...{ account: account.number, first: day(span.from), last: day(span.to) },
    ...{ openingMinor: opening + sum(before), lines: within(book, span) },
  });
  const batch = await bringInFile(app, me(), { text, accountId: account.id });
  if (batch.status !== "pending") return batch;
  expect(batch.questions).toEqual(["balance"]);
  await confirmImport(app, me(), { id: batch.id, unbalancedReason: "Days are missing" });
  await runJobs(app);
  return importNow(app, me(), batch.id);
}

async function undo(batch: ImportBatch): Promise<void> {
  await undoImport(app, me(), { id: batch.id });
  await runJobs(app);
}

const told = (account: Account) => linesOf(app, me(), account.id);
/** Days and amounts alone: the words differ by format. */
const moved = async (account: Account) =>
  (await told(account)).map((line) => line.split("|").slice(0, 2).join(" ")).sort();
const moves = (lines: readonly BookLine[]) =>
  lines.map(({ bookedOn, amountMinor }) => `${bookedOn} ${amountMinor}`).sort();
/** The ids as well: to be put back means to be the same. */
const kept = (account: Account) =>
  asOrganisation(app.database, organisation.id, (tx) =>
    tx.query<{ id: string; line: string }>(
      `SELECT id, concat_ws('|', external_id, booked_on, amount_minor, description, counterparty_name, reference) AS line
       FROM bank_transaction WHERE account_id = $1 AND removed_at IS NULL ORDER BY id`,
      [account.id],
    ),
  );

const feed = (account: Account, lines: readonly BookLine[]) =>
  asOrganisation(app.database, organisation.id, (tx) =>
    bringIn(
      tx,
      { id: account.connectionId },
      {
        accounts: [],
        rows: lines.map(({ id, ...line }) =>
          aRow(`feed ${id}`, {
            ...line,
            description: `By feed: ${line.description}`,
            accountExternalId: `account-${Number(account.number) - 70_000_000}`,
          }),
        ),
        ...{ removed: [], whole: [] },
      },
      app.now(),
    ),
  );

/** Few amounts and words, so that payments meet; at least one on each day, so that no file is empty. */
const aPayment = fc.record({
  amountMinor: fc.constantFrom(-350n, -350n, 900n, -12_345n),
  description: fc.constantFrom("Copper kettle", "Copper kettle", "City parking", "Invoice 1007"),
  counterpartyName: fc.constantFrom(null, "Acorn Ltd", "Lark & Sons"),
  reference: fc.constantFrom(null, null, "R-1"),
});
const aBook: fc.Arbitrary<BookLine[]> = fc
  .array(fc.array(aPayment, { minLength: 1, maxLength: 4 }), {
    ...{ minLength: daysMax, maxLength: daysMax },
  })
  .map((days) =>
    days.flatMap((payments, at) =>
      payments.map((payment, place) => ({
        ...{ id: `ID${at}${place}`, bookedOn: day(at) as LocalDate },
        ...payment,
      })),
    ),
  );
const aSpan = fc
  .tuple(fc.nat(daysMax - 1), fc.nat(daysMax - 1))
  .map(([a, b]): Span => ({ from: Math.min(a, b), to: Math.max(a, b) }));

/** Each case is several whole imports. */
const law = { seed: 20_261_121, numRuns: 2, endOnFailure: true };

describe.each(bookFormats)("files of %s", (format) => {
  test("that come twice, also shuffled, add nothing and were all known from the first", async () => {
    await fc.assert(
      fc.asyncProperty(aBook, fc.nat(), async (book, turn) => {
        const account = await freshAccount();
        const one = await bringDays(account, format, book);
        expect(one).toMatchObject({ status: "complete", added: book.length, checksFailed: 0 });
        const state = await kept(account);
        const at = turn % book.length;
        const turned = [...book.slice(at), ...book.slice(0, at)].reverse();
        const two = await bringDays(account, format, turned);
        expect(two).toMatchObject({
          ...{ status: "complete", added: 0, recognised: book.length, checksFailed: 0 },
          sources: [{ how: "same_identity", count: book.length, batchId: one.id }],
        });
        expect(await kept(account)).toEqual(state);
        expect(await moved(account)).toEqual(moves(book));
        const shuffled = await freshAccount();
        await bringDays(shuffled, format, turned);
        expect(await told(shuffled)).toEqual(await told(account));
      }),
      law,
    );
  });

  test("that are split between two days, or overlap, come in either order to the whole", async () => {
    await fc.assert(
      fc.asyncProperty(
        ...[aBook, fc.integer({ min: 1, max: daysMax - 1 }), fc.nat(2), fc.boolean()],
        async (book, cut, overlap, laterFirst) => {
          const whole = await freshAccount();
          await bringDays(whole, format, book);
          const account = await freshAccount();
          const parts = [
            { from: 0, to: cut - 1 },
            { from: Math.max(0, cut - overlap), to: daysMax - 1 },
          ];
          const batches: ImportBatch[] = [];
          for (const span of laterFirst ? parts.reverse() : parts) {
            batches.push(await bringDays(account, format, book, span));
          }
          expect(await told(account)).toEqual(await told(whole));
          const added = batches.reduce((all, batch) => all + batch.added, 0);
          expect(added).toBe(book.length);
          expect(batches.map(({ checksFailed }) => checksFailed)).toEqual([0, 0]);
        },
      ),
      law,
    );
  });

  test("that are undone leave what others have, and come back as they were", async () => {
    await fc.assert(
      fc.asyncProperty(aBook, aSpan, aSpan, async (book, a, b) => {
        const account = await freshAccount();
        const one = await bringDays(account, format, book, a);
        const first = await kept(account);
        const two = await bringDays(account, format, book, b);
        await undo(one);
        expect(await moved(account)).toEqual(moves(within(book, b)));
        await undo(two);
        expect(await moved(account)).toEqual([]);
        const again = await bringDays(account, format, book, a);
        expect(again).toMatchObject({ status: "complete", added: within(book, a).length });
        expect(await kept(account)).toEqual(first);
      }),
      law,
    );
  });

  test("tell two equal payments of a day as two, and a third in a later file as the third", async () => {
    const account = await freshAccount();
    const coffee = (n: number, counterpartyName: string | null = null): BookLine => ({
      ...{ id: `ID${n}`, bookedOn: day(1), amountMinor: -350n, description: "Copper kettle" },
      ...{ counterpartyName, reference: null },
    });
    await bringDays(account, format, [coffee(1), coffee(2)]);
    expect(await moved(account)).toHaveLength(2);
    // The newest first, as many banks print.
    const third = await bringDays(account, format, [coffee(3), coffee(1), coffee(2)]);
    expect(third).toMatchObject({ added: 1, recognised: 2 });
    expect(await moved(account)).toHaveLength(3);
  });

  test("tell payments apart that only differ by who was paid, when the later one comes first in a later file", async () => {
    const pay = (n: number, counterpartyName: string): BookLine => ({
      ...{ id: `ID${n}`, bookedOn: day(1), amountMinor: -5_000n, description: "Standing order" },
      ...{ counterpartyName, reference: null },
    });
    const both = [pay(2, "Lark & Sons"), pay(1, "Acorn Ltd")];
    const [account, whole] = [await freshAccount(), await freshAccount()];
    await bringDays(account, format, [pay(1, "Acorn Ltd")]);
    await bringDays(account, format, both);
    await bringDays(whole, format, both);
    expect(await told(account)).toEqual(await told(whole));
  });
});

test("a match on a line is undone with its import, and says why; the line comes back open", async () => {
  const account = await freshAccount();
  const line: BookLine = {
    ...{ id: "ID1", bookedOn: day(0), amountMinor: 48_000n, description: "Invoice 1007" },
    ...{ counterpartyName: null, reference: null },
  };
  const batch = await bringDays(account, "camt053", [line], { from: 0, to: 0 });
  const [row] = await kept(account);
  const [openItemId = ""] = await addOpenItems(app, organisation.id, [{ amountMinor: 48_000n }]);
  const matchId = await addMatch(app, organisation.id, {
    ...{ transactionId: row?.id ?? "", openItemId, amountMinor: 48_000n },
  });
  await undo(batch);
  const match = await asOrganisation(app.database, organisation.id, (tx) =>
    tx.prisma.match.findFirstOrThrow({ where: { id: matchId } }),
  );
  expect(match.voidReason).toContain(batch.fileName);
  expect(match.voidedAt).not.toBeNull();
  await bringDays(account, "camt053", [line], { from: 0, to: 0 });
  expect(await kept(account)).toEqual([row]);
});

test("a file in another format over the same days adds nothing, and both keep what they say of a line", async () => {
  await fc.assert(
    fc.asyncProperty(
      ...[aBook, fc.shuffledSubarray([...bookFormats], { minLength: 3, maxLength: 3 })],
      async (book, formats) => {
        const account = await freshAccount();
        for (const [at, format] of formats.entries()) {
          const batch = await bringDays(account, format, book);
          const added = at === 0 ? book.length : 0;
          expect(batch, format).toMatchObject({ added, recognised: book.length - added });
        }
        expect(await moved(account)).toEqual(moves(book));
        const ids = (await kept(account)).map(({ id }) => id);
        const also = await asOrganisation(app.database, organisation.id, (tx) =>
          readAlsoIn(tx, ids),
        );
        for (const id of ids) expect(also.get(id)).toHaveLength(formats.length - 1);
      },
    ),
    { ...law, numRuns: 4 },
  );
});

type Step =
  | { readonly kind: "file"; readonly format: StatementFormat; readonly span: Span }
  | { readonly kind: "undo"; readonly which: number }
  | { readonly kind: "feed"; readonly span: Span };

const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      ...{ kind: fc.constant("file" as const), span: aSpan },
      format: fc.constantFrom(...bookFormats),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("undo" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("feed" as const), span: aSpan }) },
);

test("files of any format, undone files and a feed come to the days that any of them tells of; a parted line stays two", async () => {
  await fc.assert(
    fc.asyncProperty(
      ...[aBook, fc.array(aStep, { minLength: 4, maxLength: 9 })],
      async (book, steps) => {
        const account = await freshAccount();
        const live: { batch: ImportBatch; format: StatementFormat; span: Span }[] = [];
        const fed: Span[] = [];
        for (const step of steps) {
          if (step.kind === "file") {
            const batch = await bringDays(account, step.format, book, step.span);
            expect(batch).toMatchObject({ status: "complete" });
            expect(batch.added + batch.recognised).toBe(within(book, step.span).length);
            live.push({ ...step, batch });
          } else if (step.kind === "feed") {
            await feed(account, within(book, step.span));
            fed.push(step.span);
          } else {
            const [gone] = live.splice(step.which % Math.max(1, live.length), 1);
            if (gone) await undo(gone.batch);
          }
          const spans = [...fed, ...live.map(({ span }) => span)];
          const expected = book.filter((line) =>
            spans.some((span) => within([line], span).length > 0),
          );
          expect(await moved(account)).toEqual(moves(expected));
        }
        await partOne(account, book, live);
      },
    ),
    { ...law, numRuns: 6 },
  );
}, 60_000);

/** Parts one merge, and brings every file in once more: one line more for good, and nothing else. */
async function partOne(
  account: Account,
  book: readonly BookLine[],
  live: readonly { batch: ImportBatch; format: StatementFormat; span: Span }[],
): Promise<void> {
  const [merged] = await asOrganisation(app.database, organisation.id, (tx) =>
    tx.query<{ batchId: string; position: number; line: string }>(
      `SELECT r.batch_id AS "batchId", r."position", concat(r.booked_on, ' ', r.amount_minor) AS line
       FROM recognised_line r JOIN import_batch b ON b.id = r.batch_id AND b.status = 'complete'
       JOIN bank_transaction t ON t.id = r.transaction_id
       WHERE r.account_id = $1 AND r.how IN ('same_day', 'feed_after_file') AND r.parted_at IS NULL
         AND t.external_id <> 'file:' || r.identity
         -- Not one that undoing the other file left to this one: of that there is nothing to part.
         AND t.import_batch_id IS DISTINCT FROM r.batch_id
       ORDER BY 1, 2 LIMIT 1`,
      [account.id],
    ),
  );
  if (merged === undefined) return;
  const before = await moved(account);
  await partLine(app, me(), merged);
  const after = [...before, merged.line].sort();
  expect(await moved(account)).toEqual(after);
  for (const { format, span } of live) {
    const again = await bringDays(account, format, book, span);
    expect(again).toMatchObject({ status: "complete", added: 0 });
  }
  expect(await moved(account)).toEqual(after);
}
