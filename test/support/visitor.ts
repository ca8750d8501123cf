/** A person in front of a browser: their window, what went wrong in it, and what they do again and again. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

/** Long enough for a loaded two-core machine, short enough to fail within a test. */
export const patienceMs = 40_000;

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** One more tab of the same person, behind the first. */
  openTab: (path: string) => Promise<Page>;
  /** Console errors, failed requests and requests that would have left this machine, so far. */
  readonly complaints: readonly string[];
  /** What the complaints of this work are, instead of the test's failure. */
  during: (work: () => Promise<void>) => Promise<string[]>;
  close: () => Promise<void>;
}

/** Every visitor has cookies of their own. Nothing but this machine answers them. */
export async function openVisitor(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: url,
    locale: "en-GB",
    timezoneId: "Europe/London",
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(patienceMs);
  const complaints: string[] = [];
  await stayOnThisMachine(context, complaints);
  context.on("page", (page) => listen(page, complaints));
  const page = await context.newPage();
  return {
    context,
    page,
    complaints,
    openTab: async (path) => {
      const tab = await context.newPage();
      await tab.goto(path);
      // A tab behind another is drawn once a second, and every click waits for two drawings.
      await page.bringToFront();
      return tab;
    },
    during: async (work) => {
      const before = complaints.length;
      await work();
      return complaints.splice(before);
    },
    close: () => context.close(),
  };
}

async function stayOnThisMachine(context: BrowserContext, complaints: string[]): Promise<void> {
  const isHere = (address: string) =>
    /^(data|blob|about):/.test(address) ||
    ["localhost", "127.0.0.1", "[::1]"].includes(new URL(address).hostname);
  await context.route(
    (address) => !isHere(address.href),
    (route) => {
      complaints.push(`left this machine: ${route.request().url()}`);
      return route.abort();
    },
  );
  context.on("page", (page) => {
    page.on("websocket", (socket) => {
      if (!isHere(socket.url())) complaints.push(`left this machine: ${socket.url()}`);
    });
  });
}

function listen(page: Page, complaints: string[]): void {
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      complaints.push(`console: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`thrown: ${error.stack ?? error.message}`));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // Whoever leaves a page leaves its open requests.
    if (reason !== "net::ERR_ABORTED") complaints.push(`failed: ${request.url()} ${reason}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
}

/** Signs in as a person of the demo. */
export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto("/");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill("tieout-demo");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
}

/** Chooses a bank in Tieout and goes to its own pages. */
export async function goToBank(page: Page, bank: string, provider = "plaid"): Promise<void> {
  await page.goto("/finance/banking/connect");
  await page.locator(`input[name="provider"][value="${provider}"]`).check();
  await page.getByRole("searchbox", { name: "Search banks" }).fill(bank.slice(0, 5));
  await page.getByRole("radio", { name: bank }).check();
  await page.getByRole("button", { name: `Continue to ${bank}` }).click();
  await page.waitForURL(/\/link\//);
}

/** Signs in at the bank's own page. */
export async function signInAtBank(page: Page, password = "pass_good"): Promise<void> {
  await page.getByLabel("User name").fill("user_good");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/**
 * The rest of the bank's pages: code, accounts, consent. Ends where Tieout takes over again. Whoever signs in again is
 * not asked for the accounts by every provider.
 */
export async function allowAccess(page: Page, without: string[] = []): Promise<void> {
  await page.getByLabel("Security code").fill("123456");
  await page.getByRole("button", { name: "Confirm" }).click();
  const step = page.getByRole("heading", { name: /^(Choose accounts|Allow access\?)$/ });
  if ((await step.textContent()) === "Choose accounts") {
    for (const account of without) await page.getByRole("checkbox", { name: account }).uncheck();
    await page.getByRole("button", { name: "Continue" }).click();
  }
  await page.getByRole("button", { name: "Allow access" }).click();
  await page.waitForURL(/\/finance\/banking\/connect\/return/);
}

/** Marks the page, so that a reload shows: see wasReloaded. */
export async function markPage(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { sinceThen: true }));
}

/** Whether the page was loaded again after markPage. */
export function wasReloaded(page: Page): Promise<boolean> {
  return page.evaluate(() => !("sinceThen" in window));
}

/** What GraphQL answers the visitor's own session, asked beside the page. */
// biome-ignore lint/suspicious/noExplicitAny: the shape follows from each query.
export async function askAs<Data = any>(
  { context, page }: Visitor,
  query: string,
  variables: object = {},
): Promise<Data> {
  const { origin } = new URL(page.url());
  const data = { query, variables };
  const answer = await context.request.post("/graphql", { data, headers: { origin } });
  return (await answer.json()).data;
}
