import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { screenIsReady, screenProblems } from "../support/screen-checks.ts";
import { openVisitor, patienceMs, signIn, type Visitor } from "../support/visitor.ts";

/** What somebody new sees of blocks and matching before any bank is connected. Nothing is decided here. */
const { url } = inject("tieout");
const waiting = { timeout: patienceMs, interval: 250 };

let browser: Browser;
let sam: Visitor;

beforeAll(async () => {
  browser = await launchBrowser();
  sam = await openVisitor(browser, url);
  await signIn(sam.page, "sam@harbourvale.example");
});
afterAll(() => browser?.close());

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await screenIsReady(page);
  expect(await screenProblems(page), address).toEqual([]);
}

test("three blocks, each with units, demands and a way into its books", async () => {
  const { page } = sam;
  await open(page, "/finance/blocks");
  for (const name of ["Lantern Yard", "Quayside Court", "Ropewalk House"]) {
    await page.getByRole("link", { name }).first().waitFor();
  }
  await page.getByRole("link", { name: "Quayside Court" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Quayside Court" }).waitFor();
  await screenIsReady(page);
  expect(await screenProblems(page)).toEqual([]);
});

test("a block's books are part matched, from a statement that was imported", async () => {
  const { page } = sam;
  await open(page, "/finance/blocks/reconciliation");
  await page.getByRole("combobox", { name: "Block" }).selectOption("Quayside Court");
  const rate = page.getByText(/^\d+ of \d+ transactions matched/);
  await expect.poll(() => rate.textContent(), waiting).toMatch(/^[4-7]\d of [78]\d /);

  await page.getByRole("tab", { name: /^Queue/ }).click();
  const queue = page.getByRole("table", { name: "Unreconciled transactions" });
  await queue.getByText("DD BECKFOOT ENERGY").first().waitFor();

  await page.getByRole("tab", { name: "Ledger" }).click();
  const ledger = page.getByRole("table", { name: "Ledger" });
  await ledger.getByText("Auto", { exact: true }).first().waitFor();

  await page.getByRole("tab", { name: "Imports" }).click();
  await page.getByText(/^quayside-court-service-charges-to-/).waitFor();
  expect(sam.complaints).toEqual([]);
});

test("rules have acted, a profile is tried, and something was learned", async () => {
  const { page } = sam;
  const shown: Record<string, string> = {
    "/finance/matching/rules": "Charges of the bank",
    "/finance/matching/profiles": "Demands, careful",
    "/finance/matching/learned": "Kestrel Lodge Hotel",
    "/finance/matching/rates": "1 EUR = 0",
    "/finance/matching/runs": "New from a file",
  };
  for (const [address, text] of Object.entries(shown)) {
    await open(page, address);
    await page.getByRole("main").getByText(text).first().waitFor();
  }
  expect(sam.complaints).toEqual([]);
});
