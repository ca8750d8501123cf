import { parseCurrencyCode } from "../../core/currencies.ts";
import { parseLocalDate } from "../../core/dates.ts";
import { wireObject, wireText } from "../../core/wire-values.ts";
import { type FeedRequest, type FeedState, PlatformFailure } from "../platform.ts";
import { endingOf, folderName } from "./folder-name.ts";
import type { FileStore } from "./store.ts";

/** A feed is a folder with this file in it, which says of what. */
const noteName = "feed.json";
const foldersMax = 2_000;

export interface NotedFeed {
  readonly folder: string;
  readonly state: FeedState;
  /** What the account is called in the books. */
  readonly name: string;
  /** What software that reads statements knows it by. */
  readonly account: string;
}

/** Makes the feed's folder, or finds it. @throws PlatformFailure */
export async function openFeed(store: FileStore, request: FeedRequest): Promise<FeedState> {
  const known = await findFeed(store, request.externalId);
  if (known !== null && known.state.status === "connected") return known.state;
  const name = request.target?.kind === "new" ? request.target.name : request.accountName;
  const folder = known?.folder ?? folderName(name, request.externalId, "account");
  const note = {
    ...{ id: request.externalId, name, account: request.mask ?? request.externalId.slice(-8) },
    ...{ currency: request.currency, feedStartOn: request.feedStartOn, status: "connected" },
  };
  await writeNote(store, folder, note);
  const made = await readNote(store, folder);
  if (made === null) throw unreadable();
  return made.state;
}

/** Its files stay: what was written may have been booked. @throws PlatformFailure */
export async function closeFeed(store: FileStore, feedExternalId: string): Promise<void> {
  const known = await findFeed(store, feedExternalId);
  if (known === null || known.state.status === "disconnected") return;
  const note = wireObject(parse(await store.read(`${known.folder}/${noteName}`)));
  await writeNote(store, known.folder, { ...note, status: "disconnected" });
}

/** @throws PlatformFailure */
export async function listFeeds(store: FileStore): Promise<NotedFeed[]> {
  const folders = (await store.list("")).filter(({ isFolder }) => isFolder).slice(0, foldersMax);
  const feeds: NotedFeed[] = [];
  for (const { name } of folders.filter(({ name }) => isFeedFolder(name))) {
    const feed = await readNote(store, name);
    if (feed !== null) feeds.push(feed);
  }
  return feeds;
}

/** Null where there is none. @throws PlatformFailure */
export async function findFeed(
  store: FileStore,
  feedExternalId: string,
): Promise<NotedFeed | null> {
  const ending = endingOf(feedExternalId);
  for (const { name, isFolder } of await store.list("")) {
    if (!isFolder || !isFeedFolder(name) || !name.endsWith(ending)) continue;
    const feed = await readNote(store, name);
    if (feed?.state.externalId === feedExternalId) return feed;
  }
  return null;
}

async function readNote(store: FileStore, folder: string): Promise<NotedFeed | null> {
  const note = wireObject(parse(await store.read(`${folder}/${noteName}`)));
  const [externalId, name] = [wireText(note.id), wireText(note.name)];
  if (externalId === null || name === null || parseCurrencyCode(String(note.currency)) === null) {
    return null;
  }
  const closed = note.status === "disconnected";
  return {
    ...{ folder, name, account: wireText(note.account) ?? externalId },
    state: {
      ...{ externalId, status: closed ? "disconnected" : "connected" },
      ...{ targetExternalId: folder, targetName: name },
      feedStartOn: parseLocalDate(String(note.feedStartOn)),
      reason: closed ? "The feed was ended." : null,
    },
  };
}

async function writeNote(store: FileStore, folder: string, note: object): Promise<void> {
  const text = `${JSON.stringify(note, null, 2)}\n`;
  await store.put(`${folder}/${noteName}`, Buffer.from(text));
}

function isFeedFolder(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,80}$/.test(name);
}

function parse(bytes: Buffer | null): unknown {
  try {
    return bytes === null ? null : JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
}

function unreadable(): PlatformFailure {
  const message = "What was written cannot be read back.";
  return new PlatformFailure({ kind: "temporary", message, detail: "a feed's note is not there" });
}
