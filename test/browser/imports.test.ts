import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { bringIn, spanishFile } from "../support/bring-in-by-hand.ts";
import { launchBrowser } from "../support/browser.ts";
import { demoDataFolder } from "../support/demo-template.ts";
import {
  historyIsComplete,
  type SandboxControl,
  sandboxControl,
} from "../support/sandbox-control.ts";
import { screenIsReady, screenProblems } from "../support/screen-checks.ts";
import { type RunningTieout, startTieout } from "../support/start-tieout.ts";
import {
  allowAccess,
  askAs,
  goToBank,
  openVisitor,
  patienceMs,
  signIn,
  signInAtBank,
  type Visitor,
} from "../support/visitor.ts";

/** One story, told in its order: statement files as a bookkeeper brings them in. */
const waiting = { timeout: patienceMs, interval: 100 };
const dayMs = 86_400_000;
const accountOfFile = "Petty Cash ••5518 – Saltmarsh Building Society (GBP)";

let browser: Browser;
let tieout: RunningTieout;
let data: ReturnType<typeof demoDataFolder>;
let bank: SandboxControl;
let ada: Visitor;

beforeAll(async () => {
  data = demoDataFolder();
  const env = { SANDBOX_PACE_SECONDS: "0" };
  [tieout, browser] = await Promise.all([
    startTieout({ dataFolder: data.folder, env }),
    launchBrowser(),
  ]);
  bank = sandboxControl(tieout.sandboxUrl ?? "");
  ada = await openVisitor(browser, tieout.url);
  await signIn(ada.page, "ada@harbourvale.example");
});
afterEach(() => expect(ada.complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await tieout?.stop();
  await data?.remove();
});

test("a Spanish bank's file goes in with two decisions, by the keyboard alone", async () => {
  const { page } = ada;
  await bringIn(page, "extracto.csv", spanishFile());
  await page.getByRole("heading", { name: "Two things to decide" }).waitFor();
  const account = page.getByRole("combobox", { name: "Account", exact: true });
  await expect.poll(() => hasFocus(page, "Account"), waiting).toBe(true);
  await account.selectOption({ label: accountOfFile });

  await page.getByRole("heading", { name: "One thing to decide" }).waitFor();
  const dayFirst = page.getByRole("button", { name: /^3 April 2026/ });
  await expect
    .poll(() => dayFirst.evaluate((button) => button === document.activeElement), waiting)
    .toBe(true);
  expect(await screenProblemsOf(page)).toEqual([]);
  // News of the import, as a colleague's answer makes it, takes the keyboard's place from nobody.
  const again = page.waitForResponse(async (response) =>
    (response.request().postData() ?? "").includes("query Import("),
  );
  await answerAgain(page);
  await again;
  await page.locator("[aria-busy=false]").first().waitFor();
  await expect
    .poll(() => dayFirst.evaluate((button) => button === document.activeElement), waiting)
    .toBe(true);
  await page.keyboard.press("Enter");

  const start = page.getByRole("button", { name: "Import 4 transactions" });
  await expect
    .poll(() => start.evaluate((button) => button === document.activeElement), waiting)
    .toBe(true);
  const preview = page.getByRole("region", { name: "The first lines of the file" });
  const first = preview.getByRole("row").nth(1);
  expect(await first.textContent()).toMatch(/3 April 2026/);
  expect(await first.textContent()).toMatch(/Peña Ibáñez/);
  expect(await first.textContent()).toMatch(/-£1,234\.56/);
  await page.getByText("1 row can't be read").waitFor();
  expect(await screenProblemsOf(page)).toEqual([]);
  await page.keyboard.press("Enter");

  await complete(page);
  expect(await figures(page)).toMatchObject({ Added: 4, Recognised: 0, Skipped: 1 });
  await page.getByRole("link", { name: "See 4 transactions" }).click();
  const table = page.getByRole("table", { name: "Transactions" });
  await table.getByRole("row").filter({ hasText: "Peña Ibáñez" }).first().waitFor();
  // Two coffees of one day and price are two.
  await expect
    .poll(() => table.getByRole("row").filter({ hasText: "Café Ñandú" }).count(), waiting)
    .toBe(2);
});

test("the same file again adds nothing, and says so loudly", async () => {
  const { page } = ada;
  await bringIn(page, "extracto.csv", spanishFile());
  await page.getByRole("heading", { name: "This very file was imported before" }).waitFor();
  // Its account and the order of its dates are known: nothing is asked.
  await page.getByRole("heading", { name: "All 4 lines are already in the books." }).waitFor();
  await page.getByRole("button", { name: "Nothing to add: finish" }).click();
  await complete(page);
  expect(await figures(page)).toMatchObject({ Added: 0, Recognised: 4 });
});

test("a file that can't be read says what to do, and can be discarded", async () => {
  const { page } = ada;
  const whole = await printed("aldermoor/current", "camt053");
  await bringIn(page, "cut-short.xml", whole.subarray(0, whole.length / 2));
  await page.getByRole("heading", { name: "Nothing was imported" }).waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  const dialog = page.getByRole("dialog", { name: "Discard this import?" });
  await dialog.getByRole("button", { name: "Discard" }).click();
  await page.waitForURL(/\/finance\/banking\/imports$/);
  const row = page.getByRole("row").filter({ hasText: "cut-short.xml" });
  await row.getByText("Discarded").waitFor();
});

test("a BAI2 file of three accounts goes in, each proved by its balance", async () => {
  const { page } = ada;
  const all = await bank.read<{ account: string; currency: string }[]>("accounts");
  const three = all
    .filter(({ account, currency }) => currency === "GBP" && !account.startsWith("aldermoor"))
    .slice(0, 3);
  const file = await printed(three.map(({ account }) => account).join(","), "bai2");
  await bringIn(page, "treasury.bai", file);
  for (const name of ["Operations", "Payroll", "Reserve"]) {
    await page.locator("[data-first-answer] select").first().selectOption("add");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Bank", { exact: true }).fill("First Federal");
    await dialog.getByLabel("Account name").fill(name);
    await dialog.getByRole("button", { name: "Add account" }).click();
    await page.getByRole("button", { name: `Change the account ${name}` }).waitFor();
  }
  await expect.poll(() => page.getByText("Agrees", { exact: true }).count(), waiting).toBe(3);
  await page.getByRole("button", { name: /^Import \d+ transactions$/ }).click();
  await complete(page);
  expect((await figures(page)).Added).toBeGreaterThan(3);
  expect(await screenProblemsOf(page)).toEqual([]);
});

test("a CAMT.053 file over days that the feed brought adds none of them", async () => {
  const { page } = ada;
  await goToBank(page, "Aldermoor Bank");
  await signInAtBank(page);
  await allowAccess(page);
  await expect.poll(() => historyIsComplete(bank), waiting).toBe(true);
  const file = await printed("aldermoor/current", "camt053");
  await bringIn(page, "aldermoor.xml", file);
  const account = page.locator("[data-first-answer] select").first();
  const label = await account
    .locator("option", { hasText: /Aldermoor/ })
    .first()
    .textContent();
  await account.selectOption({ label: label?.trim() ?? "" });
  await page.getByText("bank feed").first().waitFor();
  await page.getByRole("heading", { name: /lines are already in the books\.$/ }).waitFor();
  await page.getByRole("button", { name: "Nothing to add: finish" }).click();
  await complete(page);
  const { Added, Recognised } = await figures(page);
  expect(Added).toBe(0);
  expect(Recognised).toBeGreaterThan(5);
});

test("an import is taken back, after what would go with it was shown", async () => {
  const { page } = ada;
  await page.goto("/finance/banking/imports?search=treasury");
  await page.getByRole("link", { name: "treasury.bai" }).click();
  const { Added } = await figures(page);
  await page.getByRole("button", { name: "Undo import…" }).click();
  await page.getByRole("button", { name: `Take back ${Added} lines` }).click();
  await page.getByText("Taken back", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Imports", exact: true }).first().click();
  const rows = page.getByRole("table", { name: "Imports" });
  await rows.getByText("Undone", { exact: true }).waitFor();
  expect(await screenProblemsOf(page)).toEqual([]);
});

/** A colleague answers what was answered, with the same account, while the page is open. */
async function answerAgain(page: Page): Promise<void> {
  const id = new URL(page.url()).pathname.split("/").at(-1);
  const asked = "query ($id: ID!) { importBatch(id: $id) { account { id } } }";
  const { importBatch } = await askAs(ada, asked, { id });
  const said = `mutation ($id: ID!, $account: ID!) {
    decideImport(id: $id, accountId: $account) { __typename } }`;
  const { decideImport } = await askAs(ada, said, { id, account: importBatch.account.id });
  expect(decideImport.__typename).toBe("ImportBatch");
}

/** What the bank itself prints for the last month. */
async function printed(account: string, format: string): Promise<Buffer> {
  const { today } = await bank.read<{ today: string }>("state");
  const from = new Date(Date.parse(today) - 30 * dayMs).toISOString().slice(0, 10);
  const wanted = new URLSearchParams({ account, format, from, to: today });
  const response = await fetch(`${tieout.sandboxUrl}/control/statement?${wanted}`);
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}

async function complete(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Undo import…" }).waitFor();
}

/** The counts of a finished import by their names. */
async function figures(page: Page): Promise<Record<string, number>> {
  const shown = page.getByRole("region", { name: "What became of it" });
  await shown.waitFor();
  const [names, counts] = await Promise.all([
    shown.locator("dt").allTextContents(),
    shown.locator("dd").allTextContents(),
  ]);
  return Object.fromEntries(
    names.map((name, at) => [name, Number((counts[at] ?? "").replace(/\D/g, ""))]),
  );
}

function hasFocus(page: Page, label: string): Promise<boolean> {
  return page.evaluate(
    (wanted) => document.activeElement?.getAttribute("aria-label") === wanted,
    label,
  );
}

async function screenProblemsOf(page: Page): Promise<string[]> {
  await screenIsReady(page);
  return screenProblems(page);
}
