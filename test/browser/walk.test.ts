import { execFileSync } from "node:child_process";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { inRepository } from "../../server/launch/repository.ts";
import { launchBrowser } from "../support/browser.ts";
import { historyIsComplete, type OpenAtBank, sandboxControl } from "../support/sandbox-control.ts";
import { screenIsReady } from "../support/screen-checks.ts";
import {
  allowAccess,
  goToBank,
  markPage,
  openVisitor,
  patienceMs,
  signIn,
  signInAtBank,
  type Visitor,
  wasReloaded,
} from "../support/visitor.ts";

/** One story, told in its order: each test goes on where the one before it ended. */
describe("the walk from a bank to a matched transaction", () => {
  const { url, sandboxUrl, pid } = inject("tieout");
  const bank = sandboxControl(sandboxUrl);
  const account = "aldermoor/current";
  let browser: Browser;
  let ada: Visitor;
  let sam: Visitor;
  /** Ada's second tab, which nobody touches: its figures move by themselves. */
  let dashboard: Page;
  /** What the demo has before any bank is connected. */
  let fromFiles: number;
  let paid: OpenAtBank;
  let before: Figures;
  /** The bank doesn't know what a line that names no invoice has paid. */
  const taken = new Set<string>();

  beforeAll(async () => {
    browser = await launchBrowser();
    [ada, sam] = await Promise.all([openVisitor(browser, url), openVisitor(browser, url)]);
  });
  afterEach(() => {
    expect({ ada: ada.complaints, sam: sam.complaints }).toEqual({ ada: [], sam: [] });
  });
  afterAll(() => browser?.close());

  test("a wrong password at the bank is said there, and cancelling leads back with nothing connected", async () => {
    const { page } = ada;
    await signIn(page, "ada@harbourvale.example");
    await page.goto("/finance/banking/transactions");
    fromFiles = await settledRowCount(page);
    await goToBank(page, "Aldermoor Bank");
    await signInAtBank(page, "pass_wrong");
    await page.getByRole("alert").getByText("password is not right").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.waitForURL(/\/finance\/banking\/connect\/return/);
    await page.getByRole("alert").getByText("The bank wasn't connected").waitFor();
    await page.getByRole("link", { name: "Start over" }).click();
    await page.getByRole("heading", { level: 1, name: "Connect a bank" }).waitFor();
    expect(await connectedBanks()).not.toContain("Aldermoor Bank");
  });

  test("90 days of transactions arrive after consent, and the progress shows", async () => {
    const { page } = ada;
    await goToBank(page, "Aldermoor Bank");
    await signInAtBank(page);
    // A bank that takes its time, so that what happens meanwhile can be seen.
    await bank.say("faults", { name: "slow", seconds: 120, ms: 1_000 });
    await allowAccess(page);
    await page.getByRole("progressbar", { name: "Sync in progress" }).waitFor();
    await bank.say("faults/clear");
    await page.getByText(/\d transactions? received/).waitFor();
    await expect.poll(() => historyIsComplete(bank), waiting).toBe(true);

    const lines = await linesOfDays(90);
    expect(lines).toBeGreaterThan(100);
    await page.getByRole("link", { name: "See transactions" }).click();
    const table = page.getByRole("table", { name: "Transactions" });
    await expect.poll(() => rowCount(table), waiting).toBe(fromFiles + lines);
  });

  test("a transaction posted at the bank appears in two open browsers, already matched", async () => {
    await signIn(sam.page, "sam@harbourvale.example");
    await sam.page.getByRole("link", { name: "Banking", exact: true }).click();
    await sam.page.getByRole("link", { name: "Transactions", exact: true }).click();
    dashboard = await ada.openTab("/");
    for (const page of [ada.page, sam.page, dashboard]) await markPage(page);
    await expect.poll(() => rowCount(transactions(sam.page)), waiting).toBeGreaterThan(100);

    paid = await somethingOpen();
    await bank.say("transactions", { account, pays: paid.number });

    for (const { page } of [ada, sam]) {
      const row = rowOf(page, paid.number);
      await row.waitFor();
      await row.getByText("New: ").waitFor({ state: "attached" });
      await row.getByText("Auto", { exact: true }).waitFor();
    }
  });

  test("its evidence is shown", async () => {
    const { page } = ada;
    await rowOf(page, paid.number).getByRole("button").first().click();
    const match = page.getByRole("article", { name: `Match with ${paid.number}` });
    await match.getByText("Automatic").waitFor();
    // Its headings, at least two signals, and their sum.
    const evidence = match.getByRole("table", { name: "Evidence" }).getByRole("row");
    expect(await evidence.count()).toBeGreaterThan(3);
    expect(await match.textContent()).toContain(paid.counterparty);
    before = await settledFigures(dashboard);
  });

  test("unmatching puts everything back, in the other browser too", async () => {
    const { page } = ada;
    await page.getByRole("button", { name: `Unmatch ${paid.number}` }).click();
    await page.getByText(`Unmatched ${paid.number}`).waitFor();
    await page.getByText("No invoice or expense explains it yet.").waitFor();
    await rowOf(sam.page, paid.number).getByText("Unmatched", { exact: true }).waitFor();

    const wanted = {
      unreconciled: before.unreconciled + 1,
      matched: before.matched - 1,
      toReceivePence: before.toReceivePence + pence(paid.left),
      cash: before.cash,
    };
    await expect.poll(() => figuresOf(dashboard), waiting).toEqual(wanted);

    await sam.page.goto(`/finance/open-items?search=${paid.number}`);
    const item = sam.page.getByRole("row").filter({ hasText: paid.number });
    await item.getByText("Open", { exact: true }).waitFor();
  });

  test("it is found by search and matched by hand with the keyboard, undone, and matched again", async () => {
    const { page } = ada;
    await page.getByRole("link", { name: "Open in Reconciliation" }).press("Enter");
    await page.getByRole("heading", { level: 1, name: "Reconciliation" }).waitFor();
    await matchBySearch(page);
    await expect.poll(() => figuresOf(dashboard), waiting).toEqual(before);

    await page.keyboard.press("u");
    await page.getByText("Undone.").waitFor();
    await matchBySearch(page);
    await expect.poll(() => figuresOf(dashboard), waiting).toEqual(before);
    await page.getByRole("tab", { name: /^Matched/ }).click();
    await rowOf(page, paid.number, "Matched transactions").getByText("By Ada Marlowe").waitFor();
    await page.getByRole("tab", { name: /^Unmatched/ }).click();
  });

  test("a payment that tells too little waits for a person, who takes its candidate by number", async () => {
    const { page } = ada;
    const other = await somethingOpen();
    const description = "BANK GIRO CREDIT 4471";
    await bank.say("transactions", { account, amount: other.left, description });
    await rowOf(page, description, "Unmatched transactions").getByRole("button").click();
    const candidates = page.getByRole("list", { name: "Candidates" });
    const candidate = candidates.getByRole("radio", { name: new RegExp(other.number) });
    await candidate.waitFor();
    const all = await candidates.getByRole("radio").all();
    const names = await Promise.all(all.map((each) => each.getAttribute("aria-label")));
    const place = names.findIndex((name) => name?.includes(other.number)) + 1;
    before = await settledFigures(dashboard);
    await page.keyboard.press(String(place));
    await expect.poll(() => candidate.isChecked(), waiting).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByText(`with ${other.number}`).first().waitFor();
    await expect
      .poll(async () => (await figuresOf(dashboard)).toReceivePence, waiting)
      .toBe(before.toReceivePence - pence(other.left));
    before = await settledFigures(dashboard);
  });

  test("a transaction is excluded with a reason, and included again", async () => {
    const { page } = ada;
    const pane = page.getByRole("region", { name: "Selected transaction" });
    await pane.getByRole("button", { name: /^Exclude/ }).waitFor();
    const title = (await pane.getByRole("heading", { level: 2 }).textContent()) ?? "";
    await page.keyboard.press("x");
    await page.getByLabel("Reason", { exact: true }).fill("Counted elsewhere");
    await page.keyboard.press("Enter");
    await page.getByText(`Excluded ${title}`).waitFor();
    await expect
      .poll(async () => (await figuresOf(dashboard)).unreconciled, waiting)
      .toBe(before.unreconciled - 1);

    await page.getByRole("tab", { name: /Excluded/ }).click();
    await pane.getByText("Counted elsewhere").first().waitFor();
    await pane.getByRole("button", { name: "Include again" }).click();
    await page.getByText(`Included ${title} again`).waitFor();
    await expect.poll(() => figuresOf(dashboard), waiting).toEqual(before);
    for (const each of [page, dashboard]) expect(await wasReloaded(each)).toBe(false);
  });

  test("a server that dies is told of in a banner, and what was missed is there when it is back", async () => {
    const { page } = ada;
    await page.goto("/finance/banking/transactions");
    const count = await settledRowCount(page);
    await markPage(page);
    const banner = page.getByText("Live connection lost");
    const complaints = await ada.during(async () => {
      await sam.during(async () => {
        killServer();
        await banner.waitFor();
        await bank.say("transactions", {
          account,
          amount: "-12.34",
          description: "CARD CORNER BAKERY BRISTOL",
        });
        await banner.waitFor({ state: "hidden" });
        await rowOf(page, "CARD CORNER BAKERY BRISTOL").waitFor();
      });
    });
    // The browser itself tells of each attempt; nothing else may have gone wrong.
    const expected = /WebSocket|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|502/;
    expect(complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
    await expect.poll(() => rowCount(transactions(page)), waiting).toBe(count + 1);
    expect(await wasReloaded(page)).toBe(false);
  });

  test.runIf(process.env.TIEOUT_SCREENSHOTS === "1")(
    "the README's pictures are taken",
    async () => {
      const open = await somethingOpen();
      const description = "BANK GIRO CREDIT 5209";
      await bank.say("transactions", { account, amount: open.left, description });
      await rowOf(ada.page, description).waitFor();
      const storageState = await ada.context.storageState();
      for (const colorScheme of ["light", "dark"] as const) {
        const visitor = await openVisitor(browser, url, { storageState, colorScheme });
        for (const [name, address] of Object.entries({
          dashboard: "/",
          transactions: "/finance/banking/transactions",
          reconciliation: "/finance/banking/reconciliation",
        })) {
          await visitor.page.goto(address);
          await screenIsReady(visitor.page);
          if (name === "reconciliation") {
            const queue = "Unmatched transactions";
            await rowOf(visitor.page, description, queue).getByRole("button").click();
            await visitor.page.getByRole("list", { name: "Candidates" }).waitFor();
            await screenIsReady(visitor.page);
          }
          const suffix = colorScheme === "dark" ? "-dark" : "";
          await visitor.page.screenshot({ path: inRepository("docs", `${name}${suffix}.png`) });
        }
        await visitor.close();
      }
    },
  );

  test("a disconnected bank is gone from the accounts, and its transactions stay", async () => {
    const { page } = ada;
    const count = await rowCount(transactions(page));
    await goToBank(page, "Emberline Cards");
    await signInAtBank(page);
    await allowAccess(page);
    await page.getByText(/\d transactions? received/).waitFor();
    await page.getByRole("link", { name: "Banking", exact: true }).click();
    const accounts = page.getByRole("table", { name: "Accounts" });
    const group = accounts.getByRole("rowgroup").filter({ hasText: "Emberline Cards" });
    await group
      .getByRole("button", { name: /^More for/ })
      .first()
      .click();
    await page.getByRole("menuitem", { name: "Disconnect bank…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
    await page.getByText("Emberline Cards is disconnected").waitFor();
    await group.getByText("by way of").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Transactions", exact: true }).click();
    expect(await settledRowCount(page)).toBeGreaterThan(count);
    expect(await connectedBanks()).not.toContain("Emberline Cards");
  });

  async function connectedBanks(): Promise<string[]> {
    const items = await bank.read<{ institution: string }[]>("items");
    return items.map((item) => item.institution);
  }

  /** What the bank has of its connected accounts, as its control page tells. */
  async function linesOfDays(days: number): Promise<number> {
    const { today } = await bank.read<{ today: string }>("state");
    const from = new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);
    const items = await bank.read<{ accounts: { account: string }[] }[]>("items");
    const paths = items.flatMap((item) => item.accounts.map((each) => each.account));
    const lists = await Promise.all(
      paths.map((path) => bank.read<{ date: string }[]>(`transactions?account=${path}&limit=1000`)),
    );
    return lists.flat().filter((line) => line.date >= from).length;
  }

  /** An invoice in the account's currency that no test took yet, of somebody who has no other if there is one. */
  async function somethingOpen(): Promise<OpenAtBank> {
    const items = (await bank.read<OpenAtBank[]>("open-items")).filter(
      (item) =>
        item.kind === "invoice" &&
        item.currency === "GBP" &&
        item.left === item.amount &&
        !taken.has(item.number),
    );
    const found = items.find(
      (item) => items.filter((each) => each.counterparty === item.counterparty).length === 1,
    );
    const chosen = found ?? items[0];
    if (!chosen) throw new Error("The demo has no open invoice left");
    taken.add(chosen.number);
    return chosen;
  }

  async function matchBySearch(page: Page): Promise<void> {
    await page.getByRole("searchbox", { name: "Search open invoices" }).focus();
    await page.keyboard.type(paid.number);
    const found = page.getByRole("radio", { name: new RegExp(paid.number) });
    await found.press("Space");
    await expect.poll(() => found.isChecked(), waiting).toBe(true);
    await page.keyboard.press("Enter");
    await found.waitFor({ state: "detached" });
  }

  /** As power failures do: the server's process is the launcher's child that isn't the bank. */
  function killServer(): void {
    const lines = execFileSync("ps", ["-axo", "pid=,ppid=,args="]).toString().split("\n");
    const server = lines
      .map((line) => line.trim().split(/\s+/))
      .find(
        ([, parent, ...args]) => Number(parent) === pid && /src\/main\.ts/.test(args.join(" ")),
      );
    if (!server) throw new Error("The server's process is not to be found");
    process.kill(Number(server[0]), "SIGKILL");
  }
});

const waiting = { timeout: patienceMs, interval: 100 };

function transactions(page: Page): Locator {
  return page.getByRole("table", { name: "Transactions", exact: true });
}

function rowOf(page: Page, text: string, table = "Transactions"): Locator {
  return page
    .getByRole("table", { name: table, exact: true })
    .getByRole("row")
    .filter({ hasText: text })
    .first();
}

/** Rows that the table has, whether or not they are drawn. */
async function rowCount(table: Locator): Promise<number> {
  return Number(await table.getAttribute("aria-rowcount")) - 1;
}

/** The count once two looks in a row agree. */
async function settledRowCount(page: Page): Promise<number> {
  let last = -1;
  await expect
    .poll(
      async () => {
        const previous = last;
        last = await rowCount(transactions(page));
        return last === previous;
      },
      { ...waiting, interval: 1_000 },
    )
    .toBe(true);
  return last;
}

interface Figures {
  unreconciled: number;
  matched: number;
  toReceivePence: number;
  cash: string;
}

/** The dashboard's figures as they stand on the screen. */
async function figuresOf(page: Page): Promise<Figures> {
  const card = (name: string) => page.getByRole("region", { name });
  const text = async (locator: Locator) => (await locator.first().textContent())?.trim() ?? "";
  const toReceive = page
    .getByText("To receive", { exact: true })
    .locator("xpath=following-sibling::dd");
  return {
    unreconciled: number(await text(card("Unreconciled").locator("div"))),
    matched: number(/([\d,]+) of/.exec(await text(card("Match rate").getByText(/ of /)))?.[1]),
    toReceivePence: pence(await text(toReceive.locator("p"))),
    cash: await text(card("Cash position").locator("div")),
  };
}

/** The figures once two looks in a row agree: matching goes on in the background. */
async function settledFigures(page: Page): Promise<Figures> {
  let last: Figures | undefined;
  await expect
    .poll(
      async () => {
        const previous = last;
        last = await figuresOf(page);
        return JSON.stringify(last) === JSON.stringify(previous);
      },
      { ...waiting, interval: 1_000 },
    )
    .toBe(true);
  return last as Figures;
}

function number(text: string | undefined): number {
  return Number((text ?? "").replace(/[^\d.-]/g, ""));
}

/** "£1,234.50" and "1234.50" are 123450. */
function pence(text: string): number {
  return Math.round(number(text) * 100);
}
