import type { FoundPush, PlatformLink, PushBatch, PushState } from "../platform.ts";
import { PlatformFailure } from "../platform.ts";
import type { CodatClient } from "./client.ts";
import { accessMissing } from "./failures.ts";
import { codatLink, companyPath, feedsPath, keyOf } from "./ids.ts";
import { isLinked } from "./link.ts";
import { readAll } from "./pages.ts";
import { readFoundPush, readPush, toPushBody } from "./translate-push.ts";

/** Past it Codat gives up, and promises to write nothing afterwards: without it a push may be pending for ever. */
const timeoutMinutes = 60;

/** @throws PlatformFailure */
export async function push(
  client: CodatClient,
  of: PlatformLink,
  batch: PushBatch,
): Promise<PushState> {
  const link = codatLink(of);
  const account = encodeURIComponent(batch.feedExternalId);
  return orAccessMissing(client, feedsPath(link), async () => {
    const { body } = await client.call({
      method: "POST",
      path: `${feedsPath(link)}/push/bankAccounts/${account}/bankTransactions`,
      query: { timeoutInMinutes: String(timeoutMinutes), allowSyncOnPushComplete: "true" },
      idempotencyKey: keyOf(batch.reference),
      body: toPushBody(batch, link.package),
    });
    return readPush(body, true);
  });
}

/**
 * Codat says in words alone that a connection is not linked: after a refusal it is asked how the connection stands.
 * @throws PlatformFailure
 */
export async function orAccessMissing<Answer>(
  client: CodatClient,
  connectionPath: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    const refused = error instanceof PlatformFailure && error.kind === "rejected";
    if (refused && !(await isLinked(client, connectionPath))) throw accessMissing(error.detail);
    throw error;
  }
}

/** @throws PlatformFailure */
export async function fetchPush(
  client: CodatClient,
  of: PlatformLink,
  externalKey: string,
): Promise<PushState | null> {
  const path = `${companyPath(codatLink(of))}/push/${encodeURIComponent(externalKey)}`;
  const { status, body } = await client.call({ method: "GET", path, allow: [404] });
  return status === 404 ? null : readPush(body);
}

/** @throws PlatformFailure */
export async function findPushes(
  client: CodatClient,
  of: PlatformLink,
  feedExternalId: string,
  since: Date,
): Promise<FoundPush[]> {
  const link = codatLink(of);
  const rows = await readAll(client, `${companyPath(link)}/push`, {
    query: `dataType=bankTransactions&&requestedOnUtc>=${since.toISOString()}`,
    orderBy: "requestedOnUtc",
    pageSize: "100",
  });
  return rows
    .flatMap((row) => readFoundPush(row, feedExternalId, link.feedsId) ?? [])
    .filter(({ requestedAt }) => requestedAt >= since)
    .sort((a, b) => a.requestedAt.getTime() - b.requestedAt.getTime());
}
