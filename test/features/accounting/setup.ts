/** An organisation whose bank account feeds an account of a company's books, on a platform in memory. */
import { type LocalDate, localDate } from "../../../server/src/core/dates.ts";
import { asOrganisation } from "../../../server/src/db/as-organisation.ts";
import { completeAccountingConnection } from "../../../server/src/features/accounting/complete-accounting-connection.ts";
import type { Feed } from "../../../server/src/features/accounting/feed.ts";
import { openFeed } from "../../../server/src/features/accounting/open-feed.ts";
import type { PushOperation } from "../../../server/src/features/accounting/push/push-operation.ts";
import { pushOperationColumns } from "../../../server/src/features/accounting/push/push-operation.ts";
import { startAccountingConnection } from "../../../server/src/features/accounting/start-accounting-connection.ts";
import type { FakePlatform } from "../../support/fake-platform.ts";
import {
  addAccount,
  addConnection,
  addOrganisation,
  addTransactions,
  type TestApp,
  viewerIn,
  type WorldOrganisation,
} from "../../support/world.ts";

export interface FedBooks {
  readonly organisation: WorldOrganisation;
  readonly connectionId: string;
  readonly accountId: string;
  readonly feed: Feed;
}

/** Connected, with one account that feeds a new account of the books from 2026-08-01 on. */
export async function feedBooks(
  app: TestApp,
  platform: FakePlatform,
  options: { pushMode?: Feed["pushMode"]; pushEveryHours?: number | null } = {},
): Promise<FedBooks> {
  const organisation = await addOrganisation(app);
  const connectionId = await linkBooks(app, platform, organisation);
  const bankId = await addConnection(app, organisation.id);
  const balance = { balanceCurrentMinor: 1_000_00n };
  const accountId = await addAccount(app, organisation.id, bankId, balance);
  const feed = await openFeed(app, viewerIn(organisation), {
    ...{ connectionId, accountId, feedStartOn: localDate("2026-08-01") },
    target: { kind: "new", name: `Tieout ${accountId.slice(-6)}` },
    pushMode: options.pushMode ?? "manual",
    pushEveryHours: options.pushEveryHours ?? null,
  });
  return { organisation, connectionId, accountId, feed };
}

export async function linkBooks(
  app: TestApp,
  platform: FakePlatform,
  organisation: WorldOrganisation,
): Promise<string> {
  const viewer = viewerIn(organisation);
  const { connection, linkUrl } = await startAccountingConnection(app, viewer, {
    ...{ platform: platform.description.name, package: "books", companyName: "Acorn Ltd" },
  });
  platform.link = { status: "linked", companyName: "Acorn Limited", nextUrl: null, reason: null };
  const state = new URL(linkUrl ?? "").searchParams.get("state");
  await completeAccountingConnection(app, viewer, `?state=${state}`);
  return connection.id;
}

/** So many lines of an account, several a day from 2026-09-01 on. @returns their ids in order */
export async function addLines(
  app: TestApp,
  { organisation, accountId }: Pick<FedBooks, "organisation" | "accountId">,
  count: number,
  from: LocalDate = localDate("2026-09-01"),
): Promise<string[]> {
  const firstDay = new Date(`${from}T00:00:00Z`).getTime();
  return addTransactions(
    app,
    organisation.id,
    accountId,
    Array.from({ length: count }, (_, at) => ({
      bookedOn: localDate(
        new Date(firstDay + Math.floor(at / 40) * 86_400_000).toISOString().slice(0, 10),
      ),
      amountMinor: BigInt((at % 7) - 3) * 1_250n + 7n,
      description: `Line ${at % 11}`,
    })),
  );
}

export function operationsOf(
  app: TestApp,
  { organisation, feed }: Pick<FedBooks, "organisation" | "feed">,
): Promise<PushOperation[]> {
  return asOrganisation(app.database, organisation.id, (tx) =>
    tx.query<PushOperation>(
      `SELECT ${pushOperationColumns} FROM push_operation WHERE feed_account_id = $1 ORDER BY number`,
      [feed.id],
    ),
  );
}

/** How many lines of a feed are in each state. */
export async function statesOf(
  app: TestApp,
  { organisation, feed }: Pick<FedBooks, "organisation" | "feed">,
): Promise<Record<string, number>> {
  const rows = await asOrganisation(app.database, organisation.id, (tx) =>
    tx.query<{ state: string; count: number }>(
      "SELECT state, count(*)::int AS count FROM feed_line WHERE feed_account_id = $1 GROUP BY state",
      [feed.id],
    ),
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
