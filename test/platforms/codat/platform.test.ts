import { describe, expect, onTestFinished, test } from "vitest";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import { createCodatPlatform } from "../../../server/src/platforms/codat/platform.ts";
import type {
  AccountingPlatform,
  FeedRequest,
  PlatformDelivery,
  PlatformLine,
  PlatformLink,
} from "../../../server/src/platforms/platform.ts";
import { openReceiver } from "../../providers/contract/receiver.ts";
import { today as sandboxToday } from "../../sandbox/bank.ts";
import { openCodat } from "../../sandbox/codat-client.ts";
import { allowBooks } from "../../support/codat-link.ts";

const today = localDate(sandboxToday);
const secret = `whsec_${Buffer.from("the sandbox's own secret").toString("base64")}`;
const feedId = "01a1fc00-0000-7000-8000-00000000feed";
const state = "connection-1.random";
/** No feed's account of the books is known yet. */
const unplaced = new Set<string>();

type Codat = Awaited<ReturnType<typeof openCodat>>;

async function open(of: { apiKey?: string; webhookUrl?: string } = {}) {
  const codat = await openCodat({
    codatWebhookSecret: secret,
    ...(of.webhookUrl && { codatWebhookUrl: of.webhookUrl }),
  });
  return reach(codat, of);
}

function reach(codat: Codat, of: { apiKey?: string; timeoutMs?: number } = {}) {
  const config = {
    ...{ apiKey: of.apiKey ?? "sandbox-codat-key", baseUrl: `${codat.bank.url}/codat` },
    ...{ webhookSecrets: [secret], environment: "simulated" as const },
  };
  const platform = createCodatPlatform(config, { timeoutMs: of.timeoutMs ?? 10_000 });
  return { codat, platform };
}

async function begin(platform: AccountingPlatform, name: string) {
  const started = await platform.startLink({
    ...{ package: name, companyName: "Harbour & Vale Ltd", connectionReference: `c-${name}` },
    ...{ returnUrl: "https://tieout.test/return", state, target: null },
  });
  if (started.kind !== "hosted") throw new Error("Codat has a page");
  const { companyExternalId, externalId, url } = started;
  const link: PlatformLink = { package: name, companyExternalId, externalId, credential: null };
  return { link, url };
}

/** An access that a person has granted, in both places where there are two. */
async function grant(platform: AccountingPlatform, name: string): Promise<PlatformLink> {
  const { link, url } = await begin(platform, name);
  for (let next: string | null = url; next !== null; ) {
    await allowBooks(next);
    next = (await platform.fetchLink(link, state)).nextUrl;
  }
  return link;
}

function feedRequest(values: Partial<FeedRequest> = {}): FeedRequest {
  return {
    ...{ externalId: feedId, accountName: "Operating account", accountKind: "current" },
    ...{ mask: "4417", currency: "GBP", balanceMinor: 100_000n, feedStartOn: addDays(today, -90) },
    target: { kind: "new", name: "Operating account (bank)" },
    ...values,
  };
}

/** A Xero access with a feed that is connected. */
async function feeding() {
  const { codat, platform } = await open();
  const link = await grant(platform, "xero");
  await platform.openFeed(link, feedRequest());
  await codat.bank.idle();
  const [feed] = await platform.fetchFeeds(link, unplaced);
  return { codat, platform, link, target: feed?.targetExternalId ?? "" };
}

function lineId(at: number): string {
  return `01a1fc00-0000-7000-8000-${String(at).padStart(12, "0")}`;
}

function linesOf(count: number, from = today): PlatformLine[] {
  return Array.from({ length: count }, (_, at) => ({
    id: lineId(at),
    bookedOn: addDays(from, -(count - 1 - at)),
    amountMinor: BigInt(at % 2 === 0 ? -1_250 - at : 2_000 + at),
    balanceMinor: 100_000n + BigInt(at),
    description: `LINE ${at}`,
    counterpartyName: at % 3 === 0 ? "Copper Kettle" : null,
    reference: null,
    reconciled: false,
    kind: at % 2 === 0 ? "debit" : "credit",
  }));
}

function batch(lines: PlatformLine[], reference = "operation-1") {
  return { reference, feedExternalId: feedId, currency: "GBP" as const, lines };
}

async function written(codat: Codat, target: string): Promise<{ pushed_as: string | null }[]> {
  const { books } = await codat.read("state");
  const account = encodeURIComponent(target);
  return codat.read(`lines?books=${encodeURIComponent(books[0].books)}&account=${account}`);
}

describe("access", () => {
  test("to Xero is one page, which comes back with the state", async () => {
    const { platform } = await open();
    const { link, url } = await begin(platform, "xero");
    expect(new URL(url).searchParams.get("state")).toBe(state);
    expect(await platform.fetchLink(link, state)).toMatchObject({
      status: "pending",
      nextUrl: url,
    });
    await allowBooks(url);
    expect(await platform.fetchLink(link, state)).toEqual({
      ...{ status: "linked", companyName: "Harbour & Vale Ltd", nextUrl: null, reason: null },
    });
  });

  test.each(["quickbooks_online", "sage"])(
    "to %s is two pages, one after the other",
    async (name) => {
      const { platform } = await open();
      const { link, url } = await begin(platform, name);
      await allowBooks(url);
      const between = await platform.fetchLink(link, state);
      expect(between).toMatchObject({
        status: "pending",
        reason: expect.stringMatching(/the books/),
      });
      expect(new URL(between.nextUrl ?? "").searchParams.get("state")).toBe(state);
      expect(new URL(between.nextUrl ?? "").pathname).not.toBe(new URL(url).pathname);
      await allowBooks(between.nextUrl ?? "");
      expect(await platform.fetchLink(link)).toMatchObject({ status: "linked", nextUrl: null });
    },
  );

  test("that was withdrawn is to be granted again, on the same page", async () => {
    const { codat, platform } = await open();
    const link = await grant(platform, "xero");
    const trouble = { connection_id: link.externalId, status: "Deauthorized" };
    await codat.say("connections/trouble", trouble);
    expect(await platform.fetchLink(link)).toMatchObject({
      ...{ status: "reconnect_required", reason: "Xero no longer grants access to the books." },
    });
    const refused = platform.push(link, batch(linesOf(1)));
    await expect(refused).rejects.toMatchObject({ kind: "user_action_needed" });
  });

  test("is given up whole, and giving it up twice is no failure", async () => {
    const { platform } = await open();
    const link = await grant(platform, "quickbooks_online");
    await platform.unlink(link);
    await platform.unlink(link);
    await expect(platform.fetchLink(link)).rejects.toMatchObject({ kind: "final" });
  });

  test("with a wrong key ends nothing, and the key stands in no error", async () => {
    const { platform } = await open({ apiKey: "a-wrong-and-secret-key" });
    const failure = await begin(platform, "xero").catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: "temporary", outcomeUnknown: false });
    expect(JSON.stringify(failure) + String(failure)).not.toContain("secret-key");
  });
});

describe("a feed", () => {
  test("is opened once however often it is asked for, and connected a little later", async () => {
    const { codat, platform } = await open();
    const link = await grant(platform, "xero");
    const first = await platform.openFeed(link, feedRequest());
    expect(["connecting", "connected"]).toContain(first.status);
    await platform.openFeed(link, feedRequest());
    await codat.bank.idle();
    expect(await platform.fetchFeeds(link, unplaced)).toEqual([
      {
        ...{ externalId: feedId, status: "connected", reason: null },
        ...{ targetExternalId: expect.any(String), feedStartOn: addDays(today, -90) },
        targetName: "Operating account (bank)",
      },
    ]);
  });

  test("feeds an account that is there, and a second one cannot feed the same", async () => {
    const { codat, platform } = await open();
    const link = await grant(platform, "xero");
    const targets = await platform.listTargets(link);
    const found = targets.find(({ currency, kind }) => currency === "GBP" && kind === "debit");
    const target = { kind: "existing", externalId: found?.externalId ?? "" } as const;
    await platform.openFeed(link, feedRequest({ target }));
    await codat.bank.idle();
    const [feed] = await platform.fetchFeeds(link, unplaced);
    expect(feed).toMatchObject({ targetExternalId: found?.externalId, targetName: found?.name });
    const second = platform.openFeed(link, feedRequest({ externalId: lineId(9), target }));
    await expect(second).rejects.toMatchObject({
      ...{ kind: "rejected", message: expect.stringMatching(/already exists/) },
    });
  });

  test("of a package that maps on its own page waits for a person, and leads there", async () => {
    const { codat, platform } = await open();
    const link = await grant(platform, "quickbooks_online");
    const opened = await platform.openFeed(link, feedRequest({ target: null }));
    expect(opened).toMatchObject({
      status: "pending",
      reason: expect.stringMatching(/QuickBooks/),
    });
    const waiting = await platform.fetchLink(link, state);
    expect(waiting).toMatchObject({ status: "linked", nextUrl: expect.stringMatching(/otp=/) });
    await allowBooks(waiting.nextUrl ?? "", { targets: { [feedId]: "new" } });
    await codat.bank.idle();
    const [feed] = await platform.fetchFeeds(link, unplaced);
    expect(feed).toMatchObject({ status: "connected", targetExternalId: expect.any(String) });
    expect(await platform.fetchLink(link)).toMatchObject({ nextUrl: null });
  });

  test("into an account made on the package's page is not taken for the older one like it", async () => {
    const { codat, platform } = await open();
    const link = await grant(platform, "quickbooks_online");
    const before = await platform.listTargets(link);
    const older = before.find(({ currency, number }) => currency === "GBP" && number);
    const mask = older?.number?.slice(-4) ?? "";
    await platform.openFeed(link, feedRequest({ target: null, mask }));
    const { nextUrl } = await platform.fetchLink(link, state);
    await allowBooks(nextUrl ?? "", { targets: { [feedId]: "new" } });
    await codat.bank.idle();
    const [feed] = await platform.fetchFeeds(link, unplaced);
    expect(before.map(({ externalId }) => externalId)).not.toContain(feed?.targetExternalId);
    expect(feed).toMatchObject({ targetName: "Operating account" });
    // Once its place is known the books are not fetched again for it.
    const history = `/companies/${link.companyExternalId}/data/history?page=1&pageSize=1`;
    const fetches = async () => (await codat.call("GET", history)).body.totalResults;
    const asked = await fetches();
    const [known] = await platform.fetchFeeds(link, new Set([feedId]));
    expect(known).toMatchObject({ status: "connected", targetExternalId: null });
    expect(asked).toBeGreaterThan(0);
    expect(await fetches()).toBe(asked);
  });

  test("is closed, and closing what is gone is no failure", async () => {
    const { platform, link } = await feeding();
    await platform.closeFeed(link, feedId);
    await platform.closeFeed(link, feedId);
    expect(await platform.fetchFeeds(link, unplaced)).toEqual([]);
  });
});

describe("a push", () => {
  test("arrives to the cent, and is read back from fresh books", async () => {
    const { codat, platform, link, target } = await feeding();
    await codat.say("modes", { syncs_by_itself: false });
    const lines = linesOf(40);
    const { externalKey, status } = await platform.push(link, batch(lines));
    expect(status).toBe("pending");
    await codat.bank.idle();
    expect(await platform.fetchPush(link, externalKey)).toMatchObject({ status: "success" });
    const request = { feedExternalId: feedId, targetExternalId: target, currency: "GBP" } as const;
    const page = await platform.readLines(link, {
      ...request,
      from: addDays(today, -90),
      cursor: null,
    });
    expect(page.next).toBeNull();
    expect(
      page.lines.map(({ bookedOn, amountMinor, balanceMinor }) => [
        bookedOn,
        amountMinor,
        balanceMinor,
      ]),
    ).toEqual(
      lines.map(({ bookedOn, amountMinor, balanceMinor }) => [bookedOn, amountMinor, balanceMinor]),
    );
    const later = await platform.readLines(link, { ...request, from: today, cursor: null });
    expect(later.lines).toHaveLength(1);
  });

  test("that is refused names its lines", async () => {
    const { codat, platform, link } = await feeding();
    const [first, second] = linesOf(2);
    if (!first || !second) throw new Error("two lines");
    const lines = [first, { ...second, bookedOn: addDays(today, 3) }];
    const { externalKey } = await platform.push(link, batch(lines));
    await codat.bank.idle();
    expect(await platform.fetchPush(link, externalKey)).toMatchObject({
      ...{ status: "failed", retryable: false, problem: "The package refused one line." },
      lineProblems: [{ lineId: second.id, severity: "error", rule: "Date" }],
    });
  });

  test("sent again with the same reference is written once", async () => {
    const { codat, platform, link, target } = await feeding();
    await codat.say("modes", { strict_ids: false });
    const keys = [
      await platform.push(link, batch(linesOf(3))),
      await platform.push(link, batch(linesOf(3))),
    ].map(({ externalKey }) => externalKey);
    await codat.bank.idle();
    expect(new Set(keys).size).toBe(1);
    expect(await written(codat, target)).toHaveLength(3);
  });

  test("whose answer is cut off leaves its outcome open, and is found", async () => {
    const { codat, platform, link } = await feeding();
    const before = new Date(Date.parse(`${today}T00:00:00Z`) - 86_400_000);
    await codat.say("faults", { name: "cut_after", calls: "push" });
    await expect(platform.push(link, batch(linesOf(2)))).rejects.toMatchObject({
      ...{ kind: "temporary", outcomeUnknown: true },
    });
    const [found, another] = await platform.findPushes(link, feedId, before);
    expect(another).toBeUndefined();
    expect(found?.state.status).toMatch(/^(pending|success)$/);
    expect(await platform.findPushes(link, feedId, new Date("2100-01-01"))).toEqual([]);
    await codat.say("modes", { tells_data: true });
    const [told] = await platform.findPushes(link, feedId, before);
    expect(told?.lineIds).toEqual([lineId(0), lineId(1)]);
  });

  test("that Codat does not answer in time leaves its outcome open", async () => {
    const { codat, link } = await feeding();
    const impatient = reach(codat, { timeoutMs: 400 }).platform;
    await codat.say("faults", { name: "silent_after", calls: "push", ms: 1_500 });
    await expect(impatient.push(link, batch(linesOf(1)))).rejects.toMatchObject({
      ...{ kind: "temporary", detail: "no answer in time", outcomeUnknown: true },
    });
  });

  test.each([
    ["internal_error", true],
    ["unavailable", true],
    ["cut_before", true],
    ["rate_limit", false],
  ])("that meets %s: its outcome is open is %s", async (name, outcomeUnknown) => {
    const { codat, platform, link } = await feeding();
    await codat.say("faults", { name, calls: "push" });
    const refused = platform.push(link, batch(linesOf(1)));
    await expect(refused).rejects.toMatchObject({ kind: "temporary", outcomeUnknown });
  });

  test("that nobody could receive was not taken", async () => {
    const { codat, link } = await feeding();
    await codat.close();
    // One that has no connection open from before.
    const { platform } = reach(codat);
    await expect(platform.push(link, batch(linesOf(1)))).rejects.toMatchObject({
      ...{ kind: "temporary", detail: "ECONNREFUSED", outcomeUnknown: false },
    });
  });

  test("that Codat gave up on says so, and one that nobody knows is none", async () => {
    const { codat, platform, link } = await feeding();
    await codat.say("faults", { name: "push_timed_out" });
    const { externalKey } = await platform.push(link, batch(linesOf(1)));
    await codat.bank.idle();
    expect(await platform.fetchPush(link, externalKey)).toMatchObject({ status: "timed_out" });
    expect(await platform.fetchPush(link, lineId(7))).toBeNull();
  });

  test("of more lines than a page has is read back page by page", async () => {
    const { codat, platform, link, target } = await feeding();
    const lines = linesOf(1_000).map((line) => ({ ...line, bookedOn: today }));
    await platform.push(link, batch(lines));
    const more = linesOf(3).map((line, at) => ({
      ...line,
      id: lineId(5_000 + at),
      bookedOn: today,
    }));
    await platform.push(link, batch(more, "operation-2"));
    await codat.bank.idle();
    const request = { feedExternalId: feedId, targetExternalId: target, currency: "GBP" } as const;
    const all = [];
    for (let cursor: string | null = null; ; ) {
      const page = await platform.readLines(link, { ...request, from: today, cursor });
      all.push(...page.lines);
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(new Set(all.map(({ externalId }) => externalId)).size).toBe(1_003);
  });
});

describe("documents", () => {
  test("that are open are read, and paid ones once they change", async () => {
    const { codat, platform } = await open();
    const link = await grant(platform, "xero");
    for (const kind of ["invoice", "expense"] as const) {
      const request = { kind, modifiedSince: null, cursor: null };
      const { documents, problems } = await platform.readDocuments(link, request);
      expect(documents.length).toBeGreaterThan(0);
      expect(documents.every((one) => one.state === "open" || one.state === "part_paid")).toBe(
        true,
      );
      expect(documents.every((one) => one.dueMinor > 0n && one.dueMinor <= one.totalMinor)).toBe(
        true,
      );
      expect(problems).toEqual([]);
      const [first] = documents;
      const { books } = await codat.read("state");
      await codat.say("documents/pay", { books: books[0].books, number: first?.number });
      const since = new Date(0);
      const after: (typeof documents)[number][] = [];
      for (let cursor: string | null = null; ; ) {
        const page = await platform.readDocuments(link, { kind, modifiedSince: since, cursor });
        after.push(...page.documents);
        if (page.next === null) break;
        cursor = page.next;
      }
      const paid = after.find(({ externalId }) => externalId === first?.externalId);
      expect(paid).toMatchObject({ state: "paid", dueMinor: 0n });
    }
  });

  test.each(["xero", "quickbooks_online"])("are paid in %s, once", async (name) => {
    const { codat, platform } = await open();
    const link = await grant(platform, name);
    const request = { kind: "invoice" as const, modifiedSince: null, cursor: null };
    const { documents } = await platform.readDocuments(link, request);
    const [document] = documents.filter(({ currency }) => currency === "GBP");
    const targets = await platform.listTargets(link);
    const target = targets.find(({ currency }) => currency === "GBP");
    if (!document || !target) throw new Error("the books have both");
    const payment = {
      ...{ externalId: lineId(77), kind: document.kind, documentExternalId: document.externalId },
      counterpartyExternalId: document.counterpartyExternalId,
      ...{ targetExternalId: target.externalId, amountMinor: document.dueMinor },
      ...{ currency: document.currency, paidOn: today, reference: "BACS" },
    };
    const { externalKey } = await platform.sendPayment(link, payment);
    await codat.bank.idle();
    expect(await platform.fetchPush(link, externalKey)).toMatchObject({ status: "success" });
    expect(await platform.sendPayment(link, payment)).toMatchObject({ status: "success" });
    const { books } = await codat.read("state");
    const there = await codat.read(`documents?books=${encodeURIComponent(books[0].books)}`);
    const paid = there.find((one: { id: string }) => one.id === document.externalId);
    expect(paid).toMatchObject({ status: "Paid", amountDue: 0 });
    expect(paid.paymentAllocations).toHaveLength(1);
  });
});

test("webhooks say what happened, in Codat's own signature", async () => {
  const receiver = await openReceiver();
  onTestFinished(() => receiver.close());
  const { codat, platform } = await open({ webhookUrl: receiver.url });
  const link = await grant(platform, "xero");
  await platform.openFeed(link, feedRequest());
  await codat.bank.idle();
  const { externalKey } = await platform.push(link, batch(linesOf(1)));
  await codat.bank.idle();
  const facts = [];
  for (const { headers, body, receivedAt } of receiver.take()) {
    const delivery: PlatformDelivery = { headers, body, receivedAt };
    const verdict = await platform.verifyWebhook(delivery);
    expect(verdict).toMatchObject({ kind: "genuine", companyExternalId: link.companyExternalId });
    facts.push(platform.translateWebhook(JSON.parse(body.toString())));
  }
  expect(facts).toContainEqual({ kind: "link_changed" });
  expect(facts).toContainEqual({ kind: "feed_changed", feedExternalId: feedId });
  expect(facts).toContainEqual({ kind: "push_ended", externalKey });
  expect(facts).toContainEqual({ kind: "documents_changed" });
});
