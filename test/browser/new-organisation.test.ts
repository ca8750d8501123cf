import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureSetupLink } from "../../server/src/features/organisations/ensure-setup-link.ts";
import type { RunningServer } from "../../server/src/start-server.ts";
import { launchBrowser } from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { screenIsReady, screenProblems } from "../support/screen-checks.ts";
import { startTestServer } from "../support/test-server.ts";
import { openVisitor, type Visitor } from "../support/visitor.ts";

/** Told in its order: somebody makes an organisation, and finds nothing there yet. */
let browser: Browser;
let database: TestDatabase;
let server: RunningServer;
let owner: Visitor;
beforeAll(async () => {
  database = await createTestDatabase();
  [server, browser] = await Promise.all([
    startTestServer(database.serverUrl, { kind: "installation" }),
    launchBrowser(),
  ]);
  owner = await openVisitor(browser, server.url);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await database?.drop();
});

test("the set-up link makes it", async () => {
  const { page } = owner;
  const link = await ensureSetupLink(server.app);
  await page.goto(new URL(link ?? "").pathname + new URL(link ?? "").search);
  await screenIsReady(page);
  expect(await screenProblems(page)).toEqual([]);
  await page.getByLabel("Organisation").fill("Fernhill Joinery");
  await page.getByLabel("Your name").fill("Nora Fern");
  await page.getByLabel("E-mail").fill("nora@fernhill.example");
  await page.getByLabel("Password").fill("a plank of seasoned oak");
  await page.getByRole("button", { name: "Create organisation" }).click();
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  expect(owner.complaints).toEqual([]);
});

test("every screen says what to do next, narrow and wide", { timeout: 240_000 }, async () => {
  const { page } = owner;
  const empty: Record<string, string> = {
    "/": "No account connected yet",
    "/finance/banking/accounts": "No account yet",
    "/finance/banking/transactions": "No account yet",
    "/finance/banking/imports": "No statement was brought in yet",
    "/finance/banking/reconciliation": "No account yet",
    "/finance/matching/rules": "No rule yet",
    "/finance/matching/profiles": "Built-in profile",
    "/finance/matching/replays": "No replay yet",
    "/finance/matching/learned": "No name learned yet",
    "/finance/matching/rates": "No exchange rate yet",
    "/finance/matching/runs": "No run yet",
    "/finance/accounting": "No books are connected",
    "/finance/ledger-accounts": "No ledger account yet",
    "/finance/open-items": "No invoice or expense yet",
    "/company/bank-connections": "No bank is connected",
    "/company/calendar": "No holiday yet",
    "/company/people": "Nora Fern",
    "/company/audit": "Nora Fern",
  };
  // Read anew at either width by turns, and then seen at the other: a window is made narrower, a phone is turned.
  const widths = [1440, 390];
  for (const [address, says] of Object.entries(empty)) {
    for (const width of widths) {
      await page.setViewportSize({ width, height: 844 });
      if (width === widths[0]) await page.goto(address);
      await twoFrames(page);
      await screenIsReady(page);
      await page.getByRole("main").getByText(says).first().waitFor();
      expect(await screenProblems(page), `${address} at ${width}`).toEqual([]);
    }
    widths.reverse();
  }
  expect(owner.complaints).toEqual([]);
});

test("a person signs out, and signs in with the keyboard alone", async () => {
  const { page } = owner;
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto("/");
  await page.getByRole("button", { name: /Nora Fern/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await screenProblems(page)).toEqual([]);

  await tabTo(page, "email");
  await page.keyboard.type("nora@fernhill.example");
  await tabTo(page, "password");
  await page.keyboard.type("a plank of seasoned oak");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
});

async function tabTo(page: Page, name: string): Promise<void> {
  const stopsMax = 10;
  for (let stop = 0; stop < stopsMax; stop++) {
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("name"));
    if (focused === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${name}`);
}

/** Whatever follows the window's size has followed it: observers tell within the first. */
function twoFrames(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      }),
  );
}
