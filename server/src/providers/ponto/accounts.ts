import { addAll } from "../../core/lists.ts";
import type { PontoClient } from "./client.ts";
import { unanswered } from "./failures.ts";
import { type Resource, readList } from "./json-api.ts";

export const rowsPerPage = 100;
/** An integration with more pages of accounts than this is no real one. */
const accountPagesMax = 20;

/** All accounts of an integration. @throws ProviderFailure */
export async function listAccounts(client: PontoClient, token: string): Promise<Resource[]> {
  const accounts: Resource[] = [];
  let path: string | null = `/ponto-connect/accounts?page%5Blimit%5D=${rowsPerPage}`;
  for (let pages = 0; path !== null; pages += 1) {
    if (pages === accountPagesMax) throw unanswered("the list of accounts has no end");
    const page = readList(await client.get(path, token));
    addAll(accounts, page.resources);
    path = page.next === null ? null : followed(client, page.next);
  }
  return accounts;
}

/** The path of a link to the next page. @throws ProviderFailure for one that leads off the API */
export function followed(client: PontoClient, link: string): string {
  const path = client.pathOf(link);
  if (path === null) throw unanswered("the next page is said to be on another host");
  return path;
}
