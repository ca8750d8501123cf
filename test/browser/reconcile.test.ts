import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { localDate } from "../../server/src/core/dates.ts";
import { createBlock } from "../../server/src/features/blocks/create-block.ts";
import { loadUnits } from "../../server/src/features/blocks/load-units.ts";
import { setAccountBlock } from "../../server/src/features/blocks/set-account-block.ts";
import { loadDemands } from "../../server/src/features/documents/load-demands.ts";
import { createLedgerAccount } from "../../server/src/features/ledger/create-ledger-account.ts";
import type { RunningServer } from "../../server/src/start-server.ts";
import { launchBrowser } from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { screenIsReady, screenProblems } from "../support/screen-checks.ts";
import { startTestServer } from "../support/test-server.ts";
import { openVisitor, patienceMs, type Visitor } from "../support/visitor.ts";
import {
  addAccount,
  addConnection,
  addOpenItems,
  addOrganisation,
  addTransactions,
  viewerIn,
  worldPassword,
} from "../support/world.ts";

/** What a bookkeeper decides line by line, without a run in between: nothing moves by itself. */
const waiting = { timeout: patienceMs, interval: 250 };

let browser: Browser;
let database: TestDatabase;
let server: RunningServer;
let olga: Visitor;
let tied: string;
let unexplained: string;
let sent: string;

beforeAll(async () => {
  database = await createTestDatabase();
  [server, browser] = await Promise.all([startTestServer(database.serverUrl), launchBrowser()]);
  const { app } = server;
  const organisation = await addOrganisation(app, { withPasswords: true });
  const connectionId = await addConnection(app, organisation.id);
  const [current, reserve, service] = await Promise.all(
    ["Current account", "Reserve account", "Service charge account"].map((name) =>
      addAccount(app, organisation.id, connectionId, { name }),
    ),
  );
  const add = (account: string | undefined, lines: Parameters<typeof addTransactions>[3]) =>
    addTransactions(app, organisation.id, account ?? "", lines);
  const invoice = (number: string, counterpartyName: string, amountMinor: bigint) => ({
    ...{ number, counterpartyName, amountMinor },
    ...{ issuedOn: localDate("2026-11-02"), dueOn: localDate("2026-11-30") },
  });
  await addOpenItems(app, organisation.id, [
    invoice("INV-3001", "Acorn Ltd", 25_000n),
    invoice("INV-3002", "Acorn Ltd", 25_000n),
    invoice("INV-3003", "Birch Works Ltd", 41_700n),
  ]);
  [tied = "", unexplained = "", sent = ""] = await add(current, [
    { amountMinor: 25_000n, counterpartyName: "Acorn Ltd", description: "BACS ACORN LTD" },
    { amountMinor: 9_900n, counterpartyName: "Dune Ltd", description: "BACS DUNE LTD" },
    { amountMinor: -200_000n, description: "TRANSFER TO RESERVE ACCOUNT" },
  ]);
  await add(reserve, [
    {
      amountMinor: 200_000n,
      description: "TRANSFER FROM CURRENT ACCOUNT",
      bookedOn: localDate("2026-11-17"),
    },
  ]);
  const owner = viewerIn(organisation);
  const reserveOf = { number: "1250", name: "Reserve", kind: "cash", currency: "GBP" } as const;
  await createLedgerAccount(app, owner, reserveOf);
  const { id: blockId } = await createBlock(app, owner, { name: "Maple Court" });
  await setAccountBlock(app, owner, { accountId: service ?? "", blockId });
  const units = "unit,leaseholder,surname\n1,Ms Jo Abbott,Abbott\n";
  await loadUnits(app, owner, { blockId, csv: units, dryRun: false });
  const demands =
    "number,unit,issued,due,amount,currency\nSC-1,1,2026-11-01,2026-11-15,180.00,GBP\n";
  await loadDemands(app, owner, { blockId, csv: demands, dryRun: false });
  await add(service, [
    { amountMinor: 18_000n, counterpartyName: "J Abbott", reference: "FLAT 1" },
    { amountMinor: -2_000n, description: "CARD CLEANSWIFT" },
  ]);
  olga = await signedIn(organisation.people.owner.email);
});
afterEach(() => {
  expect(olga.complaints).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await database?.drop();
});

test("an account is mapped by the keyboard alone, which stays where it was", async () => {
  const { page } = olga;
  await page.goto("/finance/banking/accounts");
  const mapping = page.getByRole("button", { name: /: ledger account of Reserve account$/ });
  await mapping.press("Enter");
  await page.getByRole("option", { name: /^1250 Reserve/ }).waitFor();
  await page.keyboard.type("1250");
  await page.getByRole("option").and(page.locator("[data-highlighted]")).waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("Reserve account is mapped to 1250 Reserve").waitFor();
  await expect
    .poll(() => mapping.evaluate((button) => button === document.activeElement), waiting)
    .toBe(true);
});

test("two that fit equally well are named, each with the values it compared and the sum", async () => {
  const { page } = olga;
  await page.goto(`/finance/banking/reconciliation?transaction=${tied}`);
  await page.getByText(/INV-300[12] and INV-300[12] fit equally well/).waitFor();
  await page.getByRole("button", { name: "Compare values of INV-3001" }).click();
  const candidate = page.getByRole("listitem").filter({ hasText: "INV-3001" });
  const evidence = candidate.getByRole("table", { name: "Evidence" });
  await evidence.getByRole("row", { name: /Total/ }).waitFor();
  const amounts = await evidence.getByRole("cell", { name: "£250.00" }).count();
  expect(amounts).toBe(2);
  await expectSound(page);

  await candidate.getByRole("button", { name: "Why not? INV-3001" }).click();
  const dialog = page.getByRole("dialog", { name: "Why not INV-3001?" });
  await dialog.getByRole("list", { name: "Rivals" }).getByText("Invoice INV-3002").waitFor();
  await expectSound(page);
  await page.keyboard.press("Escape");
});

test("of any item that is found it is told why not", async () => {
  const { page } = olga;
  await page.goto(`/finance/banking/reconciliation?transaction=${unexplained}`);
  await page.getByRole("searchbox", { name: /^Search open/ }).fill("INV-3003");
  await page.getByRole("button", { name: "Why not? INV-3003" }).click();
  const dialog = page.getByRole("dialog", { name: "Why not INV-3003?" });
  await dialog.getByRole("heading", { name: "How they compare" }).waitFor();
  await expectSound(page);
  await page.keyboard.press("Escape");
});

test("what nothing open explains is booked by itself with the keyboard, and taken back", async () => {
  const { page } = olga;
  await page.goto(`/finance/banking/reconciliation?transaction=${unexplained}`);
  await page.getByRole("button", { name: /^Categorise as income/ }).waitFor();
  const dialog = page.getByRole("dialog", { name: "Categorise as income" });
  // A key that comes while the page is still being put together is nobody's.
  await vi.waitFor(async () => {
    if (!(await dialog.isVisible())) await page.keyboard.press("c");
    await dialog.waitFor({ timeout: 5_000 });
  }, waiting);
  const category = dialog.getByRole("combobox", { name: "Category" });
  await expect.poll(() => category.evaluate((it) => it === document.activeElement)).toBe(true);
  await expectSound(page);
  await category.selectOption({ index: 1 });
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText(/^Booked as income: /).waitFor();
  await page.keyboard.press("u");
  await page.getByText("Undone.").waitFor();
  await page.getByRole("button", { name: /^Categorise as income/ }).waitFor();
});

test("an unmatched item of its own is booked again, as what it was, when the unmatching is taken back", async () => {
  const { page } = olga;
  const own = page.getByRole("article", { name: /^Match with BANK-2026-/ });
  await page.goto(`/finance/banking/reconciliation?transaction=${unexplained}`);
  await page.getByRole("button", { name: /^Categorise as income/ }).click();
  const dialog = page.getByRole("dialog", { name: "Categorise as income" });
  await dialog.getByRole("combobox", { name: "Category" }).selectOption({ index: 2 });
  await dialog.getByLabel("Description").fill("Sold a desk");
  await dialog.getByRole("button", { name: "Book income" }).click();
  const booked = await page.getByText(/^Booked as income: /).textContent();
  const category = booked?.replace("Booked as income: ", "").trim() ?? "";

  await page.goto(`/finance/banking/transactions?transaction=${unexplained}`);
  const first = await own.getAttribute("aria-label");
  await own.getByRole("button", { name: /^Unmatch/ }).click();
  await page.getByText(/^Unmatched BANK-/).waitFor();
  await own.waitFor({ state: "detached" });
  const matches = page.getByRole("region", { name: "Matches" });
  await expect
    .poll(() => matches.evaluate((it) => it === document.activeElement), waiting)
    .toBe(true);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByText("Undone.").waitFor();
  await own.waitFor();
  expect(await own.getAttribute("aria-label")).not.toBe(first);
  await own.getByRole("link", { name: /BANK-2026-/ }).click();
  await page.getByText("Sold a desk").first().waitFor();
  await page.goto(`/finance/banking/transactions?transaction=${unexplained}`);
  await own.waitFor();
  const chosen = page.getByRole("combobox", { name: "Category", exact: true }).last();
  const name = () => chosen.evaluate((it) => (it as HTMLSelectElement).selectedOptions[0]?.label);
  await expect.poll(name, waiting).toBe(category);
});

test("a line is left out and taken in again by the keyboard, which stays at what comes next", async () => {
  const { page } = olga;
  // A dialog that fades away gives the focus back later than one that is gone at once.
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.goto(`/finance/banking/transactions?transaction=${tied}`);
  const matches = page.getByRole("region", { name: "Matches" });
  await page.getByRole("button", { name: "Exclude…" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Exclude from reconciliation" });
  await dialog.getByRole("textbox").fill("Private");
  await page.keyboard.press("Enter");
  await page
    .getByText(/^Excluded /)
    .first()
    .waitFor();
  await dialog.waitFor({ state: "detached" });
  const again = matches.getByRole("button", { name: "Include again" });
  await again.waitFor();
  await expect
    .poll(() => matches.evaluate((it) => it === document.activeElement), waiting)
    .toBe(true);
  await page.keyboard.press("Tab");
  await expect
    .poll(() => again.evaluate((it) => it === document.activeElement), waiting)
    .toBe(true);
  await page.keyboard.press("Enter");
  await matches.getByRole("button", { name: "Exclude…" }).waitFor();
  await expect
    .poll(() => matches.evaluate((it) => it === document.activeElement), waiting)
    .toBe(true);
  await page.emulateMedia({ reducedMotion: "reduce" });
});

test("a category that was set is taken back, and the history says so", async () => {
  const { page } = olga;
  await page.goto(`/finance/banking/transactions?transaction=${tied}`);
  const chosen = page.getByRole("combobox", { name: "Category", exact: true }).last();
  await chosen.selectOption({ index: 1 });
  await page.getByText(/^Category: /).waitFor();
  await page.getByText(/^Set the category /).waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByText("Undone.").waitFor();
  await page.getByText("Undid the choice of its category, and it has none again.").waitFor();
  await expect.poll(() => chosen.inputValue(), waiting).toBe("");
  // The key takes back the last decision, whichever kind it was.
  await chosen.selectOption({ index: 2 });
  await page.getByText(/^Category: /).waitFor();
  await chosen.blur();
  await page.keyboard.press("u");
  await expect.poll(() => chosen.inputValue(), waiting).toBe("");
});

test("a transfer is paired by a key, shown as one, and undone", async () => {
  const { page } = olga;
  await page.goto(`/finance/banking/reconciliation?transaction=${sent}`);
  await page.getByRole("list", { name: "Transfer candidates" }).waitFor();
  await page.keyboard.press("t");
  const paired = page.getByText("Paired as transfer: Current account to Reserve account");
  await paired.waitFor();
  await page.keyboard.press("u");
  await page.getByText("Undone.").waitFor();
  // A slip that is taken back has not said that the two are no transfer.
  await page.getByRole("list", { name: "Transfer candidates" }).waitFor();
  await page.keyboard.press("t");
  await paired.waitFor();
  await page.goto(`/finance/banking/transactions?transaction=${sent}`);
  const pair = page.getByRole("article", { name: "Transfer between own accounts" });
  await pair.getByText(/^Reserve account/).waitFor();
  expect(await page.getByText("Transfer", { exact: true }).count()).toBeGreaterThan(2);
  await expectSound(page);

  await page.goto("/finance/banking/reconciliation?tab=excluded");
  const why = page.getByRole("combobox", { name: "Why it was left out" });
  await why.selectOption("As transfers");
  await page.getByRole("tab", { name: "Excluded 2" }).waitFor();
  await why.selectOption("For other reasons");
  await page.getByText("Nothing fits these filters").waitFor();
  await page.goBack();
  await pair.getByRole("button", { name: "Undo the transfer" }).click();
  await page.getByText("The transfer was undone").waitFor();
  await page.getByText("No invoice or expense explains it yet.").waitFor();
});

test("a block's queue is worked with the keyboard, and its figures and ledger follow", async () => {
  const { page } = olga;
  await page.goto("/finance/blocks/reconciliation");
  await page.getByRole("combobox", { name: "Block" }).selectOption("Maple Court");
  await page.getByText("0 of 2 transactions matched").waitFor();
  await expectSound(page);
  await page.getByRole("tab", { name: /^Queue/ }).click();
  await page.getByRole("button", { name: "Match J Abbott" }).click();
  const demand = page.getByRole("dialog").getByRole("checkbox", { name: /SC-1/ });
  await demand.waitFor();
  if (!(await demand.isChecked())) await demand.check();
  await expectSound(page);
  await demand.press("Enter");
  await page.getByText("Matched £180.00 with SC-1").waitFor();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.getByLabel("Reason", { exact: true }).fill("Paid from the float");
  await page.keyboard.press("Enter");
  await page.getByText("Every transaction is explained").waitFor();

  await page.getByRole("tab", { name: "Ledger" }).click();
  const ledger = page.getByRole("table", { name: "Ledger" });
  await ledger.getByText("Manual", { exact: true }).waitFor();
  await ledger.getByText("Excluded", { exact: true }).waitFor();
  await expectSound(page);
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export Excel" }).click();
  expect((await downloading).suggestedFilename()).toMatch(
    /^maple-court-ledger-\d{4}-\d{2}-\d{2}\.xlsx$/,
  );
  await page.getByRole("tab", { name: "Dashboard" }).click();
  await page.getByText("1 of 1 transaction matched, 1 excluded").waitFor();
});

test("a demand's page tells its payment, and unmatching opens it again", async () => {
  const { page } = olga;
  await page.goto("/finance/open-items?search=SC-1");
  await page.getByRole("link", { name: "SC-1" }).first().click();
  await page.getByRole("button", { name: "Unmatch J Abbott" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Unmatch", exact: true }).click();
  await page.getByText("Unmatched SC-1").waitFor();
  await page.getByRole("searchbox", { name: "Search bank transactions" }).fill("Abbott");
  await page.getByRole("button", { name: "Why not? J Abbott" }).click();
  await page.getByRole("dialog").getByRole("heading", { name: "How they compare" }).waitFor();
  await expectSound(page);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count(), waiting).toBe(0);
});

async function expectSound(page: Page): Promise<void> {
  await screenIsReady(page);
  expect(await screenProblems(page)).toEqual([]);
}

async function signedIn(email: string): Promise<Visitor> {
  const visitor = await openVisitor(browser, server.url);
  const { page } = visitor;
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(worldPassword);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  return visitor;
}
