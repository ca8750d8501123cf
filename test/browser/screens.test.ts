import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { inRepository } from "../../server/launch/repository.ts";
import { allowPackage, beginMapping, goToPackage } from "../support/accounting-screens.ts";
import { bringIn, spanishFile } from "../support/bring-in-by-hand.ts";
import { launchBrowser } from "../support/browser.ts";
import { historyIsComplete, sandboxControl } from "../support/sandbox-control.ts";
import { screenIsReady, screenProblems } from "../support/screen-checks.ts";
import {
  allowAccess,
  goToBank,
  openVisitor,
  patienceMs,
  signIn,
  signInAtBank,
  type Visitor,
} from "../support/visitor.ts";

const looks = [
  { width: 1440, theme: "light", other: "dark" },
  { width: 390, theme: "dark", other: "light" },
] as const;
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
  let backFromXero: string;
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
    // Books that an account feeds.
    await goToPackage(ada.page, "Xero", "Harbour & Vale");
    await allowPackage(ada.page, /^Harbour & Vale Ltd/);
    await ada.page.getByText("Access is granted").waitFor();
    backFromXero = new URL(ada.page.url()).search;
    const mapping = await beginMapping(ada.page, "6020");
    await mapping.getByText("A new account", { exact: true }).click();
    await mapping.getByRole("button", { name: "Map account" }).click();
    await ada.page.getByRole("listitem").filter({ hasText: "••6020" }).waitFor();
    for (const pattern of routes) addresses.set(pattern, await addressOf(ada.page, pattern));
  });
  afterAll(() => ada?.close());

  test("the list of addresses is not empty, so that the next test checks something", () => {
    expect(routes).toContain("/finance/banking/reconciliation");
    expect(routes.length).toBeGreaterThan(10);
  });

  const patient = { timeout: 240_000 };
  test.concurrent.each(looks)(
    "every screen is sound at $width pixels in $theme, and when the system turns $other",
    patient,
    async (look) => {
      const visitor = await sameVisitor(ada, look);
      const { page } = visitor;
      const problems: Record<string, string[]> = {};
      for (const [pattern, address] of addresses) {
        for (const theme of [look.theme, look.other]) {
          await page.emulateMedia({ colorScheme: theme });
          if (theme === look.theme) await page.goto(address);
          await page.waitForFunction(
            (wanted) => document.documentElement.dataset.theme === wanted,
            theme,
          );
          await screenIsReady(page);
          const found = await screenProblems(page);
          if (found.length > 0) problems[`${pattern} in ${theme}`] = found;
        }
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
    { theme, width }: (typeof looks)[number],
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
    if (pattern === "/finance/accounting/connect/return") return pattern + backFromXero;
    if (pattern.endsWith("/connect/return")) return `${pattern}?state=${await tidewell(page)}`;
    if (!pattern.endsWith("/:id")) return pattern;
    const beginning = pattern.slice(0, -"/:id".length);
    // Feeds have no list of their own.
    await page.goto(beginning.replace(/\/feeds$/, ""));
    const links = page.locator(`main a[href^="${beginning}/"]`);
    const depth = pattern.split("/").length;
    return vi.waitFor(async () => {
      const found = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
      const own = found.find((href) => href?.split("/").length === depth && !routes.includes(href));
      if (!own) throw new Error(`no link to ${pattern}`);
      return own;
    }, waiting);
  }

  async function tidewell(page: Page): Promise<string> {
    await page.goto("/company/bank-connections");
    const link = page.getByRole("link", { name: /Tidewell/ }).first();
    return (await link.getAttribute("href"))?.split("/").at(-1) ?? "";
  }
});
