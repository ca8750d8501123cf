import pg from "pg";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import {
  accountIds,
  connectionRow,
  consentAtBank,
  linesAtBank,
  secretsIn,
  storedLines,
  waitingRevocations,
} from "../support/connection-proof.ts";
import { demoDataFolder } from "../support/demo-template.ts";
import { adminUrlOf } from "../support/embedded-database.ts";
import { type SandboxControl, sandboxControl } from "../support/sandbox-control.ts";
import { type RunningTieout, startTieout } from "../support/start-tieout.ts";
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

const waiting = { timeout: patienceMs, interval: 100 };

/** A bank for each, so that no provider is given accounts that another has brought. */
const walks = [
  { provider: "plaid", bank: "Aldermoor Bank", account: "aldermoor/current" },
  { provider: "saltedge", bank: "Tidewell", account: "tidewell/project" },
  { provider: "tink", bank: "Emberline Cards", account: "emberline/card" },
  { provider: "ponto", bank: "Nordhaven Handelsbank", account: "nordhaven/giro" },
];

let browser: Browser;
let tieout: RunningTieout;
let data: ReturnType<typeof demoDataFolder>;
let database: pg.Pool;
let sandbox: SandboxControl;
let ada: Visitor;
/** Ada's second tab: what arrives is seen there, and nobody touches it. */
let transactions: Page;

beforeAll(async () => {
  data = demoDataFolder();
  const env = { SANDBOX_PACE_SECONDS: "0" };
  [tieout, browser] = await Promise.all([
    startTieout({ dataFolder: data.folder, env }),
    launchBrowser(),
  ]);
  sandbox = sandboxControl(tieout.sandboxUrl ?? "");
  database = new pg.Pool({ connectionString: adminUrlOf(data.folder), max: 2 });
  ada = await openVisitor(browser, tieout.url);
  await signIn(ada.page, "ada@harbourvale.example");
  transactions = await ada.openTab("/finance/banking/transactions");
});
afterAll(async () => {
  await browser?.close();
  await database?.end();
  await tieout?.stop();
  await data?.remove();
});

/** One story for each, told in its order: each test goes on where the one before it ended. */
describe.each(walks)("the life of a connection by way of $provider", (walk) => {
  const { provider, bank, account } = walk;
  let id: string;

  afterEach(() => expect(ada.complaints).toEqual([]));

  test("it is begun at the bank's own pages, and its first sync ends on the screen", async () => {
    const { page } = ada;
    await goToBank(page, bank, provider);
    // Ponto's own page asks for the bank, whatever was chosen before.
    if (provider === "ponto") await page.getByRole("button", { name: bank }).click();
    await signInAtBank(page);
    await allowAccess(page);
    await page.getByRole("heading", { level: 1, name: `${bank} is connected` }).waitFor();
    await page.getByText(/\d transactions? received/).waitFor();
    await expect
      .poll(async () => (await consentAtBank(sandbox, walk))?.settled, waiting)
      .toBe(true);

    await page.getByRole("link", { name: "Bank Connections", exact: true }).first().click();
    await page.getByRole("main").getByRole("link", { name: bank, exact: true }).click();
    await page.waitForURL(/bank-connections\/[0-9a-f-]{36}$/);
    id = page.url().split("/").at(-1) ?? "";
    await statusShown("Active");
    // The bank's side is settled before the last of its history is fetched from there.
    await expect
      .poll(async () => (await storedLines(database, id)).length, waiting)
      .toBeGreaterThan(10);
    await storedIsWhatTheBankHas();
    for (const tab of [page, transactions]) await markPage(tab);
  });

  test("a transaction at the bank appears by itself: the provider's webhook brings it", async () => {
    const news = ada.page
      .getByRole("row", { name: /News from the bank/ })
      .filter({ has: ada.page.getByRole("cell", { name: "1", exact: true }) });
    const before = await news.count();
    await bankPosts("LIVE");
    await rowOf(transactions, said("LIVE")).waitFor();
    await expect.poll(() => news.count(), waiting).toBeGreaterThan(before);
    await storedIsWhatTheBankHas();
  });

  test("a login that ends is told without a reload, with the step that helps", async () => {
    const { page } = ada;
    const { consent_id } = (await consentAtBank(sandbox, walk)) ?? {};
    await sandbox.say("consents/trouble", { consent_id, trouble: "login_required" });
    await statusShown("Sign-in needed");
    await page.getByText("Sign in at the bank again to let new transactions arrive.").waitFor();
    await button("Sign in again").waitFor();
    expect(await button("Refresh").count()).toBe(0);
    for (const tab of [page, transactions]) expect(await wasReloaded(tab)).toBe(false);
  });

  test("signing in again brings it back: what was missed arrives, and nothing twice", async () => {
    const { page } = ada;
    const before = await storedLines(database, id);
    const accounts = await accountIds(database, id);
    await bankPosts("MISSED");
    await button("Sign in again").click();
    await page.waitForURL(/\/link\//);
    await signInAtBank(page);
    await allowAccess(page);
    await page.getByRole("heading", { level: 1, name: `${bank} is connected` }).waitFor();
    await rowOf(transactions, said("MISSED")).waitFor();
    await expect
      .poll(async () => (await storedLines(database, id)).length, waiting)
      .toBe(before.length + 1);
    await storedIsWhatTheBankHas();
    expect(await accountIds(database, id)).toEqual(accounts);

    await page.goto(`/company/bank-connections/${id}`);
    await statusShown("Active");
    await markPage(page);
  });

  test("fresher data is asked for once, and then refused with the time, by screen and by API", async () => {
    const { page } = ada;
    await button("Refresh").click();
    await page.getByText(`${bank} is asked for fresher data`).first().waitFor();
    await page.getByText(/^Refresh again in (59|60) min$/).waitFor();
    const told = await page.getByText(/^Refresh again at \d\d:\d\d$/).textContent();
    expect(await button("Refresh").count()).toBe(0);

    const { refresh_requested_at: asked } = await connectionRow(database, id);
    const possibleAt = new Date((asked as Date).getTime() + 3_600_000);
    expect(told).toBe(`Refresh again at ${clockTime(possibleAt)}`);
    const refused = await ask("/graphql", {
      query: `mutation ($id: ID!) { refreshBankConnection(id: $id) {
        __typename ... on RefreshTooSoon { possibleAt } } }`,
      variables: { id },
    });
    expect(refused.body.data.refreshBankConnection).toEqual({
      __typename: "RefreshTooSoon",
      possibleAt: possibleAt.toISOString(),
    });
    const rest = await ask(`/api/financial_connections/v2/connections/${id}/refresh`);
    expect(rest.status).toBe(429);
    expect(rest.body.possible_at).toBe(possibleAt.toISOString());
    expect(await wasReloaded(page)).toBe(false);
  });

  test("disconnecting wipes the token, and the history stays", async () => {
    const { page } = ada;
    const before = await storedLines(database, id);
    expect(secretsIn(await connectionRow(database, id))).toContain("credential_ciphertext");
    await page.getByRole("button", { name: `More for ${bank}` }).click();
    await page.getByRole("menuitem", { name: "Disconnect…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
    await statusShown("Disconnected");
    await page.getByText(/confirmed on .* that the\s+consent has ended/).waitFor();

    const row = await connectionRow(database, id);
    expect(secretsIn(row)).toEqual([]);
    expect(row).toMatchObject({ status: "deleted", consent_revoked_at: expect.any(Date) });
    expect(await waitingRevocations(database, id)).toEqual([]);
    expect(await consentAtBank(sandbox, walk)).toBeUndefined();

    expect(await storedLines(database, id)).toEqual(before);
    await rowOf(transactions, said("LIVE")).waitFor();
    expect(await wasReloaded(transactions)).toBe(false);
    await page.getByRole("link", { name: "Bank Connections", exact: true }).first().click();
    await page.getByRole("heading", { level: 1, name: "Bank Connections" }).waitFor();
    expect(await page.getByRole("link", { name: bank, exact: true }).count()).toBe(0);
  });

  function said(what: string): string {
    return `${what} BY ${provider.toUpperCase()}`;
  }

  async function bankPosts(what: string): Promise<void> {
    await sandbox.say("transactions", { account, amount: "-12.34", description: said(what) });
  }

  async function statusShown(label: string): Promise<void> {
    const by = ada.page.getByText("by way of").locator("xpath=..");
    await by.getByText(label, { exact: true }).waitFor();
  }

  function button(label: string): Locator {
    return ada.page.getByRole("button", { name: `${label}: ${bank}` });
  }

  /** Line for line, from the oldest day that is stored: nothing missing, nothing doubled. */
  async function storedIsWhatTheBankHas(): Promise<void> {
    const accounts = (await consentAtBank(sandbox, walk))?.accounts ?? [];
    await expect
      .poll(async () => {
        const stored = await storedLines(database, id);
        const from = stored[0]?.slice(0, 10) ?? "9999";
        const theirs = await linesAtBank(sandbox, { accounts, from });
        return stored.length > 0 && stored.join() === theirs.join();
      }, waiting)
      .toBe(true);
  }
});

/** As the person's browser would, with their session. */
// biome-ignore lint/suspicious/noExplicitAny: the shape follows from each request.
async function ask(path: string, body: object = {}): Promise<{ status: number; body: any }> {
  const headers = { origin: tieout.url };
  const answer = await ada.context.request.post(path, { data: body, headers });
  return { status: answer.status(), body: await answer.json() };
}

/** As the visitor's browser shows it. */
function clockTime(at: Date): string {
  const timeZone = "Europe/London";
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone }).format(
    at,
  );
}

function rowOf(page: Page, text: string): Locator {
  return page
    .getByRole("table", { name: "Transactions", exact: true })
    .getByRole("row")
    .filter({ hasText: text })
    .first();
}
