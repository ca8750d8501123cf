import type { Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { copyDatabase } from "../support/database.ts";
import type { TestCluster } from "../support/global-setup.ts";
import { historyIsComplete, sandboxControl } from "../support/sandbox-control.ts";
import { startTieout, temporaryDataFolder } from "../support/start-tieout.ts";
import { allowAccess, goToBank, openVisitor, signIn, signInAtBank } from "../support/visitor.ts";
import { type Figure, percentile, rounded } from "./figures.ts";
import { startPeer } from "./processes.ts";

const samplesCounted = 60;
const samplesBefore = 5;

/**
 * From the moment a transaction is posted at the bank until its row stands on an open screen: the bank's signed
 * webhook, its verification, the job, the sync over HTTP, the commit, the event, the browser. Beside it, the least
 * that could be done: one INSERT and one broadcast.
 */
export async function benchWebhook(cluster: TestCluster): Promise<Figure[]> {
  const ours = await measureTieout();
  const floor = await measureRaw(cluster);
  return [0.5, 0.99].map((p) => {
    const mine = percentile(ours, p);
    const least = percentile(floor, p);
    return {
      what: `Posted at the bank to row in the browser: p${p * 100} ms`,
      ours: rounded(mine),
      peer: rounded(least),
      peerName: "one INSERT, one broadcast",
      ratio: least / mine,
    };
  });
}

async function measureTieout(): Promise<number[]> {
  const data = temporaryDataFolder();
  const tieout = await startTieout({
    dataFolder: data.folder,
    env: { SANDBOX_PACE_SECONDS: "0", LOG_LEVEL: "error" },
  });
  const browser = await launchBrowser();
  try {
    const { page } = await openVisitor(browser, tieout.url);
    const bank = sandboxControl(tieout.sandboxUrl ?? "");
    await signIn(page, "ada@harbourvale.example");
    await goToBank(page, "Aldermoor Bank");
    await signInAtBank(page);
    await allowAccess(page);
    while (!(await historyIsComplete(bank))) await page.waitForTimeout(200);
    await page.goto("/finance/banking/transactions");
    await page.getByRole("table", { name: "Transactions" }).waitFor();
    return await sample(page, (description) =>
      bank.say("transactions", { account: "aldermoor/current", amount: "12.34", description }),
    );
  } finally {
    await browser.close();
    await tieout.stop();
    await data.remove();
  }
}

async function measureRaw(cluster: TestCluster): Promise<number[]> {
  const database = await copyDatabase(cluster);
  const server = await startPeer("raw-webhook-server.ts", { DATABASE_URL: database.ownerUrl });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    return await sample(page, (description) =>
      fetch(server.url, { method: "POST", body: JSON.stringify({ description }) }),
    );
  } finally {
    await browser.close();
    await server.stop();
    await database.drop();
  }
}

/** Milliseconds from posting to the row, one after the other; the browser's and our clock are this machine's. */
async function sample(
  page: Page,
  post: (description: string) => Promise<unknown>,
): Promise<number[]> {
  const samples: number[] = [];
  for (let n = 0; n < samplesBefore + samplesCounted; n += 1) {
    const description = `BENCH ROW ${n} END`;
    const seen = page.evaluate<number>(`(${rowAppears})(${JSON.stringify(description)})`);
    // The observer is in place once the page has answered something that was asked after it.
    await page.evaluate(() => 0);
    const start = performance.timeOrigin + performance.now();
    await post(description);
    samples.push((await seen) - start);
  }
  return samples.slice(samplesBefore);
}

/** Runs in the page, so it is text: what compiles this file would put helpers into a function that a page lacks. */
const rowAppears = `(text) => new Promise((resolve) => {
  const stands = () => document.body.textContent.toLowerCase().includes(text.toLowerCase());
  const observer = new MutationObserver(() => {
    if (!stands()) return;
    observer.disconnect();
    resolve(performance.timeOrigin + performance.now());
  });
  observer.observe(document.body, { childList: true, subtree: true, characterData: true });
})`;
