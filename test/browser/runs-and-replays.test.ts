import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { localDate } from "../../server/src/core/dates.ts";
import { confirmMatch } from "../../server/src/features/reconciliation/confirm-match.ts";
import type { RunningServer } from "../../server/src/start-server.ts";
import { launchBrowser } from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { screenIsReady, screenProblems } from "../support/screen-checks.ts";
import { startTestServer } from "../support/test-server.ts";
import { openVisitor, type Visitor } from "../support/visitor.ts";
import {
  addAccount,
  addConnection,
  addOpenItems,
  addOrganisation,
  addTransactions,
  viewerIn,
  worldPassword,
} from "../support/world.ts";

/** One story, told in its order: a bookkeeper follows what matching does, tries it, and takes it back. */
let browser: Browser;
let database: TestDatabase;
let server: RunningServer;
let olga: Visitor;
let reader: Visitor;

beforeAll(async () => {
  database = await createTestDatabase();
  [server, browser] = await Promise.all([
    startTestServer(database.serverUrl, {}, { worker: true }),
    launchBrowser(),
  ]);
  const { app } = server;
  const organisation = await addOrganisation(app, { withPasswords: true });
  const connectionId = await addConnection(app, organisation.id);
  const accountId = await addAccount(app, organisation.id, connectionId);
  const paid = (number: string, counterpartyName: string, amountMinor: bigint) => ({
    line: { counterpartyName, amountMinor, description: `TRANSFER ${number}`, reference: number },
    item: { counterpartyName, amountMinor, number },
  });
  const certain = [
    paid("INV-7001", "Cedar Instruments Ltd", 48_120n),
    paid("INV-7002", "Larkspur Studio Ltd", 133_470n),
  ];
  const bookedOn = localDate("2026-11-16");
  await addTransactions(
    app,
    organisation.id,
    accountId,
    certain.map(({ line }) => ({ ...line, bookedOn })),
  );
  await addOpenItems(
    app,
    organisation.id,
    certain.map(({ item }) => item),
  );
  // A person says who a payer is whom the bank writes otherwise.
  const [lineId = ""] = await addTransactions(app, organisation.id, accountId, [
    { counterpartyName: "BRMBL HOLDINGS", description: "FASTER PAYMENT", amountMinor: 25_000n },
  ]);
  const [itemId = ""] = await addOpenItems(app, organisation.id, [
    { number: "INV-7003", counterpartyName: "Bramble & Sons", amountMinor: 25_000n },
  ]);
  await confirmMatch(app, viewerIn(organisation), [
    {
      ...{ transactionId: lineId, openItemId: itemId },
      amount: "250.00",
    },
  ]);
  [olga, reader] = await Promise.all([
    signedIn(organisation.people.owner.email),
    signedIn(organisation.people.viewer.email),
  ]);
});
afterEach(() => {
  expect({ olga: olga?.complaints, reader: reader?.complaints }).toEqual({ olga: [], reader: [] });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await database?.drop();
});

test("a run is asked for, is followed to its end, and shows its matches with their reasons", async () => {
  const { page } = olga;
  await page.goto("/finance/matching/runs");
  await page.getByRole("button", { name: "Match now" }).click();
  const row = page.getByRole("table", { name: "Runs" }).getByRole("row").filter({
    hasText: "Asked for",
  });
  await row.getByText("Complete", { exact: true }).waitFor();
  expect(await problemsOf(page)).toEqual([]);
  await row.getByRole("link").click();
  const matches = page.getByRole("list", { name: "Matches", exact: true });
  await matches.getByRole("link", { name: "Invoice INV-7001" }).waitFor();
  await matches.getByRole("link", { name: "Invoice INV-7002" }).waitFor();
  expect(await matches.getByText("points", { exact: false }).count()).toBeGreaterThan(0);
  expect(await problemsOf(page)).toEqual([]);
});

test("another threshold is tried on what was decided, and a sentence says whether it is worth it", async () => {
  const { page } = olga;
  await page.goto("/finance/matching/replays");
  await page.getByRole("button", { name: "Start a replay" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Start a replay" });
  await dialog.getByText("Another threshold", { exact: true }).click();
  await dialog.getByRole("textbox", { name: "Threshold" }).fill("190");
  await page.keyboard.press("Enter");
  await page
    .getByRole("heading", { name: "Replay of Built-in profile with threshold 190" })
    .waitFor();
  const verdict = page.getByRole("region", { name: "Verdict" });
  await verdict.getByText("More work for the same certainty").waitFor();
  const differences = page.getByRole("list", { name: "Differences" });
  await differences.getByRole("link", { name: "Invoice INV-7002" }).waitFor();
  await page.getByRole("link", { name: "Make it a version…" }).waitFor();
  expect(await problemsOf(page)).toEqual([]);
});

test("everything that a run did is undone as one, after what goes with it was shown", async () => {
  const { page } = olga;
  await page.goto("/finance/matching/runs");
  const rows = page.getByRole("table", { name: "Runs" }).getByRole("row");
  await rows.filter({ hasText: "Asked for" }).getByRole("link").click();
  await page.getByRole("button", { name: "Undo everything this run did…" }).click();
  const dialog = page.getByRole("dialog", { name: "Undo everything this run did?" });
  await dialog.getByText("£1,815.90").waitFor();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Wrong month");
  expect(await problemsOf(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Undo 2 matches" }).click();
  await page.getByText("Everything it did was taken back").waitFor();
  await page.getByText("Wrong month").first().waitFor();
  expect(await page.getByRole("button", { name: /^Undo everything/ }).count()).toBe(0);
  expect(await page.getByRole("link", { name: "See what it decided" }).count()).toBe(0);
  expect(await problemsOf(page)).toEqual([]);

  await page.goto("/finance/matching/learned?part=pairs");
  const pairs = page.getByRole("table", { name: "Declined pairs" });
  await pairs.getByRole("button", { name: /^Forget .*INV-7001$/ }).click();
  await page.getByText("INV-7001 may be suggested for this payment again").waitFor();
  await expect.poll(() => pairs.getByRole("button").count()).toBe(1);
});

test("a learned name is taken back and taken up again", async () => {
  const { page } = olga;
  await page.goto("/finance/matching/learned");
  await page.getByRole("button", { name: "Take back BRMBL HOLDINGS" }).click();
  await page.getByText("No name learned yet").waitFor();
  await page.getByRole("checkbox", { name: "Show those taken back" }).check();
  await page.getByRole("button", { name: "Restore BRMBL HOLDINGS" }).click();
  await page.getByRole("button", { name: "Take back BRMBL HOLDINGS" }).waitFor();
  expect(await problemsOf(page)).toEqual([]);
  await page.getByRole("tab", { name: "How often right" }).click();
  const payer = page.getByRole("row").filter({ hasText: "Larkspur Studio Ltd" });
  await payer.getByText("0%").waitFor();
  expect(await problemsOf(page)).toEqual([]);
});

test("rates come from a file that is looked at first, and one is deleted and put back", async () => {
  const { page } = olga;
  await page.goto("/finance/matching/rates");
  await page.getByRole("button", { name: "Load CSV" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Load exchange rates" });
  const rows = dialog.getByRole("textbox", { name: "Or paste the rows" });
  await rows.fill("base,quote,day,rate\nEUR,GBP,2026-01-05,0.8362\nEUR,EUR,2026-01-05,1\n");
  await dialog.getByRole("button", { name: "Check" }).click();
  await dialog.getByText("1 row can't be taken.").waitFor();
  await rows.fill("base,quote,day,rate\nEUR,GBP,2026-01-05,0.8362\nUSD,GBP,2026-01-06,0.77\n");
  await dialog.getByRole("button", { name: "Check" }).click();
  await dialog.getByRole("button", { name: "Load 2 rates" }).click();
  const table = page.getByRole("table", { name: "Exchange rates" });
  await table.getByText("1 EUR = 0.8362 GBP").waitFor();
  await page.getByRole("combobox", { name: "From currency" }).selectOption("USD");
  await table.getByText("1 EUR = 0.8362 GBP").waitFor({ state: "detached" });
  expect(await problemsOf(page)).toEqual([]);
  await table.getByRole("button", { name: /^Delete the rate USD to GBP/ }).click();
  await page.getByText("No rate of this pair is loaded").waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await table.getByText("1 USD = 0.77 GBP").waitFor();
});

test("who may only read sees it all and can change nothing, by day, by night and on a phone", async () => {
  const { page } = reader;
  const changing = /^(Match now|Start a replay|Load CSV|Add a rate|Take back|Forget|Delete)/;
  for (const [width, colorScheme] of [
    [390, "light"],
    [1440, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme });
    for (const part of ["runs", "replays", "learned", "learned?part=record", "rates"]) {
      await page.goto(`/finance/matching/${part}`);
      expect(await problemsOf(page), `${part} at ${width}`).toEqual([]);
      await page.getByRole("row").first().waitFor();
      expect(await page.getByRole("button", { name: changing }).count(), part).toBe(0);
    }
  }
});

async function signedIn(email: string): Promise<Visitor> {
  const visitor = await openVisitor(browser, server.url);
  await visitor.page.goto("/");
  await visitor.page.getByLabel("E-mail").fill(email);
  await visitor.page.getByLabel("Password").fill(worldPassword);
  await visitor.page.keyboard.press("Enter");
  await visitor.page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  return visitor;
}

async function problemsOf(page: Page): Promise<string[]> {
  await screenIsReady(page);
  return screenProblems(page);
}
