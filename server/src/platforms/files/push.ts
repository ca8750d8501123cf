import {
  type FoundPush,
  type LinesPage,
  type LinesRequest,
  PlatformFailure,
  type PushBatch,
  type PushState,
} from "../platform.ts";
import { printOfx } from "./bank-ofx.ts";
import { findFeed } from "./feeds.ts";
import { printJournal, readJournal } from "./journal-csv.ts";
import type { FileStore } from "./store.ts";

/** A file's time is its machine's clock, which is not ours. */
const clockSkewMs = 24 * 3_600_000;

/**
 * Writes a batch as two files, named after the push: written twice, they are the same two. The journal comes last, so a
 * push whose journal is there is there whole.
 * @throws PlatformFailure
 */
export async function push(store: FileStore, batch: PushBatch, now: Date): Promise<PushState> {
  const feed = await findFeed(store, batch.feedExternalId);
  const [first, last] = [batch.lines[0], batch.lines.at(-1)];
  if (feed === null || feed.state.status !== "connected" || !first || !last) throw notOpen();
  const { currency, lines } = batch;
  const days = `${first.bookedOn}-to-${last.bookedOn}`;
  const key = `${feed.folder}/${days}-${plain(batch.reference)}`;
  if (await store.exists(`${key}.csv`)) return done(key, null);
  const ofx = printOfx({ account: feed.account, currency, lines });
  const csv = printJournal({ account: feed.name, currency, lines });
  await store.put(`${key}.ofx`, Buffer.from(ofx));
  await store.put(`${key}.csv`, Buffer.from(csv));
  return done(key, now);
}

/** @throws PlatformFailure */
export async function fetchPush(store: FileStore, externalKey: string): Promise<PushState | null> {
  if (!isKey(externalKey)) return null;
  return (await store.exists(`${externalKey}.csv`)) ? done(externalKey, null) : null;
}

/** @throws PlatformFailure */
export async function findPushes(
  store: FileStore,
  feedExternalId: string,
  since: Date,
): Promise<FoundPush[]> {
  const feed = await findFeed(store, feedExternalId);
  if (feed === null) return [];
  const earliest = since.getTime() - clockSkewMs;
  const found: FoundPush[] = [];
  for (const { name, modifiedAt } of await journalsIn(store, feed.folder)) {
    if (modifiedAt.getTime() < earliest) continue;
    const lines = await linesIn(store, `${feed.folder}/${name}`);
    const key = `${feed.folder}/${name.slice(0, -".csv".length)}`;
    const lineIds = lines.flatMap(({ lineId }) => lineId ?? []);
    found.push({ state: done(key, modifiedAt), requestedAt: modifiedAt, lineIds });
  }
  return found.sort((a, b) => a.requestedAt.getTime() - b.requestedAt.getTime());
}

/** A page for each file, as it stands there now; the cursor is the name of the last one. @throws PlatformFailure */
export async function readLines(store: FileStore, request: LinesRequest): Promise<LinesPage> {
  const feed = await findFeed(store, request.feedExternalId);
  const names = feed === null ? [] : (await journalsIn(store, feed.folder)).map(({ name }) => name);
  const { cursor } = request;
  const left = cursor === null ? names : names.filter((name) => name > cursor);
  const [name] = left;
  if (feed === null || name === undefined) return { lines: [], next: null };
  const lines = await linesIn(store, `${feed.folder}/${name}`);
  return {
    lines: lines.filter(({ bookedOn }) => bookedOn >= request.from),
    next: left.length > 1 ? name : null,
  };
}

async function journalsIn(store: FileStore, folder: string) {
  const entries = await store.list(folder);
  return entries.filter(({ name, isFolder }) => !isFolder && isKey(`${folder}/${name}`, ".csv"));
}

async function linesIn(store: FileStore, file: string) {
  const bytes = await store.read(file);
  return bytes === null ? [] : readJournal(bytes.toString("utf8"), file);
}

function done(externalKey: string, completedAt: Date | null): PushState {
  return {
    ...{ externalKey, status: "success", problem: null, retryable: false },
    ...{ lineProblems: [], completedAt },
  };
}

function isKey(key: string, ending = ""): boolean {
  const plainKey = key.endsWith(ending) ? key.slice(0, key.length - ending.length) : "";
  return /^[a-z0-9][a-z0-9-]{0,80}\/\d{4}-\d\d-\d\d-to-\d{4}-\d\d-\d\d-[A-Za-z0-9-]{1,60}$/.test(
    plainKey,
  );
}

/** Callers' references are UUIDs; whatever else one holds does not become part of a path. */
function plain(reference: string): string {
  return reference.replace(/[^A-Za-z0-9-]/g, "-").slice(0, 60);
}

function notOpen(): PlatformFailure {
  const message = "There is no such feed at this place.";
  return new PlatformFailure({ kind: "rejected", message, detail: "no feed to push to" });
}
