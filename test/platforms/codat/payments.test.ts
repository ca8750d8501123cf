import { describe, expect, test } from "vitest";
import { localDate } from "../../../server/src/core/dates.ts";
import { createCodatPlatform } from "../../../server/src/platforms/codat/platform.ts";
import type {
  AccountingPlatform,
  PlatformLink,
  PlatformPayment,
} from "../../../server/src/platforms/platform.ts";
import { today } from "../../sandbox/bank.ts";
import { openCodat } from "../../sandbox/codat-client.ts";
import { allowBooks } from "../../support/codat-link.ts";

const longAgo = new Date(0);

/** Books in Xero with an invoice that a payment would settle. */
async function open() {
  const codat = await openCodat();
  const platform = createCodatPlatform({
    ...{ apiKey: "sandbox-codat-key", baseUrl: `${codat.bank.url}/codat`, webhookSecrets: [] },
    environment: "simulated",
  });
  const started = await platform.startLink({
    ...{ package: "xero", companyName: "Harbour & Vale Ltd", connectionReference: "c-1" },
    ...{ returnUrl: "https://tieout.test/return", state: "1.x", target: null },
  });
  if (started.kind !== "hosted") throw new Error("Codat has a page");
  await allowBooks(started.url);
  const { companyExternalId, externalId } = started;
  const link = { package: "xero", companyExternalId, externalId, credential: null };
  const payment = await paymentOf(platform, link);
  const find = () => platform.findPayment(link, payment, longAgo);
  const send = () => platform.sendPayment(link, payment);
  return { codat, platform, link, payment, find, send };
}

async function paymentOf(
  platform: AccountingPlatform,
  link: PlatformLink,
): Promise<PlatformPayment> {
  const request = { kind: "invoice" as const, modifiedSince: null, cursor: null };
  const { documents } = await platform.readDocuments(link, request);
  const document = documents.find(({ currency }) => currency === "GBP");
  const target = (await platform.listTargets(link)).find(({ currency }) => currency === "GBP");
  if (!document || !target) throw new Error("the books have both");
  return {
    externalId: "01a1fc00-0000-7000-8000-000000000077",
    ...{ kind: document.kind, documentExternalId: document.externalId },
    counterpartyExternalId: document.counterpartyExternalId,
    ...{ targetExternalId: target.externalId, amountMinor: document.dueMinor },
    ...{ currency: document.currency, paidOn: localDate(today), reference: "BACS" },
  };
}

describe("a payment whose answer was lost", () => {
  test.each([true, false])(
    "is found where it was taken (pushes tell what they were of: %s)",
    async (tellsData) => {
      const { codat, find, send } = await open();
      await codat.say("modes", { tells_data: tellsData, syncs_by_itself: false });
      await codat.say("faults", { name: "cut_after", calls: "push" });
      await expect(send()).rejects.toMatchObject({ outcomeUnknown: true });
      await codat.bank.idle();
      expect(await find()).toMatchObject({ status: "success" });
    },
  );

  test.each([true, false])(
    "is found nowhere where it was not taken (pushes tell what they were of: %s)",
    async (tellsData) => {
      const { codat, platform, link, payment, find, send } = await open();
      await codat.say("modes", { tells_data: tellsData });
      const other = { ...payment, externalId: "01a1fc00-0000-7000-8000-000000000078" };
      const part = { ...other, amountMinor: 1_00n };
      await platform.sendPayment(link, part);
      await codat.bank.idle();
      await codat.say("faults", { name: "cut_before", calls: "push" });
      await expect(send()).rejects.toMatchObject({ outcomeUnknown: true });
      expect(await find()).toBeNull();
    },
  );

  test("cannot be told while a push is pending that does not say what it is of", async () => {
    const { codat, find, send } = await open();
    await codat.say("modes", { tells_data: false, push_delay_ms: 3_600_000 });
    await send();
    await expect(find()).rejects.toMatchObject({ kind: "temporary", outcomeUnknown: false });
  });

  test("is told to be pending, or to have timed out, as its push says", async () => {
    const { codat, find, send } = await open();
    await codat.say("modes", { tells_data: true, push_delay_ms: 3_600_000 });
    await codat.say("faults", { name: "push_timed_out" });
    await send();
    expect(await find()).toMatchObject({ status: "pending" });
    await codat.bank.idle();
    expect(await find()).toMatchObject({ status: "timed_out" });
  });
});

test("a payment's id stays whole behind the longest reference", async () => {
  const { codat, platform, link, payment, find } = await open();
  await platform.sendPayment(link, { ...payment, reference: "R".repeat(400) });
  await codat.bank.idle();
  expect(await find()).toMatchObject({ status: "success" });
  const state = await codat.read("state");
  const query = `documents?books=${encodeURIComponent(state.books[0].books)}`;
  const paid = (await codat.read(query)).find(
    (one: { id: string }) => one.id === payment.documentExternalId,
  );
  const [{ payment: booked }] = paid.paymentAllocations;
  expect(booked.reference.length).toBeLessThanOrEqual(255);
});
