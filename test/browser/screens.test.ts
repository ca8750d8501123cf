import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { inRepository } from "../../server/launch/repository.ts";
import { ensureSetupLink } from "../../server/src/features/organisations/ensure-setup-link.ts";
import type { RunningServer } from "../../server/src/start-server.ts";
import { bringIn, spanishFile } from "../support/bring-in-by-hand.ts";
import { launchBrowser } from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { historyIsComplete, sandboxControl } from "../support/sandbox-control.ts";
import { screenIsReady, screenProblems } from "../support/screen-checks.ts";
import { startTestServer } from "../support/test-server.ts";
import {
  allowAccess,
  goToBank,
  openVisitor,
  patienceMs,
  signIn,
  signInAtBank,
  type Visitor,
} from "../support/visitor.ts";

const looks = (["light", "dark"] as const).flatMap((theme) =>
  [1440, 390].map((width) => ({ theme, width })),
);
const waiting = { timeout: patienceMs, interval: 250 };

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** Every address of the signed-in part, read from where they are defined. */
const routes = [
  ...readFileSync(inRepository("client/src/routes.ts"), "utf8").matchAll(/^ {2}"(\/[^"]*)":/gm),
]
  .map(([, pattern]) => pattern as string)
  .filter((pattern, at, all) => all.indexOf(pattern) === at)
  .filter((pattern) => pattern !== "/finance/banking" && pattern !== "/finance/matching");

describe("with a bank's transactions", () => {
  const { url, sandboxUrl } = inject("tieout");
  const addresses = new Map<string, string>();
  let ada: Visitor;

  beforeAll(async () => {
    const bank = sandboxControl(sandboxUrl);
    ada = await openVisitor(browser, url);
    await signIn(ada.page, "ada@harbourvale.example");
    await goToBank(ada.page, "Tidewell");
    await signInAtBank(ada.page);
    await allowAccess(ada.page);
    await ada.page.getByText(/\d transactions? received/).waitFor();
    await vi.waitFor(async () => expect(await historyIsComplete(bank)).toBe(true), waiting);
    // An import with something to decide: the fullest of its states.
    await bringIn(ada.page, "extracto.csv", spanishFile());
    await ada.page.getByRole("heading", { name: "Two things to decide" }).waitFor();
    // A replay, so that there is one to look at.
    await ada.page.goto("/finance/matching/replays");
    await ada.page.getByRole("button", { name: "Start a replay" }).first().click();
    const dialog = ada.page.getByRole("dialog", { name: "Start a replay" });
    await dialog.getByText("Another threshold", { exact: true }).click();
    await dialog.getByRole("textbox", { name: "Threshold" }).fill("80");
    await ada.page.keyboard.press("Enter");
    await ada.page.getByRole("heading", { name: /^Replay of/ }).waitFor();
    for (const pattern of routes) addresses.set(pattern, await addressOf(ada.page, pattern));
  });
  afterAll(() => ada?.close());

  test("the list of addresses is not empty, so that the next test checks something", () => {
    expect(routes).toContain("/finance/banking/reconciliation");
    expect(routes.length).toBeGreaterThan(10);
  });

  const patient = { timeout: 240_000 };
  test.concurrent.each(looks)(
    "every screen is sound in $theme at $width pixels",
    patient,
    async (look) => {
      const visitor = await sameVisitor(ada, look);
      const problems: Record<string, string[]> = {};
      for (const [pattern, address] of addresses) {
        await visitor.page.goto(address);
        await screenIsReady(visitor.page);
        const found = await screenProblems(visitor.page);
        if (found.length > 0) problems[pattern] = found;
      }
      const complaints = [...visitor.complaints];
      await visitor.close();
      expect(problems).toEqual({});
      expect(complaints).toEqual([]);
    },
  );

  test("an address that does not exist says so and leads on", async () => {
    await ada.page.goto("/finance/nowhere");
    await screenIsReady(ada.page);
    expect(await screenProblems(ada.page)).toEqual([]);
    expect(await ada.page.getByRole("main").getByRole("link").count()).toBeGreaterThan(0);
  });

  /** The same person in another window: signed in already. */
  async function sameVisitor(
    visitor: Visitor,
    { theme, width }: { theme: "light" | "dark"; width: number },
  ): Promise<Visitor> {
    const storageState = await visitor.context.storageState();
    const height = width < 600 ? 844 : 900;
    return openVisitor(browser, url, {
      storageState,
      colorScheme: theme,
      viewport: { width, height },
    });
  }

  /** A pattern's parameters are taken from a link that a person would follow. */
  async function addressOf(page: Page, pattern: string): Promise<string> {
    if (pattern.endsWith("/connect/return")) return `${pattern}?state=${await tidewell(page)}`;
    if (!pattern.endsWith("/:id")) return pattern;
    const list = pattern.slice(0, -"/:id".length);
    await page.goto(list);
    const link = page.locator(`main a[href^="${list}/"]`).first();
    return (await link.getAttribute("href")) ?? pattern;
  }

  async function tidewell(page: Page): Promise<string> {
    await page.goto("/company/bank-connections");
    const link = page.getByRole("link", { name: /Tidewell/ }).first();
    return (await link.getAttribute("href"))?.split("/").at(-1) ?? "";
  }
});

describe("in a new organisation", () => {
  let database: TestDatabase;
  let server: RunningServer;
  let owner: Visitor;
  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.serverUrl, { kind: "installation" });
    owner = await openVisitor(browser, server.url);
  });
  afterAll(async () => {
    await owner?.close();
    await server?.stop();
    await database?.drop();
  });

  test("the set-up link makes it, and every screen says what to do next", async () => {
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
      "/finance/ledger-accounts": "No ledger account yet",
      "/finance/open-items": "No invoice or expense yet",
      "/company/bank-connections": "No bank is connected",
      "/company/calendar": "No holiday yet",
      "/company/people": "Nora Fern",
      "/company/audit": "Nora Fern",
    };
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 844 });
      for (const [address, says] of Object.entries(empty)) {
        await page.goto(address);
        await screenIsReady(page);
        await page.getByRole("main").getByText(says).first().waitFor();
        expect(await screenProblems(page), address).toEqual([]);
      }
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
});
