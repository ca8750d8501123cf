import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { compareArrived } from "../../../server/src/core/accounting/compare-arrived.ts";
import { addDays, localDate } from "../../../server/src/core/dates.ts";
import { createOfxReader } from "../../../server/src/core/statements/ofx/reader.ts";
import type { StatementEvent } from "../../../server/src/core/statements/statement.ts";
import { createFolderStore } from "../../../server/src/platforms/files/folder-store.ts";
import { printJournal, readJournal } from "../../../server/src/platforms/files/journal-csv.ts";
import { createFilesPlatform } from "../../../server/src/platforms/files/platform.ts";
import type {
  AccountingPlatform,
  ArrivedLine,
  FeedRequest,
  FileTarget,
  LinkRequest,
  PlatformLine,
  PlatformLink,
} from "../../../server/src/platforms/platform.ts";
import { startSftp } from "./sftp-server.ts";

const today = localDate("2026-11-20");
const feedId = "01a1fc00-0000-7000-8000-00000000feed";
const reference = "01a1fc00-0000-7000-8000-0000000000aa";
const connectionReference = "01a1fc00-0000-7000-8000-0000000000cc";

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tieout-files-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function linkRequest(target: FileTarget | null): LinkRequest {
  return {
    ...{ package: "files", companyName: "Harbour & Vale", connectionReference, target },
    ...{ returnUrl: "https://tieout.test/return", state: "s" },
  };
}

async function start(platform: AccountingPlatform, target: FileTarget): Promise<PlatformLink> {
  const started = await platform.startLink(linkRequest(target));
  if (started.kind !== "granted") throw new Error("files have no page");
  const { companyExternalId, externalId, credential } = started;
  return { package: "files", companyExternalId, externalId, credential };
}

const feedRequest: FeedRequest = {
  ...{ externalId: feedId, accountName: "Operating", accountKind: "current", mask: "4417" },
  ...{ currency: "GBP", balanceMinor: 0n, feedStartOn: addDays(today, -90) },
  target: { kind: "new", name: "Bank: Küste & Co" },
};

function linesOf(count: number): PlatformLine[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `01a1fc00-0000-7000-8000-${String(at).padStart(12, "0")}`,
    bookedOn: addDays(today, Math.floor(at / 3) - Math.floor(count / 3)),
    amountMinor: at % 2 === 0 ? -1_250n : 99_999n + BigInt(at),
    balanceMinor: at % 5 === 0 ? null : 500n,
    description: at === 1 ? '=HYPERLINK("http://evil.test","x")' : `Line "${at}", with a comma`,
    counterpartyName: at === 2 ? "@SUM(A1)" : null,
    reference: "R & D <1>",
    reconciled: true,
    kind: at % 2 === 0 ? "debit" : "credit",
  }));
}

const batch = { reference, feedExternalId: feedId, currency: "GBP" as const };

async function readAll(
  platform: AccountingPlatform,
  link: PlatformLink,
  from = addDays(today, -90),
) {
  const lines: ArrivedLine[] = [];
  for (let cursor: string | null = null; ; ) {
    const request = {
      feedExternalId: feedId,
      targetExternalId: "",
      from,
      currency: "GBP" as const,
    };
    const page = await platform.readLines(link, { ...request, cursor });
    lines.push(...page.lines);
    if (page.next === null) return lines;
    cursor = page.next;
  }
}

function comparison(sent: PlatformLine[], found: ArrivedLine[]) {
  return compareArrived(
    sent.map(({ id, ...line }) => ({ transactionId: id, ...line })),
    found,
  );
}

describe("files in a folder", () => {
  async function inFolder() {
    const folder = temporaryFolder();
    const platform = createFilesPlatform({ folder, privateHosts: [] });
    const link = await start(platform, { kind: "folder" });
    return { folder: path.join(folder, "harbour-vale-0000000000cc"), platform, link };
  }

  test("are linked at once, and a feed is connected at once", async () => {
    const { folder, platform, link } = await inFolder();
    expect(await platform.fetchLink(link)).toMatchObject({ status: "linked", nextUrl: null });
    expect(platform.placeOf(link)).toBe(folder);
    const opened = await platform.openFeed(link, feedRequest);
    expect(opened).toEqual({
      ...{ externalId: feedId, status: "connected", targetName: "Bank: Küste & Co", reason: null },
      ...{ targetExternalId: expect.stringMatching(/^bank-ku/), feedStartOn: addDays(today, -90) },
    });
    expect(await platform.openFeed(link, feedRequest)).toEqual(opened);
    expect(await platform.fetchFeeds(link, new Set())).toEqual([opened]);
  });

  test("hold what was pushed to the cent, and the same push twice is one file", async () => {
    const { folder, platform, link } = await inFolder();
    const { targetExternalId } = await platform.openFeed(link, feedRequest);
    const lines = linesOf(20);
    const pushed = await platform.push(link, { ...batch, lines });
    expect(pushed).toMatchObject({ status: "success", lineProblems: [] });
    expect(await platform.push(link, { ...batch, lines })).toMatchObject({
      externalKey: pushed.externalKey,
    });
    const names = readdirSync(path.join(folder, targetExternalId ?? ""));
    const first = `${addDays(today, -6)}-to-${today}-${reference}`;
    expect(names.sort()).toEqual([`${first}.csv`, `${first}.ofx`, "feed.json"].sort());
    expect(comparison(lines, await readAll(platform, link))).toMatchObject({
      agrees: true,
      confirmed: 20,
    });
    expect(await readAll(platform, link, addDays(today, 1))).toEqual([]);
    expect(await platform.fetchPush(link, pushed.externalKey)).toMatchObject({ status: "success" });
    expect(await platform.fetchPush(link, "../../etc/passwd")).toBeNull();
    const [found, another] = await platform.findPushes(link, feedId, new Date());
    expect(found?.lineIds).toEqual(lines.map(({ id }) => id));
    expect(another).toBeUndefined();
  });

  test("are read over several pushes, and tell what somebody changed in them", async () => {
    const { folder, platform, link } = await inFolder();
    const { targetExternalId } = await platform.openFeed(link, feedRequest);
    const lines = linesOf(9);
    const { externalKey } = await platform.push(link, { ...batch, lines: lines.slice(0, 6) });
    const second = { ...batch, reference: reference.replace("aa", "bb"), lines: lines.slice(6) };
    await platform.push(link, second);
    expect(comparison(lines, await readAll(platform, link)).agrees).toBe(true);
    const file = path.join(folder, `${externalKey}.csv`);
    expect(file).toContain(targetExternalId ?? "?");
    const rows = readFileSync(file, "utf8").split("\r\n");
    const edited = [
      ...rows.slice(0, 1),
      ...rows.slice(2, 4),
      rows[4]?.replace(",12.50,", ",12.05,"),
      ...rows.slice(5),
    ];
    writeFileSync(file, edited.join("\r\n"));
    const after = comparison(lines, await readAll(platform, link));
    expect(after).toMatchObject({ agrees: false });
    expect(after.missing + after.changed).toBeGreaterThan(0);
  });

  test("are a bank file too, which reads as a statement of the same lines", async () => {
    const { folder, platform, link } = await inFolder();
    await platform.openFeed(link, feedRequest);
    const lines = linesOf(8);
    const { externalKey } = await platform.push(link, { ...batch, lines });
    const events: StatementEvent[] = [];
    const reader = createOfxReader({}, (event) => events.push(event));
    reader.write(readFileSync(path.join(folder, `${externalKey}.ofx`), "utf8"));
    reader.end();
    const read = events.flatMap((event) => (event.kind === "line" ? [event.line] : []));
    expect(
      read.map(({ fileId, amountMinor, bookedOn }) => [fileId, amountMinor, bookedOn]),
    ).toEqual(lines.map(({ id, amountMinor, bookedOn }) => [id, amountMinor, bookedOn]));
    expect(events.filter(({ kind }) => kind === "problem")).toEqual([]);
  });

  test("stay when a feed is closed, and take nothing more until it is opened again", async () => {
    const { platform, link } = await inFolder();
    await platform.openFeed(link, feedRequest);
    const lines = linesOf(2);
    await platform.push(link, { ...batch, lines });
    await platform.closeFeed(link, feedId);
    await platform.closeFeed(link, feedId);
    expect(await platform.fetchFeeds(link, new Set())).toMatchObject([{ status: "disconnected" }]);
    expect(await readAll(platform, link)).toHaveLength(2);
    const late = { ...batch, reference: "other", lines };
    await expect(platform.push(link, late)).rejects.toMatchObject({ kind: "rejected" });
    await platform.openFeed(link, feedRequest);
    expect(await platform.fetchFeeds(link, new Set())).toMatchObject([{ status: "connected" }]);
  });

  test("of two connections never lie in one folder", async () => {
    const { platform, link } = await inFolder();
    await platform.openFeed(link, feedRequest);
    // Of two companies of one name, too.
    const connectionReference = "01a1fc00-0000-7000-8000-0000000000dd";
    const second = await platform.startLink({
      ...linkRequest({ kind: "folder" }),
      connectionReference,
    });
    const other = { ...link, companyExternalId: second.companyExternalId };
    expect(await platform.fetchFeeds(other, new Set())).toEqual([]);
    expect(await platform.fetchFeeds(link, new Set())).toHaveLength(1);
    const outside = { ...link, companyExternalId: "../../somewhere" };
    await expect(platform.fetchFeeds(outside, new Set())).rejects.toMatchObject({
      kind: "rejected",
    });
  });

  test("are refused where the operator has named no folder, and where none was asked for", async () => {
    const platform = createFilesPlatform({ folder: null, privateHosts: [] });
    expect(platform.description.packages[0]?.fileTargets).toEqual(["sftp"]);
    const refused = expect.objectContaining({ kind: "rejected" });
    await expect(platform.startLink(linkRequest({ kind: "folder" }))).rejects.toEqual(refused);
    await expect(platform.startLink(linkRequest(null))).rejects.toEqual(refused);
  });
});

describe("a folder's files", () => {
  test("are whole or not there, and half-written ones are not told", async () => {
    const folder = temporaryFolder();
    const store = createFolderStore(folder);
    await store.put("a/b.csv", Buffer.from("one"));
    await store.put("a/b.csv", Buffer.from("two"));
    writeFileSync(path.join(folder, "a", ".c.csv.1.part"), "ha");
    expect((await store.list("a")).map(({ name }) => name)).toEqual(["b.csv"]);
    expect((await store.read("a/b.csv"))?.toString()).toBe("two");
    expect(await store.read("a/c.csv")).toBeNull();
    expect(await store.list("nowhere")).toEqual([]);
  });

  test("never lie outside of it, whatever the name", async () => {
    const store = createFolderStore(temporaryFolder());
    for (const name of [
      "../x",
      "a/../../x",
      "/etc/passwd",
      "a//b",
      ".hidden",
      "a\\b",
      "a\0b",
      "a/..",
    ]) {
      await expect(store.put(name, Buffer.from(""))).rejects.toThrow(TypeError);
    }
  });

  test("that cannot be written are a temporary failure without a path in it", async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, "taken"), "");
    const store = createFolderStore(path.join(folder, "taken"));
    const failure = await store.put("a/b", Buffer.from("")).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: "temporary", outcomeUnknown: true });
    expect(JSON.stringify(failure)).not.toContain(folder);
  });
});

describe("a journal", () => {
  test("runs nothing in a spreadsheet, and has money in under Debit", () => {
    const csv = printJournal({ account: "Bank", currency: "GBP", lines: linesOf(3) });
    const rows = csv.slice(1).split("\r\n");
    expect(rows[0]).toBe(
      "Date,Account,Description,Counterparty,Reference,Debit,Credit,Balance,Currency,Line",
    );
    expect(rows[2]).toContain(`"'=HYPERLINK(""http://evil.test"",""x"")"`);
    expect(rows[2]).toContain(",1000.00,,5.00,GBP,");
    expect(rows[3]).toContain("'@SUM(A1)");
    expect(rows[3]).toContain(",,12.50,5.00,GBP,");
  });

  test("reads as it was printed, whatever the words", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string(), fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })), {
          minLength: 1,
          maxLength: 8,
        }),
        (rows) => {
          const lines = linesOf(rows.length).map((line, at) => {
            const [description = "", amountMinor = 0n] = rows[at] ?? [];
            return { ...line, description, amountMinor };
          });
          const read = readJournal(printJournal({ account: "=A1", currency: "GBP", lines }), "f");
          expect(
            read.map(({ lineId, amountMinor, balanceMinor }) => [
              lineId,
              amountMinor,
              balanceMinor,
            ]),
          ).toEqual(
            lines.map(({ id, amountMinor, balanceMinor }) => [id, amountMinor, balanceMinor]),
          );
        },
      ),
      { seed: 7 },
    );
  });

  test("that is none has no lines, and reading never throws", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readJournal(text, "f")).toEqual([]);
      }),
      { seed: 7 },
    );
  });
});

describe("files on an SFTP server", () => {
  async function onServer() {
    const root = temporaryFolder();
    const server = await startSftp(root, { user: "books", password: "open sesame" });
    onTestFinished(() => server.close());
    const target: FileTarget = {
      ...{ kind: "sftp", host: "127.0.0.1", port: server.port, user: "books" },
      ...{ password: "open sesame", folder: "in/tieout", hostKey: server.hostKey },
    };
    const allowed = { folder: null, privateHosts: [`127.0.0.1:${server.port}`] };
    return { root, server, target, platform: createFilesPlatform(allowed, { timeoutMs: 5_000 }) };
  }

  test("arrive, are read back and are one", async () => {
    const { root, server, target, platform } = await onServer();
    const link = await start(platform, target);
    expect(platform.placeOf(link)).toBe(`sftp://books@127.0.0.1:${server.port}/~/in/tieout`);
    await platform.openFeed(link, feedRequest);
    const lines = linesOf(30);
    const { externalKey } = await platform.push(link, { ...batch, lines });
    await platform.push(link, { ...batch, lines });
    expect(comparison(lines, await readAll(platform, link))).toMatchObject({
      agrees: true,
      confirmed: 30,
    });
    const folder = path.join(root, "in/tieout", path.dirname(externalKey));
    expect(readdirSync(folder).sort()).toHaveLength(3);
    expect(await platform.findPushes(link, feedId, new Date())).toHaveLength(1);
    await platform.closeFeed(link, feedId);
    expect(await platform.fetchFeeds(link, new Set())).toMatchObject([{ status: "disconnected" }]);
  });

  test("are refused where the server shows another key, before the password is said", async () => {
    const { target, platform } = await onServer();
    const other = { ...target, hostKey: `SHA256:${Buffer.alloc(32, 1).toString("base64")}` };
    const failure = await platform.startLink(linkRequest(other)).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      kind: "rejected",
      message: expect.stringMatching(/another key/),
    });
    expect(JSON.stringify(failure)).not.toContain("sesame");
  });

  test("need the right sign-in, which a person has to give", async () => {
    const { target, platform } = await onServer();
    const wrong = platform.startLink(linkRequest({ ...target, password: "wrong" }));
    await expect(wrong).rejects.toMatchObject({ kind: "user_action_needed" });
  });

  test("are not sent to a private address that the operator has not named", async () => {
    const { target } = await onServer();
    const platform = createFilesPlatform({ folder: null, privateHosts: [] });
    for (const host of ["127.0.0.1", "localhost"]) {
      await expect(platform.startLink(linkRequest({ ...target, host }))).rejects.toMatchObject({
        ...{ kind: "rejected", message: expect.stringMatching(/private/) },
      });
    }
  });

  test("cannot be put to a server that is gone, and nothing of it is known", async () => {
    const { server, target, platform } = await onServer();
    const link = await start(platform, target);
    await server.close();
    const push = platform.push(link, { ...batch, lines: linesOf(1) });
    await expect(push).rejects.toMatchObject({ kind: "temporary", outcomeUnknown: false });
  });
});
