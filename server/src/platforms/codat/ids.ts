import { createHash } from "node:crypto";
import type { PlatformLink } from "../platform.ts";
import { type CodatPackage, packageOf } from "./packages.ts";

/** One company's connections: that of its feeds and that of its books, which may be the same one. */
export interface CodatLink {
  readonly companyId: string;
  readonly feedsId: string;
  readonly booksId: string;
  readonly package: CodatPackage;
}

/** As it stands in a link's `externalId`: one id, or two with a plus between. */
export function joinIds(feedsId: string, booksId: string): string {
  return feedsId === booksId ? feedsId : `${feedsId}+${booksId}`;
}

export function codatLink(link: PlatformLink): CodatLink {
  const [feedsId = "", booksId = feedsId] = link.externalId.split("+");
  return {
    companyId: link.companyExternalId,
    ...{ feedsId, booksId, package: packageOf(link.package) },
  };
}

export function companyPath({ companyId }: Pick<CodatLink, "companyId">): string {
  return `/companies/${encodeURIComponent(companyId)}`;
}

export function feedsPath(link: CodatLink): string {
  return `${companyPath(link)}/connections/${encodeURIComponent(link.feedsId)}`;
}

export function booksPath(link: CodatLink): string {
  return `${companyPath(link)}/connections/${encodeURIComponent(link.booksId)}`;
}

/** A GUID that is the same for the same words: `Idempotency-Key` must be one. */
export function keyOf(...words: readonly string[]): string {
  const hex = createHash("sha256").update(words.join("\n")).digest("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`];
  return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}
