import { wireId, wireObject, wireText } from "../../core/wire-values.ts";
import type { LinkRequest, LinkState, PlatformLink, StartedLink } from "../platform.ts";
import type { CodatClient } from "./client.ts";
import { gone, unreadable } from "./failures.ts";
import { feedsWaitForMapping } from "./feeds.ts";
import {
  booksPath,
  type CodatLink,
  codatLink,
  companyPath,
  feedsPath,
  joinIds,
  keyOf,
} from "./ids.ts";
import { packageOf } from "./packages.ts";

/**
 * Makes the company with the connections that its package needs, and leads to the page of the first. The page comes
 * back to the address that Codat's portal has, with `{state}` in it: a link cannot name another.
 * @throws PlatformFailure
 */
export async function startLink(client: CodatClient, request: LinkRequest): Promise<StartedLink> {
  const of = packageOf(request.package);
  const { connectionReference: reference } = request;
  const company = await client.call({
    ...{ method: "POST", path: "/companies", idempotencyKey: keyOf(reference, "company") },
    body: { name: writable(request.companyName), tags: { tieout: reference } },
  });
  const companyId = wireId(wireObject(company.body).id);
  if (companyId === null) throw unreadable("a company without an id");
  const connect = async (platformKey: string) => {
    const made = await client.call({
      method: "POST",
      path: `${companyPath({ companyId })}/connections`,
      ...{ idempotencyKey: keyOf(reference, platformKey), body: { platformKey } },
    });
    return readConnection(made.body);
  };
  const feeds = await connect(of.feedsKey);
  const books = of.booksKey === of.feedsKey ? feeds : await connect(of.booksKey);
  if (feeds.linkUrl === null) throw unreadable("a connection without a page");
  return {
    kind: "hosted",
    companyExternalId: companyId,
    externalId: joinIds(feeds.id, books.id),
    url: withState(feeds.linkUrl, request.state),
  };
}

/**
 * How both accesses stand. Where a person picks the account on the package's own page, `nextUrl` leads there as long
 * as a feed waits for it, also when all is linked.
 * @param state comes back in the query behind `nextUrl`; null: nobody is on the way
 * @throws PlatformFailure
 */
export async function fetchLink(
  client: CodatClient,
  of: PlatformLink,
  state: string | null,
): Promise<LinkState> {
  const link = codatLink(of);
  const feeds = await fetchConnection(client, feedsPath(link));
  const separate = link.booksId !== link.feedsId;
  const books = separate ? await fetchConnection(client, booksPath(link)) : feeds;
  const companyName = books.status === "linked" ? await fetchName(client, link) : null;
  const lacking = [feeds, books].find(({ status }) => status === "reconnect_required");
  const waiting = [feeds, books].find(({ status }) => status === "pending");
  const open = lacking ?? waiting;
  const urlOf = (url: string | null | undefined) => (url ? withState(url, state) : null);
  if (open !== undefined) {
    const nextUrl = urlOf(open.linkUrl);
    const which = separate && open === books ? "books" : separate ? "bank feeds" : "books";
    const reason =
      lacking === undefined
        ? `Access to the ${which} in ${link.package.description.label} has not been granted yet.`
        : `${link.package.description.label} no longer grants access to the ${which}.`;
    return { status: open.status, companyName, nextUrl, reason };
  }
  const maps = link.package.description.mapsThere && (await feedsWaitForMapping(client, link));
  return {
    ...{ status: "linked", companyName },
    nextUrl: maps ? urlOf(feeds.linkUrl) : null,
    reason: maps ? `Choose in ${link.package.description.label} which account is fed.` : null,
  };
}

/** @throws PlatformFailure */
export async function unlink(client: CodatClient, of: PlatformLink): Promise<void> {
  const link = codatLink(of);
  // The company goes last: as long as it is there, what failed on the way can be done again.
  const paths = new Set([feedsPath(link), booksPath(link), companyPath(link)]);
  for (const path of paths) await client.call({ method: "DELETE", path, allow: [404, 410] });
}

/** Whether lines can be pushed just now; a refusal may mean that they cannot. @throws PlatformFailure */
export async function isLinked(client: CodatClient, path: string): Promise<boolean> {
  return (await fetchConnection(client, path)).status === "linked";
}

interface Connection {
  readonly id: string;
  readonly status: LinkState["status"];
  readonly linkUrl: string | null;
}

async function fetchConnection(client: CodatClient, path: string): Promise<Connection> {
  const { status, body } = await client.call({ method: "GET", path, allow: [404] });
  if (status === 404) throw gone("HTTP 404 for a connection");
  return readConnection(body);
}

/** A status that nobody knows yet is taken for pending: nothing is sent, and nothing is given up. */
function readConnection(body: unknown): Connection {
  const { id, status, linkUrl } = wireObject(body);
  const readable = wireId(id);
  if (readable === null) throw unreadable("a connection without an id");
  return {
    id: readable,
    status: statuses[String(status)] ?? "pending",
    linkUrl: typeof linkUrl === "string" && /^https?:\/\//.test(linkUrl) ? linkUrl : null,
  };
}

const statuses: Readonly<Record<string, LinkState["status"]>> = {
  PendingAuth: "pending",
  Linked: "linked",
  Deauthorized: "reconnect_required",
  Unlinked: "reconnect_required",
};

/** Null where the books do not say, or have not been fetched yet. */
async function fetchName(client: CodatClient, link: CodatLink): Promise<string | null> {
  const path = `${companyPath(link)}/data/info`;
  const { body } = await client.call({ method: "GET", path, allow: [404, 409] });
  return wireText(wireObject(body).companyName);
}

function withState(linkUrl: string, state: string | null): string {
  const url = new URL(linkUrl);
  if (state !== null) url.searchParams.set("state", state);
  return url.href;
}

/** Codat drops other characters without a word. */
function writable(name: string): string {
  const kept = name.replace(/[^A-Za-z0-9 \-',&@.?!]/g, "").trim();
  return kept === "" ? "Company" : kept;
}
