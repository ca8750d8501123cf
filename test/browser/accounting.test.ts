import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { allowPackage, beginMapping, goToPackage } from "../support/accounting-screens.ts";
import { bringIn } from "../support/bring-in-by-hand.ts";
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
  markPage,
  openVisitor,
  patienceMs,
  signIn,
  signInAtBank,
  type Visitor,
  wasReloaded,
} from "../support/visitor.ts";

const waiting = { timeout: patienceMs, interval: 250 };

/** A whole demo from nothing, on a machine that does other things besides. */
const startMsMax = 240_000;

let browser: Browser;
let tieout: RunningTieout;
let data: ReturnType<typeof demoDataFolder>;
let sandbox: SandboxControl;
let ada: Visitor;

beforeAll(async () => {
  data = demoDataFolder();
  const env = { SANDBOX_PACE_SECONDS: "0" };
  [tieout, browser] = await Promise.all([
    startTieout({ dataFolder: data.folder, env }),
    launchBrowser(),
  ]);
}, startMsMax);
beforeAll(async () => {
  sandbox = sandboxControl(tieout.sandboxUrl ?? "");
  ada = await openVisitor(browser, tieout.url);
  await signIn(ada.page, "ada@harbourvale.example");
  await goToBank(ada.page, "Aldermoor Bank");
  await signInAtBank(ada.page);
  await allowAccess(ada.page);
  await ada.page.getByText(/\d transactions? received/).waitFor();
  await vi.waitFor(async () => expect(await historyIsComplete(sandbox)).toBe(true), waiting);
});
afterAll(async () => {
  await browser?.close();
  await tieout?.stop();
  await data?.remove();
});

/** One story, told in its order: each test goes on where the one before it ended. */
describe("a company's books are fed from its bank", () => {
  afterEach(() => expect(ada.complaints).toEqual([]));

  test("refusing at the package's page leaves nothing connected, and allowing it says what is next", async () => {
    const { page } = ada;
    await page.goto("/finance/accounting");
    await page.getByText("No books are connected").waitFor();
    await goToPackage(page, "Xero", "Harbour & Vale");
    await page.getByRole("button", { name: "Refuse" }).click();
    await page.getByRole("alert").getByText("Access was not granted").waitFor();
    await page.getByRole("link", { name: "Leave it for now" }).click();
    await page.getByText("Waiting for access").waitFor();

    await page.getByRole("button", { name: /^Continue at Xero/ }).click();
    await page.waitForURL(/\/codat-link\//);
    await allowPackage(page, /^Harbour & Vale Ltd/);
    await page.getByText("Access is granted").waitFor();
    await page.getByRole("heading", { name: "Harbour & Vale Ltd is connected" }).waitFor();
    expect(await screenProblems(page)).toEqual([]);
  });

  test("one account feeds the account of the books with the same digits, which is offered first", async () => {
    const { page } = ada;
    const dialog = await beginMapping(page, "4417");
    const likely = dialog.getByRole("radio", { name: "Aldermoor current account" });
    await expect.poll(() => likely.isChecked(), waiting).toBe(true);
    // Nobody can choose the accounts in other currencies.
    await dialog.getByText(/accounts of the books in other currencies are not offered/).waitFor();
    await dialog.getByRole("button", { name: "Map account" }).click();
    const feed = page.getByRole("listitem").filter({ hasText: "••4417" });
    await feed.getByText("Aldermoor current account").waitFor();
    await feed.getByText("Connected", { exact: true }).waitFor();
    await feed.getByText(/\d lines due/).waitFor();
  });

  test("another feeds a new account, made there under the name that was given", async () => {
    const { page } = ada;
    const dialog = await beginMapping(page, "4425");
    await dialog.getByText("Fed by", { exact: false }).first().waitFor();
    expect(
      await dialog.getByRole("radio", { name: "Aldermoor current account" }).isDisabled(),
    ).toBe(true);
    await dialog.getByText("A new account", { exact: true }).click();
    await dialog.getByRole("textbox", { name: "Name of the new account" }).fill("Rainy days");
    await dialog.getByRole("button", { name: "Map account" }).click();
    const feed = page.getByRole("listitem").filter({ hasText: "••4425" });
    await feed.getByText("Rainy days").waitFor();
    await feed.getByText("Connected", { exact: true }).waitFor();
    await screenIsReady(page);
    expect(await screenProblems(page)).toEqual([]);
  });

  test("when a feed is pushed is changed, and taken back", async () => {
    const { page } = ada;
    const feed = page.getByRole("listitem").filter({ hasText: "••4425" });
    await feed.getByRole("button", { name: /^More for/ }).click();
    await page.getByRole("menuitem", { name: "When it is pushed…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: "On a schedule" }).check();
    await dialog.getByRole("textbox", { name: "Every how many hours" }).fill("0");
    await page.keyboard.press("Enter");
    await dialog.getByText("Give whole hours, from 1 to 744.").waitFor();
    await dialog.getByRole("textbox", { name: "Every how many hours" }).fill("12");
    await page.keyboard.press("Enter");
    await feed.getByText("Every 12 hours").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await feed.getByText("By hand").waitFor();
  });

  test("a line is left out for a reason, and put back", async () => {
    const { page } = ada;
    await openFeed(page, "4417");
    const push = page.getByRole("button", { name: /^Push [\d,]+ lines?$/ });
    const due = await push.textContent();
    await page.getByRole("table", { name: "The first lines" }).getByRole("button").nth(1).click();
    await page.getByRole("button", { name: /^Leave out / }).click();
    const confirm = page.getByRole("button", { name: "Leave out", exact: true });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Entered there by hand" }).click();
    expect(await screenProblems(page)).toEqual([]);
    await confirm.click();
    await page.getByText(/ is left out$/).waitFor();
    await vi.waitFor(async () => expect(await push.textContent()).not.toBe(due), waiting);
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await vi.waitFor(async () => expect(await push.textContent()).toBe(due), waiting);
  });

  test("90 days are pushed, and the screen follows the push to its end by itself", async () => {
    const { page } = ada;
    await openFeed(page, "4425");
    await markPage(page);
    const due = await linesDue(page);
    expect(due).toBeGreaterThan(0);
    await page.getByRole("button", { name: /^Push \d+ lines?$/ }).press("Enter");
    await page.getByText("Nothing is due").waitFor();
    // The button is gone with what was due; the keyboard goes on from where it was.
    const section = page.getByRole("region", { name: "What goes now" });
    await expect
      .poll(() => section.evaluate((it) => it === document.activeElement), waiting)
      .toBe(true);
    await page.getByRole("tab", { name: "Pushes" }).click();
    const pushed = page.getByRole("table", { name: "Pushes" }).getByRole("row");
    await pushed.filter({ hasText: "Push 1" }).getByText("Success", { exact: true }).waitFor();
    expect(await screenProblems(page)).toEqual([]);
    await page.getByRole("tab", { name: /^What arrived/ }).click();
    // It is read back by itself a minute later, too.
    await page.getByRole("button", { name: "Check now" }).click();
    await page.getByText("It agrees", { exact: true }).waitFor();
    const there = await arrivedThere("Rainy days");
    expect(there).toMatchObject(await arrivedOnScreen(page));
    expect(there.lines).toBe(due);
    expect(await wasReloaded(page)).toBe(false);
    expect(await screenProblems(page)).toEqual([]);
  });

  test("a batch fails for one line, whose words are mended on the screen", async () => {
    const { page } = ada;
    await openFeed(page, "4417");
    const [words] = await wordsOfOneLine();
    await sandbox.say("codat/faults", { name: "lines_refused", words, count: 10 });
    await markPage(page);
    await page.getByRole("button", { name: /^Push \d+ lines?$/ }).click();
    await page.getByText("1 line refused.").waitFor();
    expect(await screenProblems(page)).toEqual([]);

    await page.getByRole("tab", { name: "Pushes" }).click();
    await page.getByRole("link", { name: "Push 1", exact: true }).click();
    const problems = page.getByRole("list", { name: "Lines with problems" });
    await problems.getByText("The description holds words that are not accepted.").waitFor();
    expect(await problems.getByText("Refused", { exact: true }).count()).toBe(1);
    await problems.getByRole("button", { name: /^Revise the words of/ }).click();
    const description = page.getByRole("textbox", { name: "Description" });
    await description.fill("Print of the autumn catalogue");
    expect(await screenProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Save the words" }).click();
    await problems.getByText("Goes again", { exact: true }).waitFor();
    await page.getByText("1 line refused.").waitFor({ state: "detached" });
  });

  test("it is pushed again, and what arrived agrees to the cent, once each", async () => {
    const { page } = ada;
    await page.getByRole("button", { name: "Retry", exact: true }).click();
    await page.getByText("All of them went again with a later push.").waitFor();
    await page.getByRole("link", { name: "All pushes" }).click();
    const pushes = page.getByRole("table", { name: "Pushes" }).getByRole("row");
    await pushes.filter({ hasText: "Push 2" }).getByText("Success", { exact: true }).waitFor();
    await pushes.filter({ hasText: "Push 1" }).getByText("Failed", { exact: true }).waitFor();
    await page.getByRole("tab", { name: /^What arrived/ }).click();
    // It is read back by itself a minute later, too.
    await page.getByRole("button", { name: "Check now" }).click();
    await page.getByText("It agrees", { exact: true }).waitFor();
    const there = await arrivedThere("Aldermoor current account");
    expect(there).toMatchObject(await arrivedOnScreen(page));
    // The package joins the reference to it.
    expect(there.descriptions.join("\n")).toContain("Print of the autumn catalogue");
    expect(await wasReloaded(page)).toBe(false);
    await page.getByRole("tab", { name: /^To push/ }).click();
    await page.getByText("Nothing is due").waitFor();
  });

  test("a line that somebody changed in the books stands beside what was sent", async () => {
    const { page } = ada;
    const lines = await linesThere("Aldermoor current account");
    const [changed, deleted] = lines.filter((line) => line.pushed_as && !line.reference);
    const doubled = lines.findLast((line) => line.pushed_as);
    await sandbox.say("codat/lines/change", { line_id: changed?.id, amount: "-1.23" });
    await sandbox.say("codat/lines/delete", { line_id: deleted?.id });
    await sandbox.say("codat/lines/double", { line_id: doubled?.id });
    await page.getByRole("tab", { name: /^What arrived/ }).click();
    await page.getByRole("button", { name: "Check now" }).click();
    await page.getByText("It does not agree", { exact: true }).waitFor();
    const differing = page.getByRole("list", { name: "Lines that differ" }).getByRole("listitem");
    await differing.filter({ hasText: "Changed there" }).getByText("-£1.23").waitFor();
    await differing.filter({ hasText: "Missing" }).getByText("Not there").waitFor();
    const tooOften = page.getByRole("list", { name: "Lines that are there too often" });
    await vi.waitFor(
      async () => expect(await tooOften.getByRole("listitem").count()).toBe(1),
      waiting,
    );
    for (const [width, colorScheme] of [
      [390, "dark"],
      [1440, "light"],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await screenIsReady(page);
      expect(await screenProblems(page), `at ${width}`).toEqual([]);
    }
  });

  test("the details of a bank transaction say where it went, and follow what becomes of it", async () => {
    const { page } = ada;
    const lines = await linesThere("Aldermoor current account");
    const line = lines.find(({ pushed_as, amount }) => pushed_as !== null && amount !== -1.23);
    await page.goto(`/finance/banking/transactions?transaction=${line?.pushed_as}`);
    const books = page.getByRole("region", { name: "In the books" });
    await books.getByText("Xero, Harbour & Vale Ltd").waitFor();
    await books.getByText("It arrived as it was sent.").waitFor();
    for (const [width, colorScheme] of [
      [390, "dark"],
      [1440, "light"],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await books.waitFor();
      await screenIsReady(page);
      expect(await screenProblems(page), `at ${width}`).toEqual([]);
    }
    await markPage(page);
    const other = await page.context().newPage();
    await openFeed(other, "4417");
    await sandbox.say("codat/lines/delete", { line_id: line?.id });
    await other.getByRole("tab", { name: /^What arrived/ }).click();
    await other.getByRole("button", { name: "Check now" }).click();
    await books.getByText("The package took it, and it is not in the books.").waitFor();
    expect(await wasReloaded(page)).toBe(false);
    await other.close();
    await books.getByRole("link", { name: "Aldermoor current account" }).click();
    await page.getByRole("region", { name: "What goes now" }).waitFor();
  });

  test("a line that is missing there is sent again, and taken", async () => {
    const { page } = ada;
    const before = (await linesThere("Aldermoor current account")).length;
    await page.getByRole("tab", { name: /^What arrived/ }).click();
    const missing = page.getByRole("list", { name: "Lines that differ" }).getByRole("listitem");
    await missing
      .getByRole("button", { name: /^Send again/ })
      .first()
      .click();
    await page.getByRole("tab", { name: /^To push/ }).click();
    await page.getByRole("button", { name: "Push 1 line", exact: true }).click();
    await page.getByText("Nothing is due").waitFor();
    await page.getByRole("tab", { name: "Pushes" }).click();
    const pushed = page.getByRole("table", { name: "Pushes" }).getByRole("row");
    await pushed.filter({ hasText: "Push 3" }).getByText("Success", { exact: true }).waitFor();
    expect((await linesThere("Aldermoor current account")).length).toBe(before + 1);
  });

  test("without access to its books a feed is paused, and says so", async () => {
    const { page } = ada;
    const { companies } = await sandbox.read<{
      companies: { connections: { connection_id: string }[] }[];
    }>("codat/state");
    const connection_id = companies[0]?.connections[0]?.connection_id;
    await page.goto("/finance/accounting");
    const feed = page.getByRole("listitem").filter({ hasText: "••4417" });
    await feed.getByText("Connected", { exact: true }).waitFor();
    await sandbox.say("codat/connections/trouble", { connection_id, status: "Deauthorized" });
    await page.getByText("Access needed", { exact: true }).waitFor();
    await feed.getByText("Paused", { exact: true }).waitFor();
    expect(await screenProblems(page)).toEqual([]);
    await sandbox.say("codat/connections/trouble", { connection_id, status: "Linked" });
    await feed.getByText("Connected", { exact: true }).waitFor();
  });

  test("a package without an API gets files that say the same to the cent, and nothing new when read in", async () => {
    const { page } = ada;
    await page.goto("/finance/accounting/connect");
    await page.getByRole("radio", { name: /^Files/ }).check();
    await page.getByRole("textbox", { name: "Company" }).fill("Harbour by files");
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByRole("heading", { name: "Harbour by files" }).waitFor();
    const place = page.getByRole("region", { name: "Where the files are" }).getByRole("paragraph");
    const folder = (await place.textContent()) ?? "";
    expect(folder).toContain(path.join(data.folder, "accounting-files", "harbour-by-files-"));
    expect(await screenProblems(page)).toEqual([]);
    const dialog = await beginMapping(page, "4433");
    await dialog.getByRole("textbox", { name: "Account in your package" }).fill("1240 Tax");
    await dialog.getByRole("button", { name: "Map account" }).click();
    await openFeed(page, "4433");
    const due = await linesDue(page);
    await page.getByRole("button", { name: /^Push \d+ lines?$/ }).click();
    await page.getByText("Nothing is due").waitFor();
    await page.getByRole("tab", { name: /^What arrived/ }).click();
    await page.getByRole("button", { name: "Check now" }).click();
    await page.getByText("It agrees", { exact: true }).waitFor();
    const shown = await arrivedOnScreen(page, "the files");
    expect(shown.lines).toBe(due);
    expect(await screenProblems(page)).toEqual([]);

    const { journal, bankFile } = filesBelow(folder);
    const rows = journal.trim().split("\r\n").slice(1);
    expect(rows).toHaveLength(due);
    expect(rows.every((row) => row.includes(",1240 Tax,"))).toBe(true);
    const amounts = [...bankFile.toString().matchAll(/<TRNAMT>([-\d.]+)/g)];
    const pence = amounts.reduce((sum, [, amount]) => sum + Math.round(Number(amount) * 100), 0);
    expect({ lines: amounts.length, pence }).toEqual(shown);

    await bringIn(page, "back-again.ofx", bankFile);
    const account = page.locator("[data-first-answer] select").first();
    const option = account.locator("option", { hasText: "Tax Pot" });
    await account.selectOption((await option.getAttribute("value")) ?? "");
    await page
      .getByRole("heading", { name: `All ${due} lines are already in the books.` })
      .waitFor();
  });

  test("where the package maps on its own page, coming back from there shows by itself what became of it", async () => {
    const { page } = ada;
    await goToPackage(page, "QuickBooks Online", "Harbour & Vale");
    await allowPackage(page, /^Harbour & Vale Ltd/);
    await page.getByText("One more step at QuickBooks Online").waitFor();
    await page.getByRole("button", { name: /^Continue at/ }).click();
    await page.waitForURL(/\/codat-link\//);
    await allowPackage(page, /^Harbour & Vale Ltd/);
    await page.getByText("Access is granted").waitFor();
    const dialog = await beginMapping(page, "4417");
    await dialog.getByRole("radio", { name: "As soon as reconciled" }).check();
    await dialog.getByRole("button", { name: /^(Map account|Continue)/ }).click();
    await page.waitForURL(/\/codat-link\//);
    // One with the same digits is there, and offered first.
    await page.getByRole("combobox").first().selectOption({ label: "A new account" });
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(/\/finance\/accounting\/connect\/return/);
    await page.getByText("1 feed is connected").waitFor();
    expect(await screenProblems(page)).toEqual([]);
  });
});

/** The journal and the bank file of the only push that was written below a folder. */
function filesBelow(folder: string): { journal: string; bankFile: Buffer } {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const one = (end: string) => {
    const found = names.filter((name) => name.endsWith(end));
    expect(found).toHaveLength(1);
    return readFileSync(path.join(folder, found[0] ?? ""));
  };
  return { journal: one(".csv").toString(), bankFile: one(".ofx") };
}

async function openFeed(page: Page, mask: string): Promise<void> {
  await page.goto("/finance/accounting");
  await page
    .getByRole("listitem")
    .filter({ hasText: `••${mask}` })
    .getByRole("link")
    .click();
  await page.getByRole("region", { name: "What goes now" }).waitFor();
}

async function linesDue(page: Page): Promise<number> {
  const label = await page.getByRole("button", { name: /^Push \d+ lines?$/ }).textContent();
  return Number(label?.replace(/\D/g, ""));
}

/** What the screen says that the books have, in lines and pence. */
async function arrivedOnScreen(
  page: Page,
  where = "Xero",
): Promise<{ lines: number; pence: number }> {
  const cells = page.getByRole("row", { name: new RegExp(`^In ${where}`) }).getByRole("cell");
  const [lines = "", total = ""] = await cells.allTextContents();
  return { lines: Number(lines.replace(/\D/g, "")), pence: Number(total.replace(/[^\d-]/g, "")) };
}

interface LineThere {
  id: string;
  amount: number;
  description: string;
  reference: string | null;
  pushed_as: string | null;
}

/** The lines of an account of the books, from behind the platform. */
async function linesThere(name: string): Promise<LineThere[]> {
  const { books } = await sandbox.read<{
    books: { books: string; accounts: { id: string; name: string; lines: number }[] }[];
  }>("codat/state");
  for (const { books: key, accounts } of books) {
    const account = accounts.find((each) => each.name === name);
    const wanted = new URLSearchParams({ books: key, account: account?.id ?? "" });
    if (account) return sandbox.read<LineThere[]>(`codat/lines?${wanted}`);
  }
  throw new Error(`the books have no account ${name}`);
}

/** What was pushed into an account of the books, once each. */
async function arrivedThere(name: string) {
  const lines = (await linesThere(name)).filter(({ pushed_as }) => pushed_as !== null);
  expect(new Set(lines.map(({ pushed_as }) => pushed_as)).size).toBe(lines.length);
  const pence = lines.reduce((sum, { amount }) => sum + Math.round(amount * 100), 0);
  return { lines: lines.length, pence, descriptions: lines.map((line) => line.description) };
}

interface LinesPage {
  readonly nodes: readonly { description: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Of the feed on the page: descriptions that one line alone holds, whatever the bank's last 90 days are today. */
async function wordsOfOneLine(): Promise<string[]> {
  const { page } = ada;
  const id = new URL(page.url()).pathname.split("/").at(-1);
  const query = `query ($id: ID!, $after: String) { feedAccount(id: $id) {
    lines(states: [DUE], first: 100, after: $after) {
      nodes { description } pageInfo { hasNextPage endCursor } } } }`;
  const all: string[] = [];
  for (let after: string | null = null; ; ) {
    const data: { feedAccount: { lines: LinesPage } } = await askAs(ada, query, { id, after });
    const { lines } = data.feedAccount;
    for (const { description } of lines.nodes) all.push(description);
    if (!lines.pageInfo.hasNextPage) break;
    after = lines.pageInfo.endCursor;
  }
  const holding = (words: string) => all.filter((each) => each.includes(words)).length;
  const found = all.filter((words) => words.length > 0 && holding(words) === 1);
  expect(found).not.toEqual([]);
  return found;
}
