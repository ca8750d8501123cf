import type { LocalDate } from "../../core/dates.ts";
import { wireId, wireList, wireObject, wireText } from "../../core/wire-values.ts";
import type { FeedRequest, FeedState, PlatformLink, TargetAccount } from "../platform.ts";
import type { CodatClient } from "./client.ts";
import { rejected, unreadable } from "./failures.ts";
import { fetchAnew } from "./fresh.ts";
import { booksPath, type CodatLink, codatLink, feedsPath } from "./ids.ts";
import { readAll } from "./pages.ts";
import { noNumber, readTarget, toSourceAccount } from "./translate-accounts.ts";
import { codatDay, toCodatDay } from "./values.ts";

const notFetched = [404, 409];

/** The bank accounts of the books. @throws PlatformFailure */
export async function listTargets(client: CodatClient, of: PlatformLink): Promise<TargetAccount[]> {
  const link = codatLink(of);
  const probe = await client.call({
    ...{ method: "GET", path: targetsPath(link), allow: notFetched },
    query: { page: "1", pageSize: "1" },
  });
  if (probe.status !== 200) await fetchAnew(client, link, "bankAccounts");
  return readTargets(client, link);
}

async function readTargets(client: CodatClient, link: CodatLink): Promise<TargetAccount[]> {
  const all = await readAll(client, targetsPath(link), { pageSize: "500" });
  return all.flatMap((row) => readTarget(row) ?? []);
}

/**
 * Makes the source account unless it is there, and maps it unless it is mapped. Where a person maps it on the package's
 * own page, that is left to them.
 * @throws PlatformFailure
 */
export async function openFeed(
  client: CodatClient,
  of: PlatformLink,
  request: FeedRequest,
): Promise<FeedState> {
  const link = codatLink(of);
  const { states: before } = await readFeeds(client, link);
  if (!before.some(({ externalId }) => externalId === request.externalId)) {
    // Made a moment ago by an attempt whose answer was lost: that is the one.
    const made = { method: "POST", path: accountsPath(link), allow: [409] } as const;
    await client.call({ ...made, body: toSourceAccount(request) });
  }
  const { mapsThere } = link.package.description;
  const found = before.find(({ externalId }) => externalId === request.externalId);
  const mapped = found !== undefined && found.status !== "pending";
  if (!mapsThere && !mapped && request.target !== null) await map(client, link, request);
  const after = await readFeeds(client, link);
  const own = after.states.filter(({ externalId }) => externalId === request.externalId);
  const [feed] = await withTargets(client, link, { ...after, states: own }, new Set());
  if (feed === undefined) throw unreadable("the feed is not in the list of feeds");
  return feed;
}

async function map(client: CodatClient, link: CodatLink, request: FeedRequest): Promise<void> {
  const { target, externalId, feedStartOn } = request;
  const answer = await client.call({
    method: "POST",
    path: mappingPath(link),
    body: {
      sourceAccountId: externalId,
      // Null: the package makes one, of the source account's name.
      targetAccountId: target?.kind === "existing" ? target.externalId : null,
      feedStartDate: toCodatDay(feedStartOn),
    },
  });
  // A refusal comes as 200 as well, and its fields in capitals in some versions.
  const fields = lowerCased(answer.body);
  if (String(fields.status).toLowerCase() === "failed") {
    const why = wireText(fields.error) ?? "it gave no reason";
    throw rejected(`The account could not be connected: ${why}.`, "mapping failed");
  }
}

/**
 * @param placed those whose account of the books is known already
 * @throws PlatformFailure
 */
export async function fetchFeeds(
  client: CodatClient,
  of: PlatformLink,
  placed: ReadonlySet<string>,
): Promise<FeedState[]> {
  const link = codatLink(of);
  return withTargets(client, link, await readFeeds(client, link), placed);
}

interface ReadFeeds {
  readonly states: readonly FeedState[];
  /** As Codat answers them. */
  readonly accounts: readonly unknown[];
}

async function readFeeds(client: CodatClient, link: CodatLink): Promise<ReadFeeds> {
  const accounts = wireList(await client.get(accountsPath(link)));
  if (accounts.length === 0) return { states: [], accounts };
  const mappings = link.package.description.mapsThere
    ? new Map<string, Mapping>()
    : await fetchMappings(client, link);
  return { states: accounts.flatMap((row) => readFeed(row, mappings, link) ?? []), accounts };
}

/** Whether a feed waits for a person to pick its account on the package's page. @throws PlatformFailure */
export async function feedsWaitForMapping(client: CodatClient, link: CodatLink): Promise<boolean> {
  const accounts = wireList(await client.get(accountsPath(link)));
  return accounts.some((row) => statusOf(wireObject(row).status) === "pending");
}

/** @throws PlatformFailure */
export async function closeFeed(
  client: CodatClient,
  of: PlatformLink,
  feedExternalId: string,
): Promise<void> {
  const path = `${accountsPath(codatLink(of))}/${encodeURIComponent(feedExternalId)}`;
  await client.call({ method: "DELETE", path, allow: [404, 410] });
}

function accountsPath(link: CodatLink): string {
  return `${feedsPath(link)}/connectionInfo/bankFeedAccounts`;
}

function targetsPath(link: CodatLink): string {
  return `${booksPath(link)}/data/bankAccounts`;
}

function mappingPath(link: CodatLink): string {
  return `${feedsPath(link)}/bankFeedAccounts/mapping`;
}

interface Mapping {
  readonly status: FeedState["status"];
  readonly targetExternalId: string | null;
  readonly targetName: string | null;
  readonly feedStartOn: LocalDate | null;
}

/** By source account. A single one comes without a list in some versions. */
async function fetchMappings(client: CodatClient, link: CodatLink): Promise<Map<string, Mapping>> {
  const body = await client.get(mappingPath(link));
  const rows = Array.isArray(body) ? body : [body];
  return new Map(
    rows.flatMap((row): [string, Mapping][] => {
      const fields = lowerCased(row);
      const id = wireId(fields.sourceaccountid);
      if (id === null) return [];
      const mapping = {
        status: statusOf(fields.status),
        targetExternalId: wireText(fields.targetaccountid),
        targetName: wireText(fields.targetaccountname),
        feedStartOn: codatDay(fields.feedstartdate),
      };
      return [[id, mapping]];
    }),
  );
}

function readFeed(
  row: unknown,
  mappings: ReadonlyMap<string, Mapping>,
  link: CodatLink,
): FeedState | null {
  const { id, status, feedStartDate } = wireObject(row);
  const externalId = wireId(id);
  if (externalId === null) return null;
  const mapping = mappings.get(externalId);
  const own = statusOf(status);
  // Each of the two lists may be a moment behind the other.
  const standing = own === "pending" && mapping?.targetExternalId ? mapping.status : own;
  return {
    externalId,
    status: standing,
    targetExternalId: mapping?.targetExternalId ?? null,
    targetName: mapping?.targetName ?? null,
    feedStartOn:
      (typeof feedStartDate === "string" ? codatDay(feedStartDate) : null) ??
      mapping?.feedStartOn ??
      null,
    reason: reasonOf(standing, link),
  };
}

function reasonOf(status: FeedState["status"], link: CodatLink): string | null {
  const { label, mapsThere } = link.package.description;
  if (status === "disconnected") return `The feed was ended in ${label}.`;
  return status === "pending" && mapsThere ? `Choose in ${label} which account it feeds.` : null;
}

/** "linked" and "Success" stand on single pages of the documentation for what is connected. */
function statusOf(status: unknown): FeedState["status"] {
  switch (String(status).toLowerCase()) {
    case "connected":
    case "linked":
    case "success":
      return "connected";
    case "connecting":
      return "connecting";
    case "disconnected":
      return "disconnected";
    default:
      return "pending";
  }
}

/**
 * Where a person maps on the package's own page, Codat does not tell to what. It is the account of the books of the same
 * number or else name, where there is just one; null leaves it open. The books are fetched anew for it: an account that
 * was made on that page may be as like as an older one.
 */
async function withTargets(
  client: CodatClient,
  link: CodatLink,
  { states, accounts }: ReadFeeds,
  placed: ReadonlySet<string>,
): Promise<FeedState[]> {
  const isOpen = ({ externalId, status, targetExternalId }: FeedState) =>
    status === "connected" && targetExternalId === null && !placed.has(externalId);
  if (!states.some(isOpen)) return [...states];
  await fetchAnew(client, link, "bankAccounts");
  const targets = await readTargets(client, link);
  const byId = new Map(accounts.map((row) => [wireObject(row).id, wireObject(row)]));
  return states.map((state) => {
    if (!isOpen(state)) return state;
    const source = byId.get(state.externalId) ?? {};
    const same = targets.filter(({ currency }) => currency === source.currency);
    const digits = String(source.accountNumber ?? "");
    const isKnown = digits !== "" && digits !== noNumber;
    const byNumber = same.filter(({ number }) => isKnown && number?.endsWith(digits));
    const byName = same.filter(({ name }) => name === source.accountName);
    const [target] = byNumber.length === 1 ? byNumber : byName.length === 1 ? byName : [];
    if (target === undefined) return state;
    return { ...state, targetExternalId: target.externalId, targetName: target.name };
  });
}

function lowerCased(value: unknown): Readonly<Record<string, unknown>> {
  const fields = Object.entries(wireObject(value));
  return Object.fromEntries(fields.map(([name, field]) => [name.toLowerCase(), field]));
}
