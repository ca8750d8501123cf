/** A bank account that feeds an account of a company's books at the sandbox's Codat, all over the GraphQL API. */
import { allowBooks } from "./codat-link.ts";

/** Asks the API, and throws what it complains of. */
export type Ask = <Data>(query: string, variables?: Record<string, unknown>) => Promise<Data>;

export interface FedOverApi {
  readonly connectionId: string;
  readonly feedId: string;
}

/** Where the sandbox's pages lead back to: nobody opens it, its query is what counts. */
export const returnAddress =
  "http://127.0.0.1:9/back?state={state}&statusCode={statusCode}&errorMessage={errorMessage}";

const looksMax = 100;

/** Links books of Xero as a person does, and lets an account feed a new one there. */
export async function feedOverApi(
  ask: Ask,
  of: { accountId: string; feedStartOn: string },
): Promise<FedOverApi> {
  const { startAccountingConnection: started } = await ask<{
    startAccountingConnection: { linkUrl: string; connection: { id: string } };
  }>(
    `mutation { startAccountingConnection(platform: "codat", package: "xero", companyName: "Harbour & Vale Ltd") {
       ... on StartedAccountingConnection { linkUrl connection { id } } ${problem} } }`,
  );
  const back = await allowBooks(started.linkUrl);
  if (back === null) throw new Error("the books' page led nowhere");
  const connectionId = started.connection.id;
  const query = new URL(back).search;
  await ask(
    `mutation ($query: String!) { completeAccountingConnection(query: $query) { __typename ${problem} } }`,
    { query },
  );
  const { openFeed } = await ask<{ openFeed: { id?: string; message?: string } }>(
    `mutation ($connectionId: ID!, $accountId: ID!, $feedStartOn: LocalDate!) {
       openFeed(connectionId: $connectionId, accountId: $accountId, feedStartOn: $feedStartOn,
         target: { new: "Operating account" }, pushMode: MANUAL) { ... on FeedAccount { id } ${problem} } }`,
    { connectionId, ...of },
  );
  const { id: feedId } = openFeed;
  if (feedId === undefined) throw new Error(`no feed: ${openFeed.message}`);
  for (let looks = 0; looks < looksMax; looks++) {
    await ask(
      `mutation ($id: ID!) { refreshAccountingConnection(id: $id) { __typename ${problem} } }`,
      { id: connectionId },
    );
    const { feedAccount } = await ask<{ feedAccount: { status: string } }>(
      "query ($id: ID!) { feedAccount(id: $id) { status } }",
      { id: feedId },
    );
    if (feedAccount.status === "CONNECTED") return { connectionId, feedId };
  }
  throw new Error("the feed is not connected");
}

/** Asks for what is due to be sent. */
export async function pushOverApi(ask: Ask, feedId: string): Promise<void> {
  const { pushFeed } = await ask<{ pushFeed: { message?: string } }>(
    `mutation ($id: ID!) { pushFeed(id: $id) { ... on FeedAccount { id } ${problem} } }`,
    { id: feedId },
  );
  if (pushFeed.message !== undefined) throw new Error(pushFeed.message);
}

/** Asks for what has arrived to be read back. */
export async function checkOverApi(ask: Ask, feedId: string): Promise<void> {
  const { checkFeed } = await ask<{ checkFeed: { message?: string } }>(
    `mutation ($id: ID!) { checkFeed(id: $id) { ... on FeedAccount { id } ${problem} } }`,
    { id: feedId },
  );
  if (checkFeed.message !== undefined) throw new Error(checkFeed.message);
}

const problem = "... on Problem { message }";
