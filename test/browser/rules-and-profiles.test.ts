import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { RunningServer } from "../../server/src/start-server.ts";
import { launchBrowser } from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { screenIsReady, screenProblems } from "../support/screen-checks.ts";
import { startTestServer } from "../support/test-server.ts";
import { openVisitor, patienceMs, type Visitor } from "../support/visitor.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  addTransactions,
  worldPassword,
} from "../support/world.ts";

/** One story, told in its order: a bookkeeper says how lines are decided before and while they are matched. */
const waiting = { timeout: patienceMs, interval: 250 };

let browser: Browser;
let database: TestDatabase;
let server: RunningServer;
let olga: Visitor;
let reader: Visitor;

beforeAll(async () => {
  database = await createTestDatabase();
  [server, browser] = await Promise.all([
    startTestServer(database.serverUrl, {}, { worker: true }),
    launchBrowser(),
  ]);
  const { app } = server;
  const organisation = await addOrganisation(app, { withPasswords: true });
  const connectionId = await addConnection(app, organisation.id);
  const accountId = await addAccount(app, organisation.id, connectionId);
  const line = (counterpartyName: string, amountMinor: bigint) => ({
    ...{ counterpartyName, amountMinor, description: `CARD ${counterpartyName.toUpperCase()}` },
  });
  await addTransactions(app, organisation.id, accountId, [
    line("Pilgrim Taxis", -1390n),
    line("Pilgrim Taxis", -2617n),
    line("Hollow Oak Hotel", -11606n),
  ]);
  [olga, reader] = await Promise.all([
    signedIn(organisation.people.owner.email),
    signedIn(organisation.people.viewer.email),
  ]);
});
afterEach(() => {
  expect({ olga: olga.complaints, reader: reader.complaints }).toEqual({ olga: [], reader: [] });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await database?.drop();
});

test("a rule shows what it would do before it is saved, and how often it acted after the next run", async () => {
  const { page } = olga;
  await page.goto("/finance/matching/rules");
  await page.getByRole("button", { name: "New rule" }).click();
  const dialog = page.getByRole("dialog", { name: "New rule" });
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Taxis");
  await dialog.getByRole("textbox", { name: "Text 1", exact: true }).fill("pilgrim");
  await dialog.getByRole("radio", { name: "Exclude it" }).check();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Paid by card");
  await dialog.getByText("2 lines meet it, it would act on 2.").waitFor({ state: "attached" });
  await dialog.getByText("Would be excluded as “Paid by card”.").first().waitFor();
  expect(await screenProblems(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Create rule" }).click();

  const row = page.getByRole("listitem").filter({ hasText: "“pilgrim”" });
  await row.getByRole("link", { name: "2 lines that Taxis decided" }).waitFor();
});

test("a rule that is changed is tried on what people decided before it is saved, and is there again after", async () => {
  const { page } = olga;
  await page.getByRole("button", { name: "Taxis", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Edit “Taxis”" });
  const reason = dialog.getByRole("textbox", { name: "Reason" });
  await reason.fill("");
  await dialog.getByRole("button", { name: "Replay on your decisions" }).click();
  await expect
    .poll(() => reason.evaluate((it) => it === document.activeElement), waiting)
    .toBe(true);
  await reason.fill("Paid by the firm's card");
  await dialog.getByRole("button", { name: "Replay on your decisions" }).click();
  await page.getByRole("heading", { level: 1, name: "Replay of Taxis, changed" }).waitFor();
  await page.getByText("Complete", { exact: true }).waitFor();
  await screenIsReady(page);
  expect(await screenProblems(page)).toEqual([]);

  await page.getByRole("link", { name: "Back to the rule…" }).click();
  expect(await reason.inputValue()).toBe("Paid by the firm's card");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  // By the browser's own way back too; a draft that was given up does not come again.
  await page.goBack();
  await page.getByRole("link", { name: "Go to the rules" }).waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "New rule" }).waitFor();
  expect(await page.getByRole("dialog").count()).toBe(0);

  await page.getByRole("button", { name: "New rule" }).click();
  const fresh = page.getByRole("dialog", { name: "New rule" });
  await fresh.getByRole("textbox", { name: "Text 1", exact: true }).fill("pilgrim");
  await fresh.getByRole("radio", { name: "Mark it as a transfer" }).check();
  await fresh.getByRole("button", { name: "Replay on your decisions" }).click();
  await page.getByRole("heading", { level: 1, name: "Replay of A new rule" }).waitFor();
  await page.goBack();
  expect(await fresh.getByRole("textbox", { name: "Text 1", exact: true }).inputValue()).toBe(
    "pilgrim",
  );
  await fresh.getByRole("button", { name: "Cancel" }).click();
});

test("rules change places by the keys, and one that is behind the same one is pointed out", async () => {
  const { page } = olga;
  await page.getByRole("button", { name: "New rule" }).click();
  const dialog = page.getByRole("dialog", { name: "New rule" });
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Cards");
  await dialog.getByRole("textbox", { name: "Text 1", exact: true }).fill("pilgrim taxis");
  await dialog.getByRole("radio", { name: "Mark it as a transfer" }).check();
  await dialog.getByText("Shadowed.").waitFor();
  await dialog.getByRole("button", { name: "Create rule" }).click();
  const names = () => page.getByRole("main").getByRole("heading", { level: 2 }).allInnerTexts();
  await expect.poll(names, waiting).toEqual(["Taxis", "Cards"]);

  await page.getByRole("button", { name: "Order of Cards" }).press("ArrowUp");
  await page.getByText("Cards is number 1 of 2").waitFor({ state: "attached" });
  await page.reload();
  await expect.poll(names, waiting).toEqual(["Cards", "Taxis"]);
  await screenIsReady(page);
  expect(await screenProblems(page)).toEqual([]);
});

test("a profile is copied, refused while an amount alone would do, and changed as a version", async () => {
  const { page } = olga;
  await page.goto("/finance/matching/profiles/invoice");
  await page.getByRole("link", { name: "Copy…" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Careful");
  const threshold = page.getByRole("textbox", { name: "Matched by itself from" });
  await threshold.fill("40");
  await page.getByRole("button", { name: "Create profile" }).click();
  await page.getByText(/An amount alone would reach 40 points/).waitFor();
  expect(await screenProblems(page)).toEqual([]);
  await threshold.fill("75");
  await page.getByRole("button", { name: "Create profile" }).click();

  await page.getByRole("heading", { level: 1, name: "Careful" }).waitFor();
  await page.getByRole("link", { name: "Change…" }).click();
  await page.getByRole("textbox", { name: "And better than the next by" }).fill("20");
  await page.getByRole("textbox", { name: "Short payment, up to" }).fill("10");
  await page.getByRole("textbox", { name: "Short payment, share up to" }).fill("2.5");
  await page.getByRole("button", { name: "Save version 2" }).click();
  const versions = page.getByRole("region", { name: "Versions" });
  await versions.getByText("Version 2").waitFor();
  await versions.getByText("20 points").waitFor();
  await versions.getByText("2.5 %").waitFor();
  await screenIsReady(page);
  expect(await screenProblems(page)).toEqual([]);
});

test("it decides once it is chosen, and whoever may not choose sees it all the same", async () => {
  const { page } = olga;
  await page.getByRole("button", { name: "Use it…" }).click();
  await page.getByRole("button", { name: "Use this profile" }).click();
  await page.getByText("Careful, version 2 decides from now on").waitFor();

  await reader.page.goto("/finance/matching/profiles");
  await reader.page.getByText("Careful, version 2").waitFor();
  expect(await reader.page.getByRole("button", { name: /Change|New profile|More/ }).count()).toBe(
    0,
  );
  await reader.page.goto("/finance/matching/rules");
  await reader.page.getByText("Taxis", { exact: true }).waitFor();
  expect(await reader.page.getByRole("switch").count()).toBe(0);
  expect(await screenProblems(reader.page)).toEqual([]);
});

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
